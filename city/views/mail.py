"""Letters: what left, what waits and what failed; in the demonstration city also what they say."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.db.models import Q
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from city import permissions
from city.actions.mail import send_mail_again as send_again
from city.forms import MailFilters
from city.lists import Column, list_response
from city.models import Mail
from city.permissions import require
from city.requests import CityRequest, is_from_nobody
from city.sign_in import is_let_in

COLUMNS = [
    Column("Written", "created_at"),
    Column("To", "to"),
    Column("Subject", "subject"),
    Column("State", lambda mail: mail.get_status_display()),
    Column("Sent", "sent_at"),
    Column("Attempts", "attempts"),
    Column("Server’s answer", "error"),
]


def shown_mail(filters: MailFilters, at):
    wanted = filters.values
    rows = Mail.objects.order_by("-created_at", "-id")
    if text := wanted.get("q"):
        rows = rows.filter(Q(to__icontains=text) | Q(subject__icontains=text))
    status = wanted.get("status")
    if status == "late":
        return rows & Mail.objects.late(at)
    if status == "waiting":
        return rows & Mail.objects.unsent()
    return rows.filter(status=status) if status else rows


def turned_away(request: CityRequest) -> HttpResponse | None:
    """In the demonstration city everybody reads the letters: the invitation to sign in is one of them."""
    if request.city.is_demonstration:
        return None
    if is_from_nobody(request):
        return redirect_to_login(request.get_full_path())
    if not is_let_in(request):
        return redirect("mfa_index")
    require(permissions.can_read_mail, request.user, None, request.at)
    return None


@login_not_required
@require_safe
def outbox(request: CityRequest) -> HttpResponseBase:
    if away := turned_away(request):
        return away
    filters = MailFilters(request.GET)
    rows = shown_mail(filters, request.at)
    return list_response(
        request, "city/outbox.html", rows, COLUMNS, name="mail", context={"filters": filters}
    )


@login_not_required
@require_safe
def see_mail(request: CityRequest, pk: int) -> HttpResponse:
    if away := turned_away(request):
        return away
    mail = get_object_or_404(Mail, pk=pk)
    signed_in = request.user.is_authenticated
    may = signed_in and permissions.can_send_mail_again(request.user, mail, request.at)
    return render(
        request, "city/see_mail.html", {"mail": mail, "can_send_again": may and mail.status == "failed"}
    )


@require_POST
def send_mail_again(request: CityRequest, pk: int) -> HttpResponse:
    mail = get_object_or_404(Mail, pk=pk)
    send_again(mail, by=request.user, at=request.at)
    messages.success(request, f"The letter to {mail.to} is on its way again.")
    return redirect("city:see_mail", pk)
