"""Filters of the archive's lists."""

from django import forms

from accounts.models import Account
from city.forms import Filters
from city.offers import offer_rows
from city.widgets import DateInput
from records.models import Capture, Record


class RecordFilters(Filters):
    q = forms.CharField(label="Words, address or id", max_length=400)
    account = forms.ModelChoiceField(Account.objects.none(), label="Account", empty_label="All accounts")
    kind = forms.ChoiceField(label="Kind", choices=[("", "Everything"), *Record.Kind.choices])
    state = forms.ChoiceField(label="State", choices=[("", "Any"), *Record.State.choices])
    versions = forms.ChoiceField(
        label="Versions", choices=[("", "Newest of each item"), ("all", "Every version")]
    )
    since = forms.DateField(label="Captured from", widget=DateInput)
    until = forms.DateField(label="Captured through", widget=DateInput)

    def __init__(self, data):
        super().__init__(data)
        archived = Account.objects.filter(pk__in=Capture.objects.order_by().values("account"))
        offer_rows(self, "account", archived.select_related("platform").order_by("name", "handle"))


class CaptureFilters(Filters):
    QUESTIONS = [
        ("", "All connected accounts"), ("failing", "Last capture failed"), ("late", "Late by three intervals"),
        ("never", "Never captured"), ("open", "Waiting or running"), ("warned", "Something could not be fetched"),
    ]  # fmt: skip

    q = forms.CharField(label="Account or office", max_length=200)
    question = forms.ChoiceField(label="Show", choices=QUESTIONS)
