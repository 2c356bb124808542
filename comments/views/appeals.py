"""Appeals at the desk: which are due, what was said, and the answer."""

from datetime import datetime

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from city.attempts import carried_out
from city.clock import day_of
from city.holidays import holidays
from city.lists import Column, list_response
from city.log import history_of
from city.models import User
from city.permissions import require
from city.requests import CityRequest
from comments import actions, permissions, queries, rules
from comments.actions.appeals import decision_named
from comments.forms import AppealFilters, DecideAppealForm, MatchStatementForm, SetAsideStatementForm
from comments.models import Appeal, Statement
from comments.procedure import city_zone, due_of
from comments.views.answer import ask_and_do

COLUMNS = [
    Column("Decision", lambda appeal: appeal.decision.reference),
    Column("Account", lambda appeal: str(appeal.decision.case.account)),
    Column("Received", "received_at"),
    Column("Due", lambda appeal: appeal.due.on),
    Column("State", lambda appeal: appeal.get_status_display()),
    Column("Decided by", lambda appeal: appeal.decision.decided_by.name),
]


def with_due(appeals, at: datetime) -> list[Appeal]:
    """The appeals with their day and how near it is; the day is computed, so the list is made here."""
    days, zone = holidays(), city_zone()
    today = day_of(at, zone)
    soon = rules.due(today, 2, days).on
    rows = list(appeals)
    for row in rows:
        row.due = due_of(row, days, zone)
        waits = row.status == Appeal.Status.RECEIVED
        row.nearness = (
            "overdue" if waits and row.due.on < today else "soon" if waits and row.due.on <= soon else ""
        )
    return sorted(rows, key=lambda row: (row.due.on, row.pk))


def shown_appeals(filters: AppealFilters, user: User, at: datetime) -> list[Appeal]:
    """The appeals that the filters leave, the nearest date first."""
    wanted = filters.values
    status = wanted.get("status", "")
    rows = Appeal.objects.visible_to(user, at).select_related(
        "decision__case__account__platform", "decision__decided_by", "decision__seconded_by"
    )
    if status in ("", "soon", "overdue", "mine"):
        rows = rows.open()
    elif status != "all":
        rows = rows.filter(status=status)
    if text := (wanted.get("q") or "").replace("\x00", "").strip():
        rows = rows.filter(decision__reference__icontains=text)
    found = with_due(rows, at)
    if status in ("soon", "overdue"):
        return [row for row in found if row.nearness == status]
    if status == "mine":
        return [row for row in found if permissions.can_decide_appeal(user, row, at)]
    return found


@require_safe
def list_appeals(request: CityRequest) -> HttpResponseBase:
    require(permissions.can_see_appeals, request.user, None, request.at)
    filters = AppealFilters(request.GET)
    rows = shown_appeals(filters, request.user, request.at)
    unmatched = Statement.objects.visible_to(request.user, request.at).unmatched().count()
    context = {"filters": filters, "unmatched": unmatched}
    return list_response(
        request, "comments/list_appeals.html", rows, COLUMNS, name="appeals", context=context
    )


def appeal_or_404(request: CityRequest, pk: int) -> Appeal:
    rows = Appeal.objects.visible_to(request.user, request.at).select_related(
        "decision__case__item__record", "decision__case__account__platform", "decision__case__account__office",
        "decision__record", "decision__decided_by", "decision__seconded_by", "decision__notice", "answer__by",
    )  # fmt: skip
    return get_object_or_404(rows, pk=pk)


def drawn(request: CityRequest, appeal: Appeal, form: DecideAppealForm) -> HttpResponse:
    case = appeal.decision.case
    context = {
        "appeal": with_due([appeal], request.at)[0],
        "decision": appeal.decision,
        "case": case,
        "record": appeal.decision.record,
        "may_read": queries.may_read(appeal.decision.record, request.user, request.at),
        "thread": queries.thread_of(appeal.decision.record),
        "similar": queries.similar_left_up(case),
        "statements": appeal.statements.all(),
        "form": form,
        "may_decide": permissions.can_decide_appeal(request.user, appeal, request.at),
        "had_part": request.user.pk in (appeal.decision.decided_by_id, appeal.decision.seconded_by_id),
        "measures": case.measures.order_by("pk"),
        "entries": history_of(appeal),
    }
    return render(request, "comments/see_appeal.html", context)


