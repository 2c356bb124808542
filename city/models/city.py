"""The city itself: one row that holds its name, its words and its choices."""

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from simple_history.models import HistoricalRecords

HEX_COLOUR = RegexValidator(
    r"^#[0-9a-fA-F]{6}$", "Write a colour as # and six hexadecimal digits, like #005ea2."
)


class City(models.Model):
    """City settings. There is one row, made at set-up; its history tells who changed what."""

    class Quorum(models.TextChoices):
        MAJORITY = "majority", "More than half of the members"
        TWO_THIRDS = "two_thirds", "Two thirds of the members (Wis. Stat. 62.11(3)(b))"

    class BlackoutMode(models.TextChoices):
        HARD = "hard", "Nothing is posted, links are removed, e-mail lists and text alerts are off"
        COUNTED = "counted", "Fewer than 50 pieces of substantially identical material"
        OFFICER_ONLY = "officer_only", "Only the named administrative officer, citing a law or resolution"
        NONE = "none", "No blackout (states other than Wisconsin)"

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    preset = models.SlugField(max_length=40, blank=True)
    name = models.CharField(max_length=120)
    state = models.CharField(max_length=2, default="WI")
    time_zone = models.CharField(max_length=60, default="America/Chicago")
    alder_word = models.CharField("word for an elected member", max_length=40, default="alder")
    alders_word = models.CharField("the same, plural", max_length=40, default="alders")
    district_word = models.CharField("word for a district", max_length=40, default="district")
    districts_word = models.CharField("the same, plural", max_length=40, default="districts")
    council_word = models.CharField("name of the council", max_length=80, default="Common Council")
    seats_count = models.PositiveSmallIntegerField(
        "number of council seats", default=20, validators=[MinValueValidator(1), MaxValueValidator(101)]
    )
    quorum = models.CharField(max_length=20, choices=Quorum, default=Quorum.TWO_THIRDS)
    population = models.PositiveIntegerField(
        help_text="Decides the date from which posts must meet WCAG 2.1 AA (28 CFR 35 subpart H)."
    )
    blackout_mode = models.CharField(max_length=20, choices=BlackoutMode, default=BlackoutMode.HARD)
    website_url = models.URLField("city website", max_length=300)
    policy_url = models.URLField("address of the social media policy", max_length=300, blank=True)
    primary_colour = models.CharField(max_length=7, default="#1a4480", validators=[HEX_COLOUR])
    accent_colour = models.CharField(max_length=7, default="#005ea2", validators=[HEX_COLOUR])
    seal = models.BinaryField(blank=True, default=b"")  # a PNG of at most 200 kB
    seal_alt = models.CharField("description of the seal", max_length=200, blank=True)
    is_demonstration = models.BooleanField(default=False, editable=False)
    set_up_at = models.DateTimeField(editable=False)

    history = HistoricalRecords(excluded_fields=["seal"])

    class Meta:
        verbose_name_plural = "city settings"
        constraints = [
            models.CheckConstraint(condition=models.Q(id=1), name="city_city_one_row"),
            models.CheckConstraint(condition=models.Q(seats_count__gte=1), name="city_city_has_seats"),
        ]

    def __str__(self) -> str:
        return self.name
