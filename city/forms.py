"""Forms of the city floor. What the city's rules forbid is said by the actions; these read what was typed."""

from zoneinfo import available_timezones

from django import forms
from django.utils import timezone

from city import verbs
from city.clock import start_of_day
from city.models import City, Office, Seat, Term, User
from city.roles import OF_AN_OFFICE, Role
from city.widgets import ColourInput, DateInput

PASSWORD_HINT = "At least 12 characters. A sentence that only you would think of is good."  # noqa: S105


def new_password(**attributes) -> forms.CharField:
    return forms.CharField(
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        strip=False, help_text=PASSWORD_HINT, max_length=4096, **attributes,
    )  # fmt: skip


class Filters(forms.Form):
    """Filters of a list, in its address: none is required, and a wrong value filters nothing out."""

    use_required_attribute = False

    def __init__(self, data):
        super().__init__(data)
        for field in self.fields.values():
            field.required = False

    @property
    def values(self) -> dict:
        self.is_valid()
        return self.cleaned_data


class PeopleFilters(Filters):
    STATUS = [
        ("", "Everybody"), ("active", "Active"), ("invited", "Invited, not in yet"),
        ("expired", "Invitation expired"), ("deactivated", "Deactivated"),
    ]  # fmt: skip

    q = forms.CharField(label="Name or e-mail", max_length=200)
    role = forms.ChoiceField(choices=[("", "Any role"), *Role.choices])
    office = forms.ModelChoiceField(Office.objects.all(), empty_label="Any office")
    status = forms.ChoiceField(choices=STATUS)


class EntryFilters(Filters):
    actor = forms.CharField(label="Who", max_length=120)
    verb = forms.ChoiceField(label="What")
    subject = forms.CharField(label="To what", max_length=250)
    since = forms.DateField(label="From", widget=DateInput)
    until = forms.DateField(label="Through", widget=DateInput)

    def __init__(self, data):
        super().__init__(data)
        self.fields["verb"].choices = [  # type: ignore[attr-defined]
            ("", "Anything"),
            *((verb, verb) for verb in sorted(verbs.all_verbs())),
        ]


class MailFilters(Filters):
    q = forms.CharField(label="To or subject", max_length=200)
    status = forms.ChoiceField(
        choices=[
            ("", "All"), ("waiting", "Waiting"), ("late", "Waiting for over 15 minutes"), ("sent", "Sent"),
            ("failed", "Failed"), ("shown", "Shown here only"),
        ]
    )  # fmt: skip


class InviteUserForm(forms.ModelForm):
    role = forms.ChoiceField(choices=[("", "None yet"), *Role.choices], required=False)
    office = forms.ModelChoiceField(
        Office.objects.filter(closed_on=None), required=False, empty_label="The whole city",
        help_text="Department staff and heads, elected members and council staff belong to one office.",
    )  # fmt: skip

    class Meta:
        model = User
        fields = ["name", "email", "title", "phone"]

    def _post_clean(self):
        """The action says what is wrong with the entry, also when somebody else was faster."""

    def clean(self):
        cleaned = super().clean() or {}
        if cleaned.get("role", "") in OF_AN_OFFICE and not cleaned.get("office"):
            self.add_error("office", "Choose the office in which the role is held.")
        return cleaned


class ChangeUserForm(InviteUserForm):
    role = office = None  # type: ignore[assignment]

    def clean(self):
        return self.cleaned_data


class AcceptInvitationForm(forms.Form):
    password = new_password()


class GiveRoleForm(forms.Form):
    role = forms.ChoiceField(choices=Role.choices)
    office = forms.ModelChoiceField(
        Office.objects.filter(closed_on=None), required=False, empty_label="The whole city",
        help_text="Department staff and heads, elected members and council staff belong to one office.",
    )  # fmt: skip
    starts_on = forms.DateField(
        label="From", widget=DateInput, help_text="The role holds from midnight, city time."
    )
    ends_on = forms.DateField(
        label="Until",
        widget=DateInput,
        required=False,
        help_text="The first day without the role. Empty: for good.",
    )

    def instants(self, at) -> dict:
        """From and until as instants in the city's zone; a role that begins today begins now."""
        zone = timezone.get_current_timezone()
        start, end = self.cleaned_data["starts_on"], self.cleaned_data["ends_on"]
        starts_at = at if start == timezone.localdate(at) else start_of_day(start, zone)
        return {"starts_at": starts_at, "ends_at": start_of_day(end, zone) if end else None}


class ReasonForm(forms.Form):
    reason = forms.CharField(widget=forms.Textarea(attrs={"rows": 3}), max_length=2000)


class OptionalReasonForm(forms.Form):
    reason = forms.CharField(widget=forms.Textarea(attrs={"rows": 3}), max_length=2000, required=False)


