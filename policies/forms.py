"""Forms of policies. What the rules forbid is said by the actions; these read what was typed."""

from django import forms

from city.forms import Filters
from city.models import Office
from city.offers import offer_choices, offer_rows
from city.roles import Role
from city.widgets import DateInput
from policies import presets
from policies.models import Act, Clause, Ground, KeywordKind, Policy, Version
from policies.models.version import LONGEST_SOURCE
from policies.rules.force import Standing

TEXT_HINT = (
    "A heading begins a clause: “## 4. Comments”, “### 4.2 Threats”; so does a paragraph that is numbered "
    "like 4.2.1. A mark such as {#threats} names the clause in every later version: leave it when you reword. "
    "{#threats for=moderator,officer} also says whom the clause, and what stands beneath it, concerns: "
    f"a material change of it asks only them to acknowledge it again. The roles are {', '.join(Role)}."
)


class PolicyFields(forms.ModelForm):
    binds = forms.MultipleChoiceField(
        label="Roles that must acknowledge it",
        choices=Role.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Choose none for everybody who holds a role.",
    )

    class Meta:
        model = Policy
        fields = ["title", "summary", "custodian_role", "binds"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        offer_choices(self, "custodian_role", [one for one in Role.choices if one[0] != Role.AUDITOR])


class ChangePolicyForm(PolicyFields):
    pass


class AddPolicyForm(PolicyFields):
    start_from = forms.ChoiceField(
        label="Start from",
        help_text="You change every word before it is adopted.",
        widget=forms.RadioSelect,
    )

    class Meta(PolicyFields.Meta):
        fields = ["title", "slug", "kind", "summary", "custodian_role", "binds"]
        help_texts = {"slug": "Small letters and hyphens: its public address is /policies/this-name/."}

    field_order = ["start_from"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        offered = [(preset.key, f"{preset.label}. {preset.about}") for preset in presets.all_presets()]
        offer_choices(self, "start_from", [("", "An empty page"), *offered])
        self.fields["start_from"].required = False
        self.fields["start_from"].initial = ""

    def wanted(self) -> dict:
        """What `add_policy` takes: the typed fields with the text and grounds of the chosen preset."""
        fields = dict(self.cleaned_data)
        chosen = fields.pop("start_from")
        for preset in presets.all_presets():
            if preset.key == chosen:
                grounds = preset.grounds if fields["kind"] == Policy.Kind.COMMENT else ()
                return {**fields, "source": preset.source, "grounds": grounds}
        return {**fields, "source": f"## 1. Purpose {{#purpose}}\n\nWhat {fields['title']} is for.\n"}


class ChangeDraftForm(forms.ModelForm):
    seen = forms.CharField(widget=forms.HiddenInput)

    class Meta:
        model = Version
        fields = ["source", "change", "summary_of_changes"]
        widgets = {
            "source": forms.Textarea(attrs={"rows": 30, "spellcheck": "true", "class": "rostrum-source"}),
            "change": forms.RadioSelect,
            "summary_of_changes": forms.Textarea(attrs={"rows": 3}),
        }
        help_texts = {
            "source": TEXT_HINT,
            "summary_of_changes": "Read first by everybody who acknowledges it again.",
        }

    def __init__(self, *args, instance, **kwargs):
        super().__init__(*args, instance=instance, **kwargs)  # type: ignore[misc]  # never given by place
        source = self.fields["source"]
        assert isinstance(source, forms.CharField)
        source.max_length = LONGEST_SOURCE
        self.fields["seen"].initial = instance.changed_at.isoformat()
        if instance.based_on_id is None:
            del self.fields["change"], self.fields["summary_of_changes"]

    def clean_seen(self):
        try:
            return forms.DateTimeField().to_python(self.cleaned_data["seen"])
        except forms.ValidationError:
            raise forms.ValidationError("Open the draft again: this page is not complete.") from None

    def typed(self) -> dict:
        """What `change_draft` takes. A first version is material: nobody has acknowledged anything yet."""
        return {"change": Version.Change.MATERIAL, **self.cleaned_data}


class SubmitForReviewForm(forms.Form):
    pass


class ReviewVersionForm(forms.Form):
    ANSWERS = [("yes", "Fit to be adopted"), ("no", "Changes are needed first")]

    answer = forms.ChoiceField(label="Your answer", choices=ANSWERS, widget=forms.RadioSelect)
    note = forms.CharField(
        label="Reasons",
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="Needed when you ask for changes. The author reads them, and they stay in the history.",
    )

    def typed(self) -> dict:
        return {"approve": self.cleaned_data["answer"] == "yes", "note": self.cleaned_data["note"]}


class AdoptVersionForm(forms.Form):
    file_number = forms.CharField(
        label="Council file number",
        max_length=60,
        help_text="For example 221825. The public finds it by this number.",
    )
    adopted_on = forms.DateField(label="Adopted on", widget=DateInput)
    effective_on = forms.DateField(
        label="In force from",
        widget=DateInput,
        help_text="From the first minute of this day. For today or earlier: from the moment you record it.",
    )


class WithdrawDraftForm(forms.Form):
    reason = forms.CharField(label="Why", max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))


class AcknowledgeVersionForm(forms.Form):
    pass


class GroundForm(forms.ModelForm):
    permits = forms.MultipleChoiceField(
        label="What may be done",
        choices=Act.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text="Hiding comes before deleting. Choose no more than is needed.",
    )

    class Meta:
        model = Ground
        fields = ["key", "title", "clause", "definition", "examples", "permits", "keyword_kind", "warning"]
        widgets = {
            "definition": forms.Textarea(attrs={"rows": 5}),
            "examples": forms.Textarea(attrs={"rows": 4}),
            "warning": forms.Textarea(attrs={"rows": 3}),
        }
        help_texts = {
            "key": "Small letters and hyphens. It stays the same in every version.",
            "definition": "A resident must be able to tell from it what may be acted on.",
            "warning": "Shown to whoever applies this ground. Left empty, doubtful words write it.",
        }

    def __init__(self, *args, version: Version, **kwargs):
        super().__init__(*args, **kwargs)
        offer_rows(self, "clause", Clause.objects.filter(version=version))
        offer_choices(self, "keyword_kind", [("", "None"), *KeywordKind.choices])
        if self.instance.pk:
            del self.fields["key"]


class PolicyFilters(Filters):
    STATES = [
        ("", "All"),
        ("draft", "With a draft"),
        ("returned", "Sent back with changes asked for"),
        ("in_review", "In legal review"),
        ("reviewed", "Waiting for adoption"),
    ]

    state = forms.ChoiceField(label="Show", choices=STATES)


class AcknowledgementFilters(Filters):
    STANDINGS = [
        ("", "Everybody"),
        ("outstanding", "Outstanding"),
        (Standing.DONE.value, "Acknowledged"),
        (Standing.OUTDATED.value, "Acknowledged an earlier version only"),
        (Standing.PENDING.value, "Not acknowledged"),
    ]

    q = forms.CharField(label="Name", max_length=120)
    policy = forms.ModelChoiceField(Policy.objects.adopted(), empty_label="Any policy")
    office = forms.ModelChoiceField(Office.objects.all(), empty_label="Any office")
    standing = forms.ChoiceField(choices=STANDINGS)
