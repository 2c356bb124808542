"""The questions of a request as data: edited by the officer into a new version, kept as they were asked."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from city.roles import Role


class Ask(models.TextChoices):
    """What a request asks for."""

    NEW = "new", "A new account"
    REACTIVATE = "reactivate", "Use a paused account again"
    PURPOSE = "purpose", "Change what an account is for"
    CLOSE = "close", "Close an account"


class QuestionSet(models.Model):
    """One version of all questions. What was in force once is never changed: requests point to it."""

    class Status(models.TextChoices):
        DRAFT = "draft", "Draft"
        IN_FORCE = "in_force", "In force"
        REPLACED = "replaced", "Replaced"

    SOURCES = {Status.IN_FORCE: (Status.DRAFT,), Status.REPLACED: (Status.IN_FORCE,)}

    number = models.PositiveIntegerField(unique=True)
    status = models.CharField(max_length=10, choices=Status, default=Status.DRAFT)
    made_at = models.DateTimeField()
    in_force_since = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["status"],
                condition=Q(status__in=["draft", "in_force"]),
                name="accounts_question_set_one_draft_one_in_force",
            ),
            models.CheckConstraint(
                condition=Q(status="draft", in_force_since=None)
                | (~Q(status="draft") & Q(in_force_since__isnull=False)),
                name="accounts_question_set_in_force_since",
            ),
        ]

    def __str__(self) -> str:
        return f"questions, version {self.number}"


class Question(models.Model):
    """One question: its words, when it is asked, when it must be answered, and whose review reads the answer."""

    class Kind(models.TextChoices):
        SHORT = "short", "One line"
        LONG = "long", "Several lines"
        CHOICE = "choice", "One of several"
        CONFIRM = "confirm", "To be confirmed"
        NUMBER = "number", "A number"
        DATE = "date", "A date"
        ADDRESS = "address", "A web address"
        EMAIL = "email", "An e-mail address"
        PLATFORM = "platform", "A platform"
        PERSON = "person", "A person of the city"

    #: What the officer may choose for a question of their own; the others belong to a column of the request.
    FREE_KINDS = (Kind.SHORT, Kind.LONG, Kind.CHOICE, Kind.CONFIRM, Kind.NUMBER, Kind.DATE, Kind.ADDRESS)
    #: Whose review can be asked for the answer.
    REVIEWERS = (Role.HEAD, Role.CIO, Role.ATTORNEY)

    set = models.ForeignKey(QuestionSet, models.PROTECT, related_name="questions")
    key = models.SlugField(max_length=40)
    kind = models.CharField(max_length=10, choices=Kind)
    label = models.CharField("question", max_length=200)
    help = models.CharField("explanation", max_length=300, blank=True)
    step = models.CharField("part of the form", max_length=80)
    position = models.PositiveSmallIntegerField("place in the form")
    asks = ArrayField(
        models.CharField(max_length=10, choices=Ask), verbose_name="asked for", help_text="In which requests."
    )
    choices = models.JSONField(default=list, blank=True, help_text="A list of [value, words].")
    required = models.BooleanField("must be answered", default=True)
    required_when = models.JSONField(
        default=dict,
        blank=True,
        help_text="{key: [answers]}: must be answered when another answer is one of these.",
    )
    reviewers = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    attorney_when = ArrayField(
        models.CharField(max_length=40),
        default=list,
        blank=True,
        help_text="Answers that call for the City Attorney.",
    )

    class Meta:
        ordering = ["set", "position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["set", "key"], name="accounts_question_key_once"),
            models.CheckConstraint(condition=~Q(label="") & ~Q(step=""), name="accounts_question_has_words"),
        ]

    def __str__(self) -> str:
        return f"“{self.label}”"

    @property
    def told_asks(self) -> list[str]:
        return [str(Ask(ask).label) for ask in self.asks]

    @property
    def told_reviewers(self) -> list[str]:
        return [str(Role(role).label) for role in self.reviewers]

    @property
    def told_attorney_when(self) -> str:
        """The answers that call for the City Attorney, in the words in which they are offered."""
        words = {str(value): str(said) for value, said in self.choices}
        return ", ".join(f"“{words.get(value, value)}”" for value in self.attorney_when)
