"""People: the list, one person, invitations and roles."""

from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db.models import Exists, OuterRef, Prefetch, Q
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import NoReverseMatch, reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from city import permissions
from city.actions import people
from city.attempts import carried_out
from city.forms import (
    AcceptInvitationForm,
    ChangeUserForm,
    GiveRoleForm,
    InviteUserForm,
    OptionalReasonForm,
    PeopleFilters,
)
from city.lists import Column, list_response
from city.log import history_of
from city.models import Grant, User
from city.permissions import require
from city.refusals import Refusal
from city.requests import CityRequest

ask_and_do = require_http_methods(["GET", "HEAD", "POST"])


def person_state(user, at) -> tuple[str, str]:
    """What may be said of a person in a word, and how good it is."""
    if not user.is_active:
        return "Deactivated", "neutral"
    if user.is_waiting:
        return ("Invited", "attention") if user.has_open_invitation else ("Invitation expired", "bad")
    return "Active", "good"


def shown_people(request: CityRequest):
    """The people that the filters leave, each with the roles of now and how far the invitation got."""
    at, user = request.at, request.user
    filters = PeopleFilters(request.GET)
    wanted = filters.values
    rows = User.objects.visible_to(user, at)
    if text := wanted.get("q"):
        rows = rows.filter(Q(name__icontains=text) | Q(email__icontains=text))
    grants = Grant.objects.at(at)
    if role := wanted.get("role"):
        grants = grants.filter(role=role)
    if office := wanted.get("office"):
        grants = grants.filter(office=office)
    if role or office:
        rows = rows.filter(pk__in=grants.values("user_id"))
    by_state = {
        "active": rows.filter(is_active=True).exclude(pk__in=User.objects.not_joined()),
        "invited": rows.filter(pk__in=User.objects.not_joined()),
        "expired": rows.filter(pk__in=User.objects.invitation_expired(at)),
        "deactivated": rows.filter(is_active=False),
    }
    return filters, with_state(by_state.get(wanted.get("status", ""), rows), at).order_by("name", "pk")


def with_state(rows, at):
    """The rows with what `person_state` and the list need, in a fixed number of queries."""
    open_now = people.Invitation.objects.filter(user=OuterRef("pk"), used_at=None, expires_at__gt=at)
    now = Prefetch("grants", Grant.objects.at(at).select_related("office"), to_attr="grants_now")
    waiting = Exists(User.objects.not_joined().filter(pk=OuterRef("pk")))
    return rows.annotate(is_waiting=waiting, has_open_invitation=Exists(open_now)).prefetch_related(now)


@require_safe
def list_people(request: CityRequest) -> HttpResponseBase:
    require(permissions.can_see_people, request.user, None, request.at)
    filters, rows = shown_people(request)
    columns = [
        Column("Name", "name"),
        Column("E-mail", "email"),
        Column("Job title", "title"),
        Column("Roles", lambda one: "; ".join(str(grant) for grant in one.grants_now)),
        Column("State", lambda one: person_state(one, request.at)[0]),
    ]
    can_invite = permissions.can_invite_user(request.user, None, request.at)
    context = {"filters": filters, "can_invite": can_invite}
    return list_response(request, "city/list_people.html", rows, columns, name="people", context=context)


def person_or_404(request: CityRequest, pk: int) -> User:
    rows = with_state(User.objects.visible_to(request.user, request.at), request.at)
    return get_object_or_404(rows, pk=pk)


@require_safe
def see_person(request: CityRequest, pk: int) -> HttpResponse:
    person = person_or_404(request, pk)
    by, at = request.user, request.at
    label, kind = person_state(person, at)
    context = {
        "person": person,
        "state": label,
        "state_kind": kind,
        "grants": person.grants.select_related("office", "granted_by").order_by("-starts_at", "pk"),
        "sessions": UserSession.objects.filter(user=person).order_by("-last_seen_at"),
        "terms": person.terms.select_related("seat"),
        "entries": history_of(person),
        "may": may_do(by, person, at),
        "deactivate_url": url_if_there("accounts:deactivate_user", person.pk),
    }
    return render(request, "city/see_person.html", context)


def may_do(by: User, person: User, at) -> dict[str, bool]:
    """Which of the page's actions this reader may take."""
    return {
        "change": permissions.can_change_user(by, person, at),
        "invite": permissions.can_invite_user(by, person, at),
        "give_role": permissions.can_give_role(by, "", at),
        "deactivate": permissions.can_deactivate_user(by, person, at),
        "sign_out": by.pk == person.pk or permissions.can_deactivate_user(by, person, at),
    }


