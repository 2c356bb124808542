"""Asking for an account: the list, the form that saves at every step, the decision."""

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from accounts import permissions as may
from accounts.actions import requests as acts
from accounts.actions import reviews as review_acts
from accounts.actions.reviews import holders
from accounts.forms import OptionalReasonForm, ReasonForm, RequestFilters
from accounts.models import Ask, Platform, Request, Review
from accounts.queries import shown_requests
from accounts.request_forms import (
    DraftRequestForm,
    ReconsiderRequestForm,
    ReviewRequestForm,
    StepForm,
    SubmitRequestForm,
)
from accounts.request_pages import advice_for, answers_by_step, steps_of
from accounts.request_rules import calling_the_attorney, reviewers_for
from accounts.views.answer import ask_and_do
from city.attempts import carried_out
from city.lists import Column, list_response
from city.log import history_of
from city.models import Office
from city.permissions import require
from city.requests import CityRequest
from city.roles import Role

COLUMNS = [
    Column("Account", lambda wish: wish.name),
    Column("Asked for", Request.get_ask_display),
    Column("Platform", "platform"),
    Column("Office", "office"),
    Column("Asked for by", "requested_by"),
    Column("Status", Request.get_status_display),
    Column("Waits for", lambda wish: ", ".join(whose for whose, _ in wish.turns())),
    Column("Submitted", "submitted_at"),
    Column("Decided", "decided_at"),
    Column("Decided by", "decided_by"),
    Column("Reasons", "decision_reason"),
]


@require_safe
def list_requests(request: CityRequest) -> HttpResponseBase:
    require(may.can_see_registry, request.user, None, request.at)
    filters = RequestFilters(request.GET)
    rows = shown_requests(request.user, request.at, filters.values)
    may_ask = may.can_request_account(request.user, None, request.at)
    context = {
        "filters": filters,
        "may_ask": may_ask,
        "may_change_questions": may.can_change_questions(request.user, None, request.at),
    }
    return list_response(
        request, "accounts/list_requests.html", rows, COLUMNS, name="requests", context=context
    )


def request_or_404(request: CityRequest, pk: int) -> Request:
    rows = Request.objects.visible_to(request.user, request.at).exclude(
        ~Q(requested_by=request.user), status=Request.Status.DRAFT
    )
    related = (
        "office", "platform", "requested_by", "decided_by", "primary_administrator", "backup_administrator",
        "account", "about__platform", "about__office", "questions",
    )  # fmt: skip
    return get_object_or_404(rows.select_related(*related), pk=pk)


@require_safe
def see_request(request: CityRequest, pk: int) -> HttpResponse:
    wish = request_or_404(request, pk)
    user, at = request.user, request.at
    waiting = wish.status == Request.Status.SUBMITTED
    open_ = wish.status == Request.Status.DRAFT or wish.status in Request.UNDER_REVIEW
    context = {
        "wish": wish,
        "answers": answers_by_step(wish),
        "reviews": reviews_with_rights(wish, request),
        "advice": advice_for(wish, user, at) if open_ else None,
        "may_change": wish.status in Request.CHANGEABLE and may.can_change_request(user, wish, at),
        "may_withdraw": open_ and may.can_withdraw_request(user, wish, at),
        "may_decide": waiting and may.can_decide_request(user, wish, at),
        "may_reconsider": wish.status == Request.Status.DENIED
        and wish.reconsidered_at is None
        and may.can_reconsider_request(user, wish, at),
        "is_own": waiting and wish.requested_by_id == user.pk and user.has_role(Role.OFFICER, at=at),
        "entries": history_of(wish),
    }
    return render(request, "accounts/see_request.html", context)


def reviews_with_rights(wish: Request, request: CityRequest) -> list[Review]:
    """Each role's review: who could answer it today, and whether this reader may."""
    rows = list(wish.reviews.select_related("answered_by"))
    open_ = wish.status in Request.UNDER_REVIEW
    for row in rows:
        row.request = wish
        waiting = open_ and row.status == Review.Status.WAITING
        row.people = holders(row.role, wish, request.at)[:4] if waiting else []
        row.may_answer = waiting and may.can_review_request(request.user, row, request.at)
    return rows


def review_or_404(request: CityRequest, pk: int) -> Review:
    visible = Request.objects.visible_to(request.user, request.at)
    rows = Review.objects.filter(request__in=visible).select_related(
        "request__office",
        "request__platform",
        "request__requested_by",
        "request__questions",
        "request__about",
    )
    return get_object_or_404(rows, pk=pk)


