"""Access reviews: the list, one to answer or to print, and the officer's way to open one."""

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts import permissions as may
from accounts.access_review_forms import AccessReviewFilters, AnswerReviewLineForm, OpenAccessReviewForm
from accounts.actions import access_reviews as acts
from accounts.models import AccessReview, Administrator, ReviewLine
from accounts.models.errand import city_day
from accounts.queries import shown_access_reviews
from accounts.views.answer import ask_and_do
from city.attempts import carried_out
from city.lists import Column, list_response
from city.log import history_of
from city.permissions import require
from city.requests import CityRequest

COLUMNS = [
    Column("Office", "office"),
    Column("Opened", "opened_at"),
    Column("Due", "due_on"),
    Column("State", AccessReview.get_status_display),
    Column("Lines", "lines_count"),
    Column("Not answered", "open_count"),
    Column("Answered", "done_at"),
]


@require_safe
def list_access_reviews(request: CityRequest) -> HttpResponseBase:
    require(may.can_see_registry, request.user, None, request.at)
    filters = AccessReviewFilters(request.GET)
    rows = shown_access_reviews(request.user, request.at, filters.values)
    context = {
        "filters": filters,
        "today": city_day(request.at),
        "may_open": may.can_open_access_review(request.user, None, request.at),
    }
    return list_response(
        request, "accounts/list_access_reviews.html", rows, COLUMNS, name="access-reviews", context=context
    )


@require_safe
def see_access_review(request: CityRequest, pk: int) -> HttpResponse:
    reviews = AccessReview.objects.visible_to(request.user, request.at).select_related("office")
    review = get_object_or_404(reviews, pk=pk)
    lines = list(
        review.lines.select_related(
            "answered_by",
            "administrator__user",
            "administrator__attested_by",
            "administrator__account__office",
            "administrator__account__platform",
        ).order_by("administrator__account__name", "pk")
    )
    for line in lines:
        line.is_open = line.answer == ReviewLine.Answer.WAITING and line.administrator.removed_at is None
        line.may_answer = line.is_open and may.can_answer_review_line(request.user, line, request.at)
        line.then = Administrator.PlatformRole(line.role_then).label
    context = {
        "review": review,
        "lines": lines,
        "open": sum(line.is_open for line in lines),
        "today": city_day(request.at),
        "roles": Administrator.PlatformRole.choices,
        "entries": history_of(review),
    }
    return render(request, "accounts/see_access_review.html", context)


@require_POST
def answer_review_line(request: CityRequest, pk: int) -> HttpResponse:
    reviews = AccessReview.objects.visible_to(request.user, request.at)
    lines = ReviewLine.objects.filter(review__in=reviews).select_related("administrator__account__office")
    line = get_object_or_404(lines, pk=pk)
    require(may.can_answer_review_line, request.user, line, request.at)
    form = AnswerReviewLineForm(request.POST)
    if not form.is_valid() or not carried_out(
        form, acts.answer_review_line, line, by=request.user, at=request.at, **form.cleaned_data
    ):
        for errors in form.errors.values():
            messages.error(request, " ".join(str(error) for error in errors))
    return redirect(f"{reverse('accounts:see_access_review', args=[line.review_id])}#line-{line.pk}")


@ask_and_do
def open_access_review(request: CityRequest) -> HttpResponse:
    require(may.can_open_access_review, request.user, None, request.at)
    form = OpenAccessReviewForm(request.POST or None)
    if form.is_valid():
        made: list[AccessReview] = []

        def act(**fields):
            made.append(acts.open_access_review(**fields))

        if carried_out(form, act, by=request.user, at=request.at, **form.cleaned_data):
            messages.success(request, f"The {made[0]} is open. Those who can answer got a letter.")
            return redirect("accounts:see_access_review", made[0].pk)
    return render(request, "accounts/open_access_review.html", {"form": form})
