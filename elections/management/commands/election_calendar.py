"""The days of a year's elections, as a table or as JSON."""

import json
from datetime import date

from django.core.management.base import BaseCommand, CommandError

from elections.models import Election, Rule
from elections.queries import law_of
from elections.rules import calendar
from elections.rules.parameters import NoRule
from elections.rules.wisconsin import ROWS, governing


class Command(BaseCommand):
    help = "The days of a year's spring and partisan elections, each with its statute and how it was found."

    def add_arguments(self, parser):
        parser.add_argument("year", type=int)
        parser.add_argument("--format", choices=["json", "table"], default="table")

    def handle(self, *args, year, **options):
        if not 2000 <= year <= 2100:
            raise CommandError("Give a year from 2000 to 2100.")
        try:
            found = {kind: self.days(kind, year) for kind in kinds(year)}
        except NoRule as error:
            raise CommandError(str(error)) from error
        self.stdout.write(as_json(year, found) if options["format"] == "json" else as_table(found))

    def days(self, kind, year):
        """By the city's own rules; by the statutes as loaded at first where it has none yet."""
        on = date(year, 1, 1)
        parameters = law_of(f"{kind}-{year}", on).parameters if Rule.objects.exists() else governing(ROWS, on)
        days = calendar.spring_calendar if kind == Election.Kind.SPRING else calendar.partisan_calendar
        return days(year, parameters)


def kinds(year: int) -> list[str]:
    return [Election.Kind.SPRING] if year % 2 else [Election.Kind.SPRING, Election.Kind.PARTISAN]


def as_json(year, found) -> str:
    told = {
        kind: [
            {
                "key": day.key,
                "name": day.name,
                "on": day.on.isoformat(),
                "time": day.clock.isoformat("minutes") if day.clock else None,
                "because": list(day.because),
                "citation": day.citation,
            }
            for day in days
        ]
        for kind, days in found.items()
    }
    return json.dumps({"year": year, "elections": told}, indent=2, ensure_ascii=False)


def as_table(found) -> str:
    lines = []
    for kind, days in found.items():
        width = max(len(day.name) for day in days)
        lines += [
            "",
            Election.Kind(kind).label,
            *(f"  {day.name:<{width}}  {day.when:<26}  {day.citation}" for day in days),
        ]
    return "\n".join(
        [*lines[1:], "", "Not legal advice: the City Clerk and the City Attorney confirm every date."]
    )
