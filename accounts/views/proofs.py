"""How one can see that an account is the city's: asserted, looked at now, withdrawn."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from accounts import permissions as may
from accounts.actions import proofs as acts
from accounts.forms import ReasonForm
from accounts.models import Account, Proof
from accounts.views.answer import account_or_404, ask_and_do, one_act
from city.permissions import require
from city.requests import CityRequest


class AssertProofForm(forms.Form):
    method = forms.ChoiceField(
        label="How one can see it", choices=Proof.Method.choices, widget=forms.RadioSelect
    )
    page_url = forms.URLField(
        label="Page of the city",
        required=False,
        max_length=500,
        help_text="Only for rel=me: the page on the city’s site that links to the account.",
    )


def proof_or_404(request: CityRequest, pk: int) -> Proof:
    accounts = Account.objects.visible_to(request.user, request.at)
    rows = Proof.objects.filter(account__in=accounts)
    return get_object_or_404(rows.select_related("account__office", "account__platform"), pk=pk)


@ask_and_do
def assert_proof(request: CityRequest, pk: int) -> HttpResponse:
    account = account_or_404(request, pk)
    require(may.can_prove_account, request.user, account, request.at)
    form = AssertProofForm(request.POST or None)
    return one_act(
        request, form, acts.assert_proof, account, said="It is on the list, and is looked at daily."
    )


@require_POST
def check_proof(request: CityRequest, pk: int) -> HttpResponse:
    proof = proof_or_404(request, pk)
    require(may.can_prove_account, request.user, proof.account, request.at)
    seen = acts.check_proof(proof.pk, at=request.at)
    messages.info(request, seen.said if seen else "Somebody is looking at it just now.")
    return redirect("accounts:see_account", proof.account_id)


@ask_and_do
def withdraw_proof(request: CityRequest, pk: int) -> HttpResponse:
    proof = proof_or_404(request, pk)
    require(may.can_prove_account, request.user, proof.account, request.at)
    form = ReasonForm(request.POST or None)
    return one_act(request, form, acts.withdraw_proof, proof, said="It is off the list.")