@require_safe
def see_appeal(request: CityRequest, pk: int) -> HttpResponse:
    require(permissions.can_see_appeals, request.user, None, request.at)
    return drawn(request, appeal_or_404(request, pk), DecideAppealForm())


@ask_and_do
def decide_appeal(request: CityRequest, pk: int) -> HttpResponse:
    appeal = appeal_or_404(request, pk)
    form = DecideAppealForm(request.POST or None)
    if form.is_valid() and carried_out(
        form, actions.decide_appeal, appeal, by=request.user, at=request.at, **form.cleaned_data
    ):
        messages.success(request, "The appeal is answered. Whoever gave an address gets a letter.")
        return redirect(appeal)
    require(permissions.can_decide_appeal, request.user, appeal, request.at)
    return drawn(request, appeal, form)


# -- statements that name no decision ------------------------------------------------------------------


@require_safe
def list_statements(request: CityRequest) -> HttpResponseBase:
    require(permissions.can_match_statement, request.user, None, request.at)
    rows = Statement.objects.visible_to(request.user, request.at).unmatched().order_by("received_at", "pk")
    columns = [
        Column("Received", "received_at"),
        Column("Reference given", "reference"),
        Column("Name on the platform", "handle"),
        Column("What happened", "described"),
        Column("Statement", "text"),
        Column("Why it waits", lambda one: one.held_why or "No decision has this reference."),
    ]
    return list_response(request, "comments/list_statements.html", rows, columns, name="statements")


def statement_or_404(request: CityRequest, pk: int) -> Statement:
    rows = Statement.objects.visible_to(request.user, request.at)
    return get_object_or_404(rows.select_related("appeal__decision", "set_aside_by"), pk=pk)


def statement_drawn(request: CityRequest, statement: Statement, **forms) -> HttpResponse:
    named = decision_named(statement.reference)
    context = {
        "statement": statement,
        "named": named,
        "match_form": MatchStatementForm(initial={"reference": named.reference if named else ""}),
        "aside_form": SetAsideStatementForm(auto_id="aside_%s"),
        "may_set_aside": permissions.can_set_aside_statement(request.user, statement, request.at),
        "entries": history_of(statement),
        **forms,
    }
    return render(request, "comments/read_statement.html", context)


@require_safe
def read_statement(request: CityRequest, pk: int) -> HttpResponse:
    require(permissions.can_match_statement, request.user, None, request.at)
    return statement_drawn(request, statement_or_404(request, pk))


@ask_and_do
def match_statement(request: CityRequest, pk: int) -> HttpResponse:
    statement = statement_or_404(request, pk)
    require(permissions.can_match_statement, request.user, statement, request.at)
    form = MatchStatementForm(request.POST or None)
    if form.is_valid() and carried_out(
        form, actions.match_statement, statement, by=request.user, at=request.at, **form.cleaned_data
    ):
        messages.success(request, "The statement is part of the appeal now.")
        return redirect("comments:list_statements")
    return statement_drawn(request, statement, match_form=form)


@ask_and_do
def set_aside_statement(request: CityRequest, pk: int) -> HttpResponse:
    statement = statement_or_404(request, pk)
    require(permissions.can_set_aside_statement, request.user, statement, request.at)
    form = SetAsideStatementForm(request.POST or None, auto_id="aside_%s")
    if form.is_valid() and carried_out(
        form, actions.set_aside_statement, statement, by=request.user, at=request.at, **form.cleaned_data
    ):
        messages.success(request, "The statement is set aside. Its sender reads why.")
        return redirect("comments:list_statements")
    return statement_drawn(request, statement, aside_form=form)
