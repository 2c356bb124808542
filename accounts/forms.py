"""Forms of the registry. What the city's rules forbid is said by the actions; these read what was typed."""

from django import forms

from accounts.faults import QUESTIONS
from accounts.impostors import QUESTIONS as IMPOSTOR_QUESTIONS
from accounts.languages import language_named
from accounts.models import (
    Account,
    Administrator,
    Ask,
    Connection,
    Errand,
    Impostor,
    Platform,
    Request,
    Review,
)
from city.forms import Filters
from city.models import City, Office, User
from city.offers import offer_choices, offer_rows
from city.widgets import DateInput


class ReasonForm(forms.Form):
    """A change that is explained to whoever reads the history."""

    reason = forms.CharField(label="Why", max_length=5000, widget=forms.Textarea(attrs={"rows": 4}))


class OptionalReasonForm(forms.Form):
    reason = forms.CharField(
        label="Note", max_length=5000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


class NothingToAskForm(forms.Form):
    """A change that asks nothing."""


class AccountFilters(Filters):
    q = forms.CharField(label="Words, handle or address", max_length=500)
    office = forms.ModelChoiceField(Office.objects.all(), empty_label="Any office")
    platform = forms.ModelChoiceField(Platform.objects.all(), empty_label="Any platform")
    status = forms.ChoiceField(choices=[("", "Any status"), *Account.Status.choices])
    kind = forms.ChoiceField(choices=[("", "Any kind"), *Account.Kind.choices])
    connection = forms.ChoiceField(
        choices=[("", "Connected or not"), ("none", "Not connected"), *Connection.Status.choices]
    )
    finding = forms.ChoiceField(
        label="Finding",
        choices=[
            ("", "With or without findings"),
            *((one.code, one.title.capitalize()) for one in QUESTIONS),
        ],
    )
    whose = forms.ChoiceField(label="Whose", choices=[("", "The whole city’s"), ("mine", "My offices’")])


class RequestFilters(Filters):
    office = forms.ModelChoiceField(Office.objects.all(), empty_label="Any office")
    platform = forms.ModelChoiceField(Platform.objects.all(), empty_label="Any platform")
    ask = forms.ChoiceField(label="What is asked for", choices=[("", "Anything"), *Ask.choices])
    status = forms.ChoiceField(choices=[("", "Any status"), *Request.Status.choices])
    turn = forms.ChoiceField(
        label="Waits for",
        choices=[("", "Anybody or nobody"), ("me", "Me"), *Review.ROLES, ("asker", "Who asked")],
    )
    late = forms.ChoiceField(
        label="How long", choices=[("", "However long"), ("yes", "Longer than the rules allow")]
    )


class ErrandFilters(Filters):
    state = forms.ChoiceField(
        choices=[("open", "To do"), ("overdue", "Overdue"), ("done", "Done"), ("all", "All")]
    )
    kind = forms.ChoiceField(label="What", choices=[("", "Anything"), *Errand.Kind.choices])
    whose = forms.ChoiceField(label="Whose", choices=[("", "The whole city’s"), ("mine", "My offices’")])


class ImpostorFilters(Filters):
    q = forms.CharField(label="Name or address", max_length=200)
    question = forms.ChoiceField(
        label="What is to be done",
        choices=[("", "Anything"), *((one.code, one.label) for one in IMPOSTOR_QUESTIONS)],
    )
    status = forms.ChoiceField(label="State", choices=[("", "Any state"), *Impostor.Status.choices])
    platform = forms.ModelChoiceField(Platform.objects.all(), empty_label="Any platform")


class ReportToPlatformForm(forms.Form):
    reported_on = forms.DateField(label="Reported on", widget=DateInput)
    reference = forms.CharField(
        label="The platform’s reference",
        required=False,
        max_length=120,
        help_text="The number of the report or of the letter, if it gave one.",
    )


class ReportImpostorForm(forms.Form):
    """For everybody, without sign-in."""

    address = forms.CharField(
        label="Which account is it?",
        max_length=2000,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
        ),
        help_text="Paste its address. If you have none, write its name as it stands there.",
    )
    platform = forms.ModelChoiceField(
        Platform.objects.all(),
        label="On which platform?",
        required=False,
        empty_label="It stands in the address",
    )
    text = forms.CharField(
        label="What does it do?",
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="For example: it uses the city’s seal and asks for payments. In any language.",
    )
    email = forms.EmailField(
        label="Your e-mail address",
        required=False,
        help_text="Only if we may ask you something. It is shown to nobody but the people who look into this.",
    )
    #: People leave it empty, since they never see it; programs that fill in everything do not.
    homepage = forms.CharField(
        label="Leave this empty",
        required=False,
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
    )
    nonce = forms.CharField(required=False, widget=forms.HiddenInput)


class VerifyForm(forms.Form):
    use_required_attribute = False

    q = forms.CharField(
        label="Address or name of the account",
        max_length=5000,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
        ),
        help_text="As it stands in your browser or under the post: https://… or @name.",
    )
    platform = forms.ModelChoiceField(
        Platform.objects.all(),
        label="Platform",
        required=False,
        empty_label="It stands in the address",
        to_field_name="slug",
        help_text="Only for a name without an address.",
    )