@ask_and_do
def review_request(request: CityRequest, pk: int) -> HttpResponse:
    """Only what is asked of this role, and its answer."""
    review = review_or_404(request, pk)
    require(may.can_review_request, request.user, review, request.at)
    wish, officer = review.request, review.role == Role.OFFICER
    form = ReviewRequestForm(request.POST or None, role=review.role)
    who = {"by": request.user, "at": request.at}
    if form.is_valid() and carried_out(form, review_acts.review_request, review, **who, **form.cleaned_data):
        messages.success(request, "Your answer is given.")
        return redirect("accounts:see_request", wish.pk)
    questions, answers = wish.asked(), wish.plain_answers()
    context = {
        "review": review, "wish": wish, "form": form, "is_officer": officer,
        "answers": answers_by_step(wish, role="" if officer else review.role),
        "calling": calling_the_attorney(questions, answers) if review.role == Role.ATTORNEY else [],
    }  # fmt: skip
    return render(request, "accounts/review_request.html", context)


@ask_and_do
def reconsider_request(request: CityRequest, pk: int) -> HttpResponse:
    wish = request_or_404(request, pk)
    require(may.can_reconsider_request, request.user, wish, request.at)
    form = ReconsiderRequestForm(request.POST or None)
    return decide(request, wish, form, review_acts.reconsider_request, "The denial is looked at again.")


def my_offices(request: CityRequest):
    """The offices for which this person may ask."""
    if request.user.has_role(Role.OFFICER, at=request.at):
        return Office.objects.filter(closed_on=None)
    own = request.user.office_ids(request.at, *may.ASKERS)
    return Office.objects.filter(Q(pk__in=own) | Q(parent__in=own), closed_on=None)


@ask_and_do
def draft_request(request: CityRequest) -> HttpResponse:
    require(may.can_request_account, request.user, None, request.at)
    begin = {name: request.GET[name] for name in ("ask", "about") if name in request.GET}
    form = DraftRequestForm(request.POST or None, offices=my_offices(request), initial=begin or None)
    made: list[Request] = []

    def act(**named) -> None:
        made.append(acts.draft_request(**named))

    if form.is_valid() and carried_out(form, act, by=request.user, at=request.at, **form.cleaned_data):
        return redirect("accounts:change_request", made[0].pk, 1)
    limited = Platform.objects.exclude(status=Platform.Status.APPROVED)
    return render(request, "accounts/draft_request.html", {"form": form, "platforms": limited})


@ask_and_do
def change_request(request: CityRequest, pk: int, number: int) -> HttpResponse:
    """One step of the form: saved whatever button is pressed; “Save and go on” asks for what is missing first."""
    wish = request_or_404(request, pk)
    require(may.can_change_request, request.user, wish, request.at)
    steps = steps_of(wish, current=number, problems=acts.problems_of(wish))
    if not 1 <= number <= len(steps):
        raise Http404
    step = steps[number - 1]
    form = StepForm(request.POST or None, wish=wish, questions=step.questions)
    who = {"by": request.user, "at": request.at}
    if form.is_valid():
        named = who | {"version": form.cleaned_data["version"]} | form.answers
        if carried_out(form, acts.change_request, wish, **named):
            return after_saving(request, pk, number, form)
    wish = request_or_404(request, pk)
    context = {
        "wish": wish, "form": form, "step": step, "steps": steps,
        "others": saved_meanwhile(wish, form) if form.is_bound else [],
        "advice": advice_for(wish, request.user, request.at),
    }  # fmt: skip
    return render(request, "accounts/change_request.html", context)


def after_saving(request: CityRequest, pk: int, number: int, form: StepForm) -> HttpResponse:
    """Where a saved step leads: away, or on, or back to it with what is still missing in it."""
    wish = request_or_404(request, pk)
    if "later" in request.POST:
        messages.success(request, "What you have typed is saved.")
        return redirect("accounts:see_request", pk)
    problems = acts.problems_of(wish)
    steps = steps_of(wish, current=number, problems=problems)
    if steps[number - 1].problems:
        for problem in problems:
            if problem.key in form.fields:
                form.add_error(problem.key, problem.message)
        messages.info(
            request,
            "What you have typed is saved. This step still needs an answer; you can also leave it for later.",
        )
        renew_version(form, wish)
        context = {
            "wish": wish, "form": form, "step": steps[number - 1], "steps": steps, "saved": True,
            "advice": advice_for(wish, request.user, request.at),
        }  # fmt: skip
        return render(request, "accounts/change_request.html", context)
    if number < len(steps):
        return redirect("accounts:change_request", pk, number + 1)
    return redirect("accounts:submit_request", pk)


