"""What the Clerk types. Everything is checked again by the actions."""

import json

from django import forms

from accounts.models import Account
from city.models import Seat, User
from city.offers import offer_rows
from city.widgets import DateInput, DateTimeInput
from elections.models import Candidacy, Contest, Election, Rule

YES_NO = [("", "Not known yet"), ("yes", "Yes"), ("no", "No")]


def _date(label: str, *, help_text: str = "", required: bool = True) -> forms.DateField:
    return forms.DateField(label=label, widget=DateInput, help_text=help_text, required=required)


def _text(label: str, *, help_text: str = "", required: bool = True, rows: int = 3) -> forms.CharField:
    return forms.CharField(
        label=label, widget=forms.Textarea(attrs={"rows": rows}), help_text=help_text, required=required
    )


class YesNoField(forms.ChoiceField):
    """Yes, no, or not known yet."""

    def __init__(self, **kwargs):
        super().__init__(choices=YES_NO, **{"required": False, **kwargs})

    def clean(self, value):
        return {"yes": True, "no": False}.get(super().clean(value))


class RecordElectionForm(forms.Form):
    kind = forms.ChoiceField(label="What kind of election", choices=Election.Kind)
    year = forms.IntegerField(
        label="Year",
        required=False,
        help_text="Of a spring or partisan election; its days follow from the rules.",
    )
    ordered_on = _date(
        "Day on which the order was filed", required=False, help_text="Special elections only."
    )
    election_on = _date(
        "Day of the election", required=False, help_text="Special elections only: as ordered."
    )


class SetCirculationForm(forms.Form):
    circulation_on = _date(
        "First day of circulation", required=False, help_text="Leave it empty to follow the rule again."
    )
    note = _text("On what this rests", required=False, help_text="An order, an act, or counsel’s advice.")


class RecordSeatUpForm(forms.Form):
    seat = forms.ModelChoiceField(
        label="Seat",
        queryset=Seat.objects.none(),
        help_text="Its holder is presumed a candidate until papers, a notice or the deadline say otherwise.",
    )
    has_primary = YesNoField(
        label="Is a primary held for it?",
        help_text="Only where candidates exceed twice the seats (Wis. Stat. 8.11). You can enter it later.",
    )

    def __init__(self, *args, election: Election, **kwargs):
        super().__init__(*args, **kwargs)
        taken = election.contests.values("seat")
        offer_rows(self, "seat", Seat.objects.exclude(pk__in=taken).select_related("office"))


class RecordSeatPrimaryForm(forms.Form):
    has_primary = forms.TypedChoiceField(
        label="Is a primary held for this seat?",
        choices=YES_NO[1:],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )


class ConfirmRuleForm(forms.Form):
    note = _text(
        "Note",
        required=False,
        help_text="For example: read at docs.legis.wisconsin.gov today; counsel agrees.",
    )


class AddRuleForm(forms.Form):
    key = forms.ChoiceField(label="Rule", choices=Rule.KEYS)
    citation = forms.CharField(
        label="Citation", max_length=160, help_text="For example: Wis. Stat. 8.10(2)(a)"
    )
    former_citation = forms.CharField(
        label="Its number before it was renumbered",
        max_length=60,
        required=False,
        help_text="For example: 11.33",
    )
    parameters = _text(
        "Values",
        rows=9,
        help_text="Days are written as the law writes them: “December 1”, “first Tuesday in January”.",
    )
    effective_from = _date(
        "For elections held from",
        help_text="The rule before it ends there by itself; its words stay on record.",
    )
    proposed = forms.BooleanField(
        label="This is a bill, not known to be law",
        required=False,
        help_text="It governs nothing until you confirm it for an election.",
    )
    note = _text("Note", required=False)

    def clean_parameters(self):
        try:
            values = json.loads(self.cleaned_data["parameters"])
        except ValueError as error:
            raise forms.ValidationError(
                "Keep the quotation marks, commas and braces as they were."
            ) from error
        if not isinstance(values, dict):
            raise forms.ValidationError("Write the values between { and }.")
        return values


class RecordCandidacyForm(forms.Form):
    person = forms.ModelChoiceField(
        label="Person", queryset=User.objects.none(), help_text="Somebody who holds office in this city."
    )
    contest = forms.ModelChoiceField(
        label="Seat that is sought",
        queryset=Contest.objects.none(),
        required=False,
        empty_label="Another office",
    )
    office_sought = forms.CharField(
        label="Another office",
        max_length=120,
        required=False,
        help_text="For example: State Assembly, district 77",
    )
    basis = forms.ChoiceField(
        label="On what it rests",
        choices=[c for c in Candidacy.Basis.choices if c[0] != Candidacy.Basis.PRESUMED],
    )
    on_primary_ballot = YesNoField(label="Is the name on the ballot of a primary?")
    nominated_on = _date(
        "Day of the canvassers’ determination", required=False, help_text="Write-in votes only."
    )
    caucus_on = _date("Day of the caucus", required=False, help_text="Caucus only.")
    starts_on = _date("Silent from", required=False, help_text="Dates by hand only.")
    ends_on = _date("Free again on", required=False, help_text="Dates by hand only.")
    counsel_note = _text("Counsel’s note", required=False, help_text="Needed with dates by hand.")

    def __init__(self, *args, election: Election, **kwargs):
        super().__init__(*args, **kwargs)
        offer_rows(self, "person", User.objects.filter(terms__isnull=False, is_active=True).distinct())
        offer_rows(self, "contest", election.contests.select_related("seat", "election"))


class _FactForm(forms.Form):
    """`version` is what the Clerk looked at: a fact that somebody else entered since is not overwritten."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class RecordFilingForm(_FactForm):
    filed_on = _date("Papers or declaration filed on")


class RecordNoncandidacyForm(_FactForm):
    noncandidacy_on = _date("Notice of noncandidacy filed on")


class RecordNoFilingForm(_FactForm):
    pass


class RecordWithdrawalForm(_FactForm):
    withdrew_on = _date("Withdrew on")
    counsel_note = _text(
        "Counsel’s note", help_text="Why the silence ends, although the name may be on the ballot."
    )


class RecordPrimaryResultForm(_FactForm):
    nominated = forms.TypedChoiceField(
        label="What does the canvass say?",
        choices=[("yes", "Nominated: silent through the election"), ("no", "Not nominated: free at once")],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    nominated_on = _date("Day of the canvassers’ determination")


class EnterDatesForm(_FactForm):
    starts_on = _date("Silent from", help_text="From the start of this day.")
    ends_on = _date(
        "Free again on", required=False, help_text="From the start of this day. Empty: until you enter one."
    )
    counsel_note = _text(
        "Counsel’s note", help_text="Why these dates hold: appointment, recall, late write-in, recount."
    )


class ReportIncidentForm(forms.Form):
    account = forms.ModelChoiceField(label="Account", queryset=Account.objects.none())
    native_id = forms.CharField(label="Address or id of the post", max_length=400)
    posted_at = forms.DateTimeField(label="Posted at", widget=DateTimeInput)
    text = _text("What it said", required=False)

    def __init__(self, *args, accounts, **kwargs):
        super().__init__(*args, **kwargs)
        offer_rows(self, "account", accounts)


class CloseIncidentForm(forms.Form):
    finding = _text("What was found, and what was done about it", rows=5)


class WhatIfForm(forms.Form):
    """Other dates, tried without changing anything. Read from the address."""

    circulation_on = _date("First day of circulation", required=False)
    nominated = YesNoField(label="Nominated at the primary?")
    on_primary_ballot = YesNoField(label="On the ballot of a primary?")