class DirectoryFilters(Filters):
    q = forms.CharField(label="Words", max_length=200)
    office = forms.ModelChoiceField(Office.objects.all(), empty_label="Any office", to_field_name="slug")
    district = forms.TypedChoiceField(coerce=int, empty_value=None)
    platform = forms.ModelChoiceField(
        Platform.objects.all(), empty_label="Any platform", to_field_name="slug"
    )
    language = forms.ChoiceField()

    def __init__(self, data):
        super().__init__(data)
        city = City.objects.only("district_word").first()
        word = city.district_word if city else "district"
        numbers = (
            Office.objects.filter(kind=Office.Kind.DISTRICT)
            .order_by("number")
            .values_list("number", flat=True)
        )
        self.fields["district"].label = word.capitalize()
        offer_choices(self, "district", [("", f"Any {word}"), *((number, f"{number}") for number in numbers)])
        codes = Account.objects.public().order_by("language").values_list("language", flat=True).distinct()
        offer_choices(
            self, "language", [("", "Any language"), *((code, language_named(code)) for code in codes)]
        )


class AddAccountForm(forms.ModelForm):
    in_use = forms.BooleanField(
        label="The account is already in use",
        required=False,
        help_text="Then it is active at once. Leave this empty for one that is still being set up.",
    )

    class Meta:
        model = Account
        fields = [
            "office",
            "platform",
            "kind",
            "name",
            "handle",
            "url",
            "native_id",
            "purpose",
            "audience",
            "generic_email",
            "language",
        ]
        widgets = {"purpose": forms.Textarea(attrs={"rows": 3}), "url": forms.TextInput}
        help_texts = {
            "url": "Copied from the account’s own page. Either this or the handle is enough.",
            "native_id": "Only if you know it. Connecting the account fills it in.",
            "language": "A code such as en, es or hmn.",
            "generic_email": "A shared address of the city, not one person’s.",
        }

    def __init__(self, *arguments, **named):
        super().__init__(*arguments, **named)
        # Any form of an address is read by the rules, also one without https://.
        label = self.fields["url"].label
        self.fields["url"] = forms.CharField(
            label=label, required=False, max_length=500, help_text=self.Meta.help_texts["url"]
        )

    def _post_clean(self):
        """The action saves, under its own rules."""


class ChangeAccountForm(AddAccountForm):
    reason = forms.CharField(label="Why it is changed", max_length=500, required=False)
    in_use = None  # type: ignore[assignment]  # how Django leaves out an inherited field

    class Meta(AddAccountForm.Meta):
        fields = [*(name for name in AddAccountForm.Meta.fields if name != "platform"), "capture_every"]

    def clean(self):
        """Who corrects only the handle, or only the address, means the account; the other follows."""
        super().clean()
        values = self.cleaned_data
        changed = set(self.changed_data)
        if "handle" in changed and "url" not in changed and values.get("handle"):
            values["url"] = ""
        elif "url" in changed and "handle" not in changed and values.get("url"):
            values["handle"] = ""
        return values


class AddAdministratorForm(forms.ModelForm):
    class Meta:
        model = Administrator
        fields = ["user", "contractor", "contractor_firm", "contract_ends_on", "platform_role"]
        labels = {"user": "Person of the city", "platform_role": "What they may do there"}
        help_texts = {"contractor": "Only for somebody who is not among the city’s people."}
        widgets = {"contract_ends_on": DateInput}

    def __init__(self, *arguments, **named):
        super().__init__(*arguments, **named)
        offer_rows(self, "user", User.objects.filter(is_active=True))

    def _post_clean(self):
        """The action saves, under its own rules."""


class ConnectAccountForm(forms.Form):
    service_url = forms.CharField(
        label="Server", max_length=300, help_text="For most accounts https://bsky.social."
    )
    identifier = forms.CharField(label="Handle", max_length=200)
    secret = forms.CharField(
        label="App password",
        max_length=500,
        strip=True,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text="Made on the platform under Settings, App passwords. It is stored encrypted and never shown again.",
    )


class ChangePlatformForm(forms.Form):
    status = forms.ChoiceField(
        label="The city’s decision", choices=Platform.Status.choices, widget=forms.RadioSelect
    )
    reason = forms.CharField(
        label="Conditions, or why it is prohibited",
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="People who ask for an account there read this.",
    )
    decided_on = forms.DateField(label="Decided on", widget=DateInput)


class CompleteErrandForm(forms.Form):
    evidence = forms.CharField(
        label="What you did, and how one can see it",
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="For example: removed in the page’s settings at 10:15; screenshot in IT ticket 4711.",
    )


class CheckImportForm(forms.Form):
    file = forms.FileField(label="CSV file", help_text="At most 20 MB. From Excel: Save as, “CSV UTF-8”.")
    create_offices = forms.BooleanField(
        label="Add offices that are not known yet",
        required=False,
        help_text="Otherwise a row with an unknown office is rejected, with a suggestion.",
    )
