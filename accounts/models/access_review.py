"""Access reviews: each quarter an office says of everybody on its rosters whether they still need the key."""

from django.db import models
from django.db.models import Q

from accounts.models.errand import city_day


class AccessReviewQuerySet(models.QuerySet["AccessReview"]):
    def open(self):
        return self.filter(status=AccessReview.Status.OPEN)

    def overdue(self, at):
        """Open ones whose day is over, by the city's calendar."""
        return self.open().filter(due_on__lt=city_day(at))

    def visible_to(self, user, at):
        """Reviews are part of the registry: everybody who holds a role reads them."""
        return self if user.grants_at(at) else self.none()


class AccessReview(models.Model):
    """One office's answer for its rosters, once a quarter."""

    class Status(models.TextChoices):
        OPEN = "open", "Under way"
        DONE = "done", "Answered"

    SOURCES = {Status.DONE: (Status.OPEN,)}

    office = models.ForeignKey("city.Office", models.PROTECT, related_name="access_reviews")
    opened_at = models.DateTimeField()
    due_on = models.DateField()
    status = models.CharField(max_length=6, choices=Status, default=Status.OPEN)
    head_told_at = models.DateTimeField(null=True, blank=True)
    officer_told_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)

    objects = AccessReviewQuerySet.as_manager()

    class Meta:
        ordering = ["-opened_at", "office__name"]
        constraints = [
            models.UniqueConstraint(
                fields=["office"], condition=Q(status="open"), name="accounts_accessreview_one_open"
            ),
            models.CheckConstraint(
                condition=Q(status="open", done_at=None) | Q(status="done", done_at__isnull=False),
                name="accounts_accessreview_done_at",
            ),
        ]

    def __str__(self) -> str:
        return f"access review of {self.office}"


class ReviewLineQuerySet(models.QuerySet["ReviewLine"]):
    def open(self):
        """Lines that wait for an answer; who was taken off the roster meanwhile needs none."""
        return self.filter(answer=ReviewLine.Answer.WAITING, administrator__removed_at=None)


class ReviewLine(models.Model):
    """One person at one account, and what was answered of them."""

    class Answer(models.TextChoices):
        WAITING = "waiting", "Not answered yet"
        CONFIRMED = "confirmed", "Still needs it"
        CHANGED = "changed", "May do something else"
        REMOVED = "removed", "To be removed"

    review = models.ForeignKey(AccessReview, models.PROTECT, related_name="lines")
    administrator = models.ForeignKey("accounts.Administrator", models.PROTECT, related_name="review_lines")
    role_then = models.CharField(max_length=10)
    answer = models.CharField(max_length=10, choices=Answer, default=Answer.WAITING)
    answered_by = models.ForeignKey("city.User", models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)

    objects = ReviewLineQuerySet.as_manager()

    class Meta:
        ordering = ["review", "administrator__account__name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["review", "administrator"], name="accounts_reviewline_once"),
            models.CheckConstraint(
                condition=Q(answer="waiting", answered_by=None, answered_at=None)
                | (~Q(answer="waiting") & Q(answered_by__isnull=False, answered_at__isnull=False)),
                name="accounts_reviewline_answered_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.administrator} in the {self.review}"