def url_if_there(name: str, *arguments) -> str:
    """The address of another app's page, or nothing while that app has none."""
    try:
        return reverse(name, args=arguments)
    except NoReverseMatch:
        return ""


@ask_and_do
def invite_user(request: CityRequest) -> HttpResponse:
    require(permissions.can_invite_user, request.user, None, request.at)
    form = InviteUserForm(request.POST or None)
    if form.is_valid() and carried_out(
        form, people.invite_user, by=request.user, at=request.at, **form.cleaned_data
    ):
        messages.success(request, f"The invitation to {form.cleaned_data['email']} is on its way.")
        return redirect("city:list_people")
    return render(request, "city/invite_user.html", {"form": form})


@ask_and_do
def send_invitation(request: CityRequest, pk: int) -> HttpResponse:
    person = person_or_404(request, pk)
    require(permissions.can_invite_user, request.user, person, request.at)
    if request.method == "POST":
        people.invite_user_again(person, by=request.user, at=request.at)
        messages.success(request, f"A new invitation to {person.email} is on its way.")
        return redirect("city:see_person", pk)
    return render(request, "city/send_invitation.html", {"person": person})


@ask_and_do
def change_user(request: CityRequest, pk: int) -> HttpResponse:
    person = person_or_404(request, pk)
    require(permissions.can_change_user, request.user, person, request.at)
    form = ChangeUserForm(request.POST or None, instance=person)
    if form.is_valid() and carried_out(
        form, people.change_user, person, by=request.user, at=request.at, **form.cleaned_data
    ):
        return redirect("city:see_person", pk)
    return render(request, "city/change_user.html", {"form": form, "person": person})


@ask_and_do
def give_role(request: CityRequest, pk: int) -> HttpResponse:
    person = person_or_404(request, pk)
    require(permissions.can_give_role, request.user, "", request.at)
    form = GiveRoleForm(request.POST or None, initial={"starts_on": request.at})
    if form.is_valid():
        values = {name: form.cleaned_data[name] for name in ("role", "office")} | form.instants(request.at)
        if carried_out(form, people.give_role, person, by=request.user, at=request.at, **values):
            messages.success(request, f"{person} has a new role.")
            return redirect("city:see_person", pk)
    return render(request, "city/give_role.html", {"form": form, "person": person})


@ask_and_do
def end_grant(request: CityRequest, pk: int) -> HttpResponse:
    grant = get_object_or_404(Grant.objects.select_related("user", "office"), pk=pk)
    require(permissions.can_give_role, request.user, grant.role, request.at)
    form = OptionalReasonForm(request.POST or None)
    if form.is_valid() and carried_out(
        form, people.end_grant, grant, by=request.user, at=request.at, **form.cleaned_data
    ):
        messages.success(request, f"{grant.user} no longer has the role {grant}.")
        return redirect("city:see_person", grant.user_id)
    return render(request, "city/end_grant.html", {"form": form, "grant": grant})


@ask_and_do
def reactivate_user(request: CityRequest, pk: int) -> HttpResponse:
    person = person_or_404(request, pk)
    require(permissions.can_invite_user, request.user, person, request.at)
    form = OptionalReasonForm(request.POST or None)
    if form.is_valid() and carried_out(
        form, people.reactivate_user, person, by=request.user, at=request.at, **form.cleaned_data
    ):
        return redirect("city:see_person", pk)
    return render(request, "city/reactivate_user.html", {"form": form, "person": person})


@ask_and_do
def sign_out_everywhere(request: CityRequest, pk: int) -> HttpResponse:
    person = person_or_404(request, pk)
    if person != request.user:
        require(permissions.can_deactivate_user, request.user, person, request.at)
    form = OptionalReasonForm(request.POST or None)
    if form.is_valid() and carried_out(
        form, people.sign_out_everywhere, person, by=request.user, at=request.at, **form.cleaned_data
    ):
        messages.success(request, f"{person} is signed out everywhere.")
        return redirect("city:see_person", pk)
    return render(request, "city/sign_out_everywhere.html", {"form": form, "person": person})


@login_not_required
@never_cache
@ask_and_do
def accept_invitation(request: CityRequest, token: str) -> HttpResponse:
    try:
        invitation = people.invitation_for(token, request.at)
    except Refusal as refusal:
        return render(request, "city/invitation_not_valid.html", {"reason": refusal.message}, status=410)
    form = AcceptInvitationForm(request.POST or None)
    if form.is_valid() and carried_out(
        form, people.accept_invitation, token, at=request.at, password=form.cleaned_data["password"]
    ):
        messages.success(request, "Your password is set. Sign in with it; then set up your second factor.")
        return redirect("account_login")
    return render(request, "city/accept_invitation.html", {"form": form, "person": invitation.user})
