"""Offices, the seats of the council, and who holds a seat from when until when."""

import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Lower
from simple_history.models import HistoricalRecords

from city.times import told_date


class OfficeQuerySet(models.QuerySet["Office"]):
    def open_on(self, on):
        """Offices that exist on this date."""
        return self.filter(Q(closed_on=None) | Q(closed_on__gt=on))


class Office(models.Model):
    """A part of the city that can own accounts: a department, a division in it, a district's office."""

    class Kind(models.TextChoices):
        DEPARTMENT = "department", "Department"
        DIVISION = "division", "Division"
        DISTRICT = "district", "District or ward office"
        COUNCIL = "council", "Council office"
        MAYOR = "mayor", "Mayor's office"

    kind = models.CharField(max_length=12, choices=Kind)
    name = models.CharField(max_length=120)
    slug = models.SlugField(max_length=120, unique=True)
    number = models.PositiveSmallIntegerField("district number", null=True, blank=True)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=40, blank=True)
    website_url = models.URLField(max_length=300, blank=True)
    custodian_position = models.CharField(
        "records custodian (position)",
        max_length=120,
        blank=True,
        help_text="Each account needs a named custodian position, not a person (Wis. Stat. 19.33).",
    )
    closed_on = models.DateField(null=True, blank=True)

    history = HistoricalRecords()
    objects = OfficeQuerySet.as_manager()

    class Meta:
        ordering = ["kind", "number", "name"]
        constraints = [
            models.UniqueConstraint(Lower("name"), name="city_office_name_once"),
            models.UniqueConstraint(
                fields=["number"], condition=Q(kind="district"), name="city_office_district_number_once"
            ),
            models.CheckConstraint(
                condition=Q(kind="district", number__isnull=False) | (~Q(kind="district") & Q(number=None)),
                name="city_office_number_is_a_districts",
            ),
        ]
        triggers = [
            # Two people can each move an office below the other at once: only the database sees both.
            pgtrigger.Trigger(
                name="no_cycle",
                when=pgtrigger.After,
                operation=pgtrigger.Insert | pgtrigger.Update,
                declare=[("above", "bigint")],
                func="""
                    PERFORM pg_advisory_xact_lock(hashtext('city_office.parent'));
                    above := NEW.parent_id;
                    FOR step IN 1..100 LOOP
                        EXIT WHEN above IS NULL;
                        IF above = NEW.id THEN
                            RAISE EXCEPTION 'an office cannot stand below itself'
                                USING ERRCODE = 'check_violation', CONSTRAINT = 'city_office_no_cycle';
                        END IF;
                        SELECT parent_id INTO above FROM city_office WHERE id = above;
                    END LOOP;
                    RETURN NULL;
                """,
            )
        ]

    def __str__(self) -> str:
        return self.name

    def lineage(self) -> list[int]:
        """The ids of this office and all that stand above it, nearest first."""
        ids: list[int] = []
        office: Office | None = self
        while office is not None and office.pk not in ids:
            ids.append(office.pk)
            office = office.parent
        return ids


class Seat(models.Model):
    """One seat of the council, or the mayor's: who votes for it, and how long a term is."""

    office = models.OneToOneField(Office, models.PROTECT, related_name="seat")
    title = models.CharField(max_length=120)
    term_years = models.PositiveSmallIntegerField(default=2)
    first_election_year = models.PositiveSmallIntegerField(
        help_text="A year in which this seat is elected; with the length of a term it gives all others."
    )

    history = HistoricalRecords()

    class Meta:
        ordering = ["office__kind", "office__number"]
        constraints = [
            models.CheckConstraint(
                condition=Q(term_years__gte=1, term_years__lte=6), name="city_seat_term_length"
            )
        ]

    def __str__(self) -> str:
        return self.title

    def is_up_in(self, year: int) -> bool:
        """Whether this seat stands in the regular election of that year."""
        return (year - self.first_election_year) % self.term_years == 0


class TermQuerySet(models.QuerySet["Term"]):
    def on(self, on):
        """Terms that run on this date. A term is half-open: it ends at the start of `ends_on`."""
        return self.filter(starts_on__lte=on).filter(Q(ends_on=None) | Q(ends_on__gt=on))


class Term(models.Model):
    """Who holds a seat, from `starts_on` up to but not on `ends_on`."""

    seat = models.ForeignKey(Seat, models.PROTECT, related_name="terms")
    person = models.ForeignKey("city.User", models.PROTECT, related_name="terms")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    note = models.CharField(max_length=200, blank=True, help_text="For example: appointed to fill a vacancy.")

    history = HistoricalRecords()
    objects = TermQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_on"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gt=F("starts_on")),
                name="city_term_ends_after_it_starts",
            ),
            # Nobody else may hold a seat that somebody holds. int8range stands in for btree_gist.
            ExclusionConstraint(
                name="city_term_one_holder_at_a_time",
                expressions=[
                    (
                        Func(F("seat_id"), F("seat_id"), Value("[]"), function="int8range"),
                        RangeOperators.EQUAL,
                    ),
                    (
                        Func(
                            F("starts_on"),
                            F("ends_on"),
                            Value("[)"),
                            function="daterange",
                            output_field=DateRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} in {self.seat}, from {told_date(self.starts_on)}"
