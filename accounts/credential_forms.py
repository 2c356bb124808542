"""Forms for credentials: a pointer to the vault, or a secret that is stored here."""

from django import forms

from accounts.models import Credential
from city.models import User
from city.offers import offer_rows
from city.widgets import DateInput


def secret_field(**named) -> forms.CharField:
    return forms.CharField(
        label="The secret",
        max_length=4000,
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        **named,
    )


class AddCredentialForm(forms.ModelForm):
    place = forms.ChoiceField(
        label="Where it lies",
        choices=Credential.Place.choices,
        widget=forms.RadioSelect,
        help_text="The city’s vault is better: what is stored here can be shown, with a reason and a letter to the officer.",
    )
    secret = secret_field(help_text="Only if it is stored here. Leave this empty for the vault.")

    field_order = ("kind", "identifier", "place", "vault", "vault_path", "secret")

    class Meta:
        model = Credential
        fields = ["kind", "identifier", "place", "vault", "vault_path", "keeper", "rotated_on"]
        labels = {"kind": "What it is", "keeper": "Who keeps it"}
        help_texts = {
            "vault": "For example: Keys of Communications.",
            "vault_path": "So that a stranger to it finds it.",
            "keeper": "Whom to ask when it is needed.",
        }
        widgets = {"rotated_on": DateInput}

    def __init__(self, *arguments, **named):
        super().__init__(*arguments, **named)
        offer_rows(self, "keeper", User.objects.filter(is_active=True))

    def _post_clean(self):
        """The action saves, under its own rules."""


class RotateCredentialForm(forms.Form):
    secret = secret_field()
    rotated_on = forms.DateField(label="Changed on", widget=DateInput)
    reason = forms.CharField(
        label="Why it was changed", max_length=500, help_text="For example: somebody left; the yearly change."
    )

    def __init__(self, *arguments, stored: bool, **named):
        super().__init__(*arguments, **named)
        self.fields["secret"].label = "The new secret"
        if not stored:
            del self.fields["secret"]


class RevealCredentialForm(forms.Form):
    reason = forms.CharField(
        label="For what you need it",
        max_length=500,
        help_text="The officer gets a letter with your name and this sentence.",
    )
