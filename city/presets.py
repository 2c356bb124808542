"""Presets of City settings: what kinds of cities choose, with where it comes from.

They fill the form in; whoever sets the city up can change every value. The rules that they follow are cited in each note.
"""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Preset:
    """Values for City's fields. `note` tells the reader what it stands for and what to confirm."""

    slug: str
    name: str
    note: str
    values: dict[str, Any] = field(default_factory=dict)


PRESETS = [
    Preset(
        "wisconsin",
        "Wisconsin general-law city",
        "Two thirds of the council are a quorum (Wis. Stat. 62.11(3)(b)). Alders serve two years. "
        "In an election window nothing is posted for a candidate (Wis. Stat. 11.1205, formerly 11.33).",
        {
            "state": "WI", "time_zone": "America/Chicago",
            "alder_word": "alder", "alders_word": "alders", "district_word": "district",
            "districts_word": "districts", "council_word": "Common Council", "seats_count": 12,
            "quorum": "two_thirds", "blackout_mode": "hard",
        },
    ),
    Preset(
        "madison",
        "Like Madison",
        "20 districts, two-year terms: even districts in even years, odd ones in odd years; the mayor four "
        "years, next in April 2027. New members begin on the third Tuesday of April.",
        {
            "state": "WI", "time_zone": "America/Chicago", "population": 280000,
            "alder_word": "alder", "alders_word": "alders", "district_word": "district",
            "districts_word": "districts", "council_word": "Common Council", "seats_count": 20,
            "quorum": "two_thirds", "blackout_mode": "hard",
        },
    ),
    Preset(
        "milwaukee",
        "Like Milwaukee",
        "15 districts and the mayor, four-year terms, next in 2028. The city's policy stops posting, takes "
        "links down and turns e-mail and text alerts off for members who are candidates; the City Clerk may "
        "still post official business.",
        {
            "state": "WI", "time_zone": "America/Chicago", "population": 560000,
            "alder_word": "alderperson", "alders_word": "alderpersons", "district_word": "district",
            "districts_word": "districts", "council_word": "Common Council", "seats_count": 15,
            "quorum": "majority", "blackout_mode": "hard",
        },
    ),
    Preset(
        "minneapolis",
        "Like Minneapolis",
        "13 wards, four-year terms, next in 2029; ranked choice, no primary. Minnesota has no rule like "
        "Wis. Stat. 11.1205, so no blackout is set.",
        {
            "state": "MN", "time_zone": "America/Chicago", "population": 425000,
            "alder_word": "council member", "alders_word": "council members", "district_word": "ward",
            "districts_word": "wards", "council_word": "City Council", "seats_count": 13,
            "quorum": "majority", "blackout_mode": "none",
        },
    ),
]  # fmt: skip


def preset_named(slug: str) -> Preset | None:
    return next((preset for preset in PRESETS if preset.slug == slug), None)
