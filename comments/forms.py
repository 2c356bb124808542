"""Forms about comments. What the city's rules forbid is said by the actions; these read what was typed."""

from django import forms

from accounts.models import Account
from city.forms import Filters
from city.offers import offer_rows
from city.widgets import DateInput
from comments import rules
from comments.actions.appeals import Words
from comments.actions.decide import Judgment
from comments.models import AppealDecision, Case, Decision
from policies.models import Ground

LONGEST = 60_000
SHORT = {"rows": 3}
LONG = {"rows": 8}


class ReadableField(forms.CharField):
    """Text from anybody: what no database or page can carry is taken out instead of being refused."""

    def to_python(self, value):
        return super().to_python(rules.readable(value) if isinstance(value, str) else value)


# -- staff ---------------------------------------------------------------------------------------------


class CaseFilters(Filters):
    STATUS = [
        ("", "To be decided"), ("open", "Not closed"), ("waiting", "Waiting for a moderator"),
        ("proposed", "Block waits for a second person"), ("carrying_out", "Being carried out"),
        ("stuck", "Could not be carried out"), ("closed", "Closed"), ("all", "All"),
    ]  # fmt: skip

    q = forms.CharField(label="Words, author or reference", max_length=200)
    status = forms.ChoiceField(label="State", choices=STATUS)
    account = forms.ModelChoiceField(Account.objects.none(), empty_label="Any account")
    flagged = forms.ChoiceField(
        label="Flagged", choices=[("", "Either"), ("yes", "Flagged"), ("no", "Not flagged")]
    )
    mine = forms.ChoiceField(label="Whose", choices=[("", "Everybody’s"), ("yes", "Mine")])
    since = forms.ChoiceField(
        label="Waiting", choices=[("", "Any time"), ("late", "Longer than one business day")]
    )

    def __init__(self, data):
        super().__init__(data)
        moderated = Account.objects.filter(cases__isnull=False)
        offer_rows(self, "account", moderated.select_related("platform").distinct())


class BlockFilters(Filters):
    STATUS = [
        ("", "Standing"),
        ("again", "Nobody has looked for a quarter"),
        ("over", "Over or lifted"),
        ("all", "All"),
    ]

    q = forms.CharField(label="Author or reference", max_length=200)
    status = forms.ChoiceField(label="State", choices=STATUS)


class AppealFilters(Filters):
    STATUS = [
        ("", "Waiting for an answer"), ("soon", "Due within two business days"), ("overdue", "Overdue"),
        ("mine", "Waiting, and I may answer"), ("upheld", "Decision stands"), ("reversed", "Decision reversed"),
        ("all", "All"),
    ]  # fmt: skip

    q = forms.CharField(label="Reference", max_length=200)
    status = forms.ChoiceField(label="State", choices=STATUS)


class FlagCommentForm(forms.Form):
    text = ReadableField(
        label="Why should somebody look at it?", max_length=500, widget=forms.Textarea(attrs=SHORT),
        error_messages={"required": "Say in a few words why somebody should look at it."},
        help_text="It then stands first among the comments that nobody has decided.",
    )  # fmt: skip


class GroundChoice(forms.ModelChoiceField):
    """The grounds of the policy in force; the page draws each with its definition and examples."""

    widget = forms.RadioSelect

    def label_from_instance(self, ground):
        return f"{ground.title} ({ground.clause.label})"


class JudgmentForm(forms.Form):
    """What somebody found in a comment. `seen` is the version that they read."""

    seen = forms.IntegerField(widget=forms.HiddenInput)
    ground = GroundChoice(Ground.objects.none(), required=False, empty_label=None)
    facts = ReadableField(
        label="What in the comment meets the definition?", required=False, max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="The public reads this. Name the words or the act, not the person.",
    )  # fmt: skip

    def __init__(self, *args, version=None, permits: str = "", **kwargs):
        super().__init__(*args, **kwargs)
        grounds = (
            Ground.objects.filter(version=version).select_related("clause")
            if version
            else Ground.objects.none()
        )
        if permits:
            grounds = grounds.filter(permits__contains=[permits])
        offer_rows(self, "ground", grounds)
        self.grounds = list(grounds)

    @property
    def ground_rows(self):
        """Each choice with its ground, whose definition and examples stand beside it."""
        return list(zip(self["ground"].subwidgets, self.grounds, strict=False))

    @property
    def judgment(self) -> Judgment:
        return Judgment(*(self.cleaned_data[name] for name in ("seen", "ground", "facts")))


class DecideCaseForm(JudgmentForm):
    outcome = forms.ChoiceField(
        label="What is decided?",
        widget=forms.RadioSelect,
        choices=[("leave", "Leave it up"), ("hide", "Hide it")],
        error_messages={"required": "Choose whether it stays up."},
    )
    field_order = ["seen", "outcome", "ground", "facts"]


class ProposeBlockForm(JudgmentForm):
    days = forms.IntegerField(
        label="Days of the block", min_value=1, max_value=365,
        error_messages={"required": "Say for how many days. No block is without an end."},
    )  # fmt: skip


class SecondBlockForm(forms.Form):
    note = ReadableField(
        label="Note for the record", required=False, max_length=2000, widget=forms.Textarea(attrs=SHORT)
    )


class WhyForm(forms.Form):
    why = ReadableField(
        label="Reason", max_length=2000, widget=forms.Textarea(attrs=SHORT),
        error_messages={"required": "Write the reason. It is kept in the history."},
    )  # fmt: skip


