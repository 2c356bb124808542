"""Forms for who holds the keys: the roster, its rules."""

from django import forms

from accounts.models import Administrator, KeyRules, Platform
from city.forms import Filters
from city.models import Office
from city.widgets import DateInput


class ChangeAdministratorForm(forms.Form):
    platform_role = forms.ChoiceField(
        label="What they may do there", choices=Administrator.PlatformRole.choices
    )


class ChangeContractorForm(ChangeAdministratorForm):
    contractor_firm = forms.CharField(label="Firm", max_length=120, required=False)
    contract_ends_on = forms.DateField(
        label="The contract ends on",
        widget=DateInput,
        required=False,
        help_text="After this day the account’s page says that the access must go.",
    )


class AttestSecondFactorForm(forms.Form):
    second_factor = forms.ChoiceField(
        label="What you saw", choices=Administrator.SecondFactor.choices, widget=forms.RadioSelect
    )
    evidence = forms.CharField(
        label="How you saw it",
        max_length=500,
        help_text="For example: looked at the security settings together on Nov 20.",
    )


class ConfirmDutiesForm(forms.Form):
    reason = forms.CharField(
        label="Where the duty stands",
        max_length=500,
        help_text="For example: job description of May 2026, section 3. For a contractor: the contract’s number.",
    )


class KeyRulesForm(forms.ModelForm):
    reason = forms.CharField(label="Why it is changed", max_length=500, required=False)

    class Meta:
        model = KeyRules
        fields = [
            "attestation_days",
            "most_full",
            "silent_days",
            "credential_months",
            "review_every_days",
            "review_days",
            "review_officer_days",
            "proof_days",
            "request_days",
        ]


class AdministratorFilters(Filters):
    q = forms.CharField(label="Name or account", max_length=200)
    office = forms.ModelChoiceField(Office.objects.all(), empty_label="Any office")
    platform = forms.ModelChoiceField(Platform.objects.all(), empty_label="Any platform")
    second_factor = forms.ChoiceField(
        choices=[("", "Any second factor"), *Administrator.SecondFactor.choices]
    )
    state = forms.ChoiceField(
        choices=[
            ("", "All"),
            ("expired", "Attestation expired"),
            ("contractors", "Contractors"),
            ("leavers", "People who left"),
            ("duties", "Duties not confirmed"),
        ]
    )
    whose = forms.ChoiceField(label="Whose", choices=[("", "The whole city’s"), ("mine", "My offices’")])
