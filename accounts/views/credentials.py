"""Where the credentials of an account lie, and looking at one that is stored here."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables

from accounts import permissions as may
from accounts.actions import credentials as acts
from accounts.credential_forms import AddCredentialForm, RevealCredentialForm, RotateCredentialForm
from accounts.forms import ReasonForm
from accounts.models import Account, Credential
from accounts.models.errand import city_day
from accounts.views.answer import account_or_404, ask_and_do, one_act
from city.attempts import carried_out
from city.permissions import require
from city.requests import CityRequest
from city.sign_in import fresh_second_factor


def credential_or_404(request: CityRequest, pk: int) -> Credential:
    accounts = Account.objects.visible_to(request.user, request.at)
    rows = Credential.objects.current().filter(account__in=accounts)
    return get_object_or_404(rows.select_related("account__office", "account__platform", "keeper"), pk=pk)


@sensitive_post_parameters("secret")
@ask_and_do
def add_credential(request: CityRequest, pk: int) -> HttpResponse:
    account = account_or_404(request, pk)
    require(may.can_keep_credentials, request.user, account, request.at)
    first = {"rotated_on": city_day(request.at), "keeper": request.user.pk, "identifier": account.handle}
    form = AddCredentialForm(request.POST or None, initial=first)
    return one_act(request, form, acts.add_credential, account, said="The credential is entered.")


@sensitive_post_parameters("secret")
@ask_and_do
def rotate_credential(request: CityRequest, pk: int) -> HttpResponse:
    credential = credential_or_404(request, pk)
    require(may.can_keep_credentials, request.user, credential.account, request.at)
    form = RotateCredentialForm(
        request.POST or None,
        initial={"rotated_on": city_day(request.at)},
        stored=credential.place == Credential.Place.HERE,
    )
    return one_act(request, form, acts.rotate_credential, credential, said="The change is recorded.")


@ask_and_do
def end_credential(request: CityRequest, pk: int) -> HttpResponse:
    credential = credential_or_404(request, pk)
    require(may.can_keep_credentials, request.user, credential.account, request.at)
    form = ReasonForm(request.POST or None)
    return one_act(request, form, acts.end_credential, credential, said="The credential is ended.")


@never_cache
@sensitive_variables("shown")
@ask_and_do
@fresh_second_factor
def reveal_credential(request: CityRequest, pk: int) -> HttpResponse:
    """The one page that shows a secret: to who has shown a second factor just now and written a reason."""
    credential = credential_or_404(request, pk)
    require(may.can_reveal_credential, request.user, credential, request.at)
    form, shown = RevealCredentialForm(request.POST or None), []
    if form.is_valid():

        def act(**fields):
            shown.append(acts.reveal_credential(credential, **fields))

        carried_out(form, act, by=request.user, at=request.at, **form.cleaned_data)
    context = {"form": form, "thing": credential, "account": credential.account, "shown": shown}
    return render(request, "accounts/reveal_credential.html", context)