class RefuseBlockForm(WhyForm):
    pass


class DropMeasureForm(WhyForm):
    pass


class LiftBlockForm(WhyForm):
    why = ReadableField(
        label="Why is it lifted?", max_length=200, widget=forms.Textarea(attrs=SHORT),
        error_messages={"required": "Say why it is lifted."},
    )  # fmt: skip


class ReadBlockAgainForm(forms.Form):
    note = ReadableField(
        label="Why is the block still needed?", max_length=2000, widget=forms.Textarea(attrs=SHORT),
        help_text="If it is not, lift it instead.",
        error_messages={"required": "Write why it is still needed; otherwise lift it."},
    )  # fmt: skip


class DecideAppealForm(forms.Form):
    outcome = forms.ChoiceField(
        label="Answer", widget=forms.RadioSelect, choices=AppealDecision.Outcome.choices,
        error_messages={"required": "Choose whether the decision stands."},
    )  # fmt: skip
    reasons = ReadableField(
        label="Reasons", max_length=8000, widget=forms.Textarea(attrs=LONG),
        help_text="Whoever appealed reads them, and so does the public. Name no private person.",
        error_messages={"required": "Write the reasons. An answer without them is none."},
    )  # fmt: skip


class MatchStatementForm(forms.Form):
    reference = ReadableField(
        label="Number of the decision", max_length=40, help_text="For example 2026-00041.",
        error_messages={"required": "Give the number of the decision that is meant."},
    )  # fmt: skip


class SetAsideStatementForm(WhyForm):
    why = ReadableField(
        label="Why is it set aside?", max_length=2000, widget=forms.Textarea(attrs=SHORT),
        help_text="Whoever sent it reads this on their private page.",
        error_messages={"required": "Write the reason; whoever sent it reads it."},
    )  # fmt: skip


class ChangeWordListForm(forms.Form):
    words = ReadableField(
        label="Words and phrases, one a line", required=False, widget=forms.Textarea(attrs={"rows": 12}),
        help_text="Whole words, in any case. A comment with one of them is flagged for a person, and nothing else.",
    )  # fmt: skip


class ChooseProcedureForm(forms.Form):
    key = forms.ChoiceField(
        label="Procedure", widget=forms.RadioSelect,
        choices=[(one.key, one.label) for one in rules.PROCEDURES.values()],
    )  # fmt: skip
    reason = ReadableField(
        label="On whose decision?", max_length=2000, widget=forms.Textarea(attrs=SHORT),
        error_messages={"required": "Say who decided it, for example the file’s number."},
    )  # fmt: skip


# -- the public ----------------------------------------------------------------------------------------


class SubmitStatementForm(forms.Form):
    """The public's appeal. Few questions, and only one must be answered besides saying what it is about."""

    reference = ReadableField(
        label="Number of the decision", required=False, max_length=40,
        help_text="For example 2026-00041. It stands in the decisions register and in the notice.",
    )  # fmt: skip
    described = ReadableField(
        label="If you do not know the number: what happened, where and when?", required=False, max_length=LONGEST,
        widget=forms.Textarea(attrs=SHORT),
        help_text="For example: “My comment under the post about Main Street on the Parks page is gone since Monday.”",
    )  # fmt: skip
    text = ReadableField(
        label="Why is the decision wrong?", max_length=LONGEST, widget=forms.Textarea(attrs=LONG),
        help_text="Write it in your own words, in any language.",
        error_messages={"required": "Write why you think that it is wrong. One sentence is enough."},
    )  # fmt: skip
    handle = ReadableField(
        label="Your name on the platform", required=False, max_length=200,
        help_text="For example @name.bsky.social. It helps us to find your comment.",
    )  # fmt: skip
    name = ReadableField(label="Your name", required=False, max_length=120)
    email = forms.EmailField(
        label="Your e-mail address", required=False,
        help_text="If you want letters when it is answered and when the network shows it. Without it, keep the link "
        "that you get next.",
    )  # fmt: skip
    #: People leave it empty, since they never see it; programs that fill in everything do not.
    homepage = forms.CharField(
        label="Leave this empty", required=False,
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
    )  # fmt: skip
    nonce = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean(self):
        super().clean()
        given = self.cleaned_data
        if "reference" in given and "described" in given and not (given["reference"] or given["described"]):
            self.add_error("reference", "Give the number of the decision, or describe below what happened.")
        return given

    def clean_email(self):
        return rules.readable(self.cleaned_data["email"])

    @property
    def words(self) -> Words:
        fields = ("text", "reference", "described", "handle", "name", "email")
        return Words(**{name: self.cleaned_data[name] for name in fields})


class RegisterFilters(Filters):
    q = forms.CharField(label="Number or reason", max_length=100)
    account = forms.ModelChoiceField(Account.objects.none(), empty_label="Any account")
    outcome = forms.ChoiceField(
        label="Decision",
        choices=[("", "Any"), *[one for one in Decision.Outcome.choices if one[0] != "leave"]],
    )
    since = forms.DateField(label="From", widget=DateInput)
    until = forms.DateField(label="Through", widget=DateInput)

    def __init__(self, data):
        super().__init__(data)
        decided = Case.objects.filter(decisions__reference__isnull=False).values("account")
        offer_rows(self, "account", Account.objects.filter(pk__in=decided).select_related("platform"))