def renew_version(form: StepForm, wish: Request) -> None:
    """The next time it is sent, the person has seen this version."""
    assert isinstance(form.data, QueryDict)
    typed = form.data.copy()
    typed["version"] = str(wish.version)
    form.data = typed


def saved_meanwhile(wish: Request, form: StepForm) -> list[tuple[str, str]]:
    """(question, saved answer) where somebody else has saved another answer than was typed here."""
    seen = getattr(form, "cleaned_data", {}).get("version")
    if seen is None or seen == wish.version:
        return []
    renew_version(form, wish)
    typed = {key: str(getattr(value, "pk", value) or "") for key, value in form.cleaned_data.items()}
    saved = wish.plain_answers()
    return [
        (question.label, wish.told(question) or "nothing")
        for question in wish.asked()
        if question.key in typed and typed[question.key] != saved.get(question.key, "")
    ]


@ask_and_do
def advise_on_request(request: CityRequest, pk: int) -> HttpResponse:
    """Early warnings for what is being typed; nothing is saved."""
    wish = request_or_404(request, pk)
    require(may.can_change_request, request.user, wish, request.at)
    if audience := request.POST.get("audience", "")[:250]:
        wish.audience = audience.replace("\x00", "")
    if (platform := request.POST.get("platform", "")).isdecimal():
        wish.platform = Platform.objects.filter(pk=int(platform)).first()
    context = {"wish": wish, "advice": advice_for(wish, request.user, request.at)}
    return render(request, "accounts/_advice.html", context)


@ask_and_do
def submit_request(request: CityRequest, pk: int) -> HttpResponse:
    """Everything once more, with what is missing, before it is sent."""
    wish = request_or_404(request, pk)
    require(may.can_change_request, request.user, wish, request.at)
    form = SubmitRequestForm(request.POST if request.method == "POST" else None)
    who = {"by": request.user, "at": request.at}
    if form.is_valid() and carried_out(form, acts.submit_request, wish, **who, **form.cleaned_data):
        messages.success(request, "The request is submitted. You can follow it here.")
        return redirect("accounts:see_request", pk)
    problems = acts.problems_of(wish)
    reviewers = reviewers_for(wish.ask, wish.asked(), wish.plain_answers())
    context = {
        "reviewers": [Role(role).label for role in reviewers],
        "wish": wish, "form": form, "problems": problems, "steps": steps_of(wish, problems=problems),
        "answers": answers_by_step(wish, problems=problems),
        "advice": advice_for(wish, request.user, request.at),
    }  # fmt: skip
    return render(request, "accounts/submit_request.html", context)


@ask_and_do
def withdraw_request(request: CityRequest, pk: int) -> HttpResponse:
    wish = request_or_404(request, pk)
    require(may.can_withdraw_request, request.user, wish, request.at)
    return decide(
        request, wish, OptionalReasonForm(request.POST or None), acts.withdraw_request, "It is withdrawn."
    )


@ask_and_do
def approve_request(request: CityRequest, pk: int) -> HttpResponse:
    wish = request_or_404(request, pk)
    require(may.can_decide_request, request.user, wish, request.at)
    form = OptionalReasonForm(request.POST or None)
    said = "Approved: the account is being set up." if wish.ask == Ask.NEW else "Approved, and done."
    return decide(request, wish, form, acts.approve_request, said)


@ask_and_do
def deny_request(request: CityRequest, pk: int) -> HttpResponse:
    wish = request_or_404(request, pk)
    require(may.can_decide_request, request.user, wish, request.at)
    return decide(
        request, wish, ReasonForm(request.POST or None), acts.deny_request, "The request is denied."
    )


def decide(request: CityRequest, wish: Request, form, act, said: str) -> HttpResponse:
    """One of the acts that end a request's waiting, on its own page."""
    if form.is_valid() and carried_out(form, act, wish, by=request.user, at=request.at, **form.cleaned_data):
        messages.success(request, said)
        return redirect("accounts:see_request", wish.pk)
    return render(request, f"accounts/{act.__name__}.html", {"form": form, "wish": wish})
