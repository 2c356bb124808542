"""Forms of access reviews."""

from django import forms

from accounts.models import AccessReview, Administrator, ReviewLine
from city.forms import Filters
from city.models import Office


class AccessReviewFilters(Filters):
    office = forms.ModelChoiceField(Office.objects.all(), empty_label="Any office")
    state = forms.ChoiceField(
        choices=[
            ("", "All"),
            (AccessReview.Status.OPEN.value, "Under way"),
            ("overdue", "Overdue"),
            (AccessReview.Status.DONE.value, "Answered"),
            ("mine", "Waiting for me"),
        ]
    )
    whose = forms.ChoiceField(label="Whose", choices=[("", "The whole city’s"), ("mine", "My offices’")])


class OpenAccessReviewForm(forms.Form):
    office = forms.ModelChoiceField(
        Office.objects.filter(accounts__isnull=False).distinct(), help_text="Only offices that have accounts."
    )


class AnswerReviewLineForm(forms.Form):
    answer = forms.ChoiceField(choices=ReviewLine.Answer.choices)
    platform_role = forms.ChoiceField(choices=Administrator.PlatformRole.choices, required=False)