class OfficeForm(forms.ModelForm):
    class Meta:
        model = Office
        fields = ["kind", "name", "number", "parent", "email", "phone", "website_url", "custodian_position"]
        labels = {"parent": "Stands below", "website_url": "Web page", "email": "E-mail of the office"}

    def __init__(self, *arguments, **named):
        super().__init__(*arguments, **named)
        self.fields["parent"].queryset = Office.objects.filter(closed_on=None)  # type: ignore[attr-defined]
        self.fields["parent"].empty_label = "The city itself"  # type: ignore[attr-defined]

    def _post_clean(self):
        """The action says what is wrong with the entry, also when somebody else was faster."""


class CloseOfficeForm(ReasonForm):
    on = forms.DateField(
        label="Closed from", widget=DateInput, help_text="The first day without this office."
    )
    field_order = ["on", "reason"]


class SeatForm(forms.ModelForm):
    class Meta:
        model = Seat
        fields = ["title", "term_years", "first_election_year"]
        labels = {"term_years": "Length of a term in years", "first_election_year": "A year of its election"}

    term_years = forms.IntegerField(label="Length of a term in years", min_value=1, max_value=6)
    first_election_year = forms.IntegerField(
        label="A year of its election", min_value=1846, max_value=2200,
        help_text="With the length of a term it gives all others.",
    )  # fmt: skip


class RecordTermForm(forms.ModelForm):
    class Meta:
        model = Term
        fields = ["person", "starts_on", "ends_on", "note"]
        widgets = {"starts_on": DateInput, "ends_on": DateInput}
        labels = {"starts_on": "From", "ends_on": "Until"}
        help_texts = {"ends_on": "The first day after the term: the successor’s first day."}

    def __init__(self, *arguments, **named):
        super().__init__(*arguments, **named)
        self.fields["person"].queryset = User.objects.filter(is_active=True)  # type: ignore[attr-defined]

    def _post_clean(self):
        """The action says what is wrong with the entry, also when somebody else was faster."""


class EndTermForm(ReasonForm):
    ends_on = forms.DateField(
        label="Ends on", widget=DateInput, help_text="The first day without this holder."
    )
    field_order = ["ends_on", "reason"]


class CityForm(forms.ModelForm):
    seal_file = forms.FileField(
        label="Seal", required=False, widget=forms.FileInput(attrs={"accept": "image/png"}),
        help_text="A PNG picture of at most 200 kB. It stands in the header of every page.",
    )  # fmt: skip
    time_zone = forms.ChoiceField(choices=[])

    class Meta:
        model = City
        fields = [
            "name", "state", "time_zone", "population", "website_url", "policy_url",
            "council_word", "seats_count", "quorum", "alder_word", "alders_word", "district_word",
            "districts_word", "blackout_mode", "primary_colour", "accent_colour", "seal_file", "seal_alt",
        ]  # fmt: skip
        widgets = {
            "quorum": forms.RadioSelect, "blackout_mode": forms.RadioSelect,
            "primary_colour": ColourInput, "accent_colour": ColourInput,
        }  # fmt: skip
        labels = {
            "policy_url": "Address of the social media policy",
            "primary_colour": "Colour of the header",
            "accent_colour": "Colour of buttons and links",
            "quorum": "Quorum of the council",
            "blackout_mode": "What is stopped for a member who is a candidate",
        }
        help_texts = {
            "primary_colour": "White text must be readable on it (WCAG 2.1: contrast of 4.5 to 1).",
            "alder_word": "As it is written inside a sentence: alder, alderperson, council member.",
            "district_word": "District or ward.",
            "state": "Two letters.",
        }  # fmt: skip

    def __init__(self, *arguments, **named):
        super().__init__(*arguments, **named)
        zones = sorted(
            zone for zone in available_timezones() if zone.startswith(("America/", "Pacific/", "US/"))
        )
        here = self.instance.time_zone or "America/Chicago"
        self.fields["time_zone"].choices = [  # type: ignore[attr-defined]
            (zone, zone.replace("_", " ")) for zone in {here: 0, **dict.fromkeys(zones)}
        ]

    def clean_state(self):
        return self.cleaned_data["state"].upper()

    def clean_seal_file(self):
        """A file that is far too large is not read at all."""
        upload = self.cleaned_data["seal_file"]
        if upload and upload.size > 2_000_000:
            raise forms.ValidationError(
                f"The file has {upload.size // 1000:,} kB; at most 200 kB are allowed."
            )
        return upload

    def values(self) -> dict:
        """What the action takes: the seal as bytes, and only when a new one was chosen."""
        values = dict(self.cleaned_data)
        upload = values.pop("seal_file")
        return values | ({"seal": upload.read()} if upload else {})

    def _post_clean(self):
        """The action says what is wrong with the values, and reads the row anew."""


class SetUpForm(forms.Form):
    token = forms.CharField(
        label="Set-up token", max_length=200, widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text="The server printed it when it started; manage.py setup_token prints it again.",
    )  # fmt: skip
    name = forms.CharField(
        label="Your name", max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    email = forms.EmailField(
        label="Your e-mail", max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "username"})
    )
    password = new_password()


class HolidayForm(forms.Form):
    on = forms.DateField(label="Day", widget=DateInput)
    name = forms.CharField(
        label="Why the city is closed",
        max_length=120,
        help_text="For example: City Hall closed by a snow emergency",
    )
