"""A version's clauses and grounds as values: for comparing, hashing and handing out."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from city.canonical import digest
from policies.models import Clause, Ground, Version
from policies.models.clause import in_words
from policies.rules import clauses as clause_rules
from policies.rules import redline
from policies.rules.clauses import ParsedClause


@dataclass(frozen=True)
class Compared:
    """A clause or ground as the redline compares it."""

    key: str
    label: str
    words: str
    anchor: str
    concerns: tuple[str, ...] = ()

    def __str__(self) -> str:
        return self.label


@dataclass(frozen=True)
class ShownClause:
    """A clause as a page draws it: `level` is the depth of its heading, 0 for none."""

    clause: Clause | ParsedClause
    level: int
    title: str
    html: str
    concerns: str = ""


def of_clauses(version: Version | None, labels: dict[str, str]) -> list[Compared]:
    """A version's clauses to compare. A heading is part of the words only where the other version's differs."""
    if version is None:
        return []
    found = []
    for clause in version.clauses.all():
        renamed = labels.get(clause.key, clause.label) != clause.label
        text = f"{clause.label}\n\n{clause.text}" if renamed else clause.text
        if clause.concerns:
            text = f"{text}\n\nConcerns: {in_words(clause.concerns)}."
        found.append(Compared(clause.key, clause.label, text, clause.anchor, tuple(clause.concerns)))
    return found


def labels_of(version: Version | None) -> dict[str, str]:
    return {clause.key: clause.label for clause in version.clauses.all()} if version else {}


def of_ground(ground: Ground) -> Compared:
    lines = [
        ground.title,
        ground.definition,
        *(f"Example: {line}" for line in ground.example_lines),
        f"May be done: {', '.join(ground.permitted)}.",
    ]
    if ground.keyword_kind:
        lines.append(
            f"A word list may send comments to a person: {ground.get_keyword_kind_display().lower()}."
        )
    concerns = tuple(ground.clause.concerns)
    return Compared(ground.key, ground.title, "\n".join(lines), f"ground-{ground.key}", concerns)


def changes(old: Version | None, new: Version) -> tuple[list[redline.Change], list[redline.Change]]:
    """The redline of all clauses, and that of all grounds, from one version to another."""
    before, after = of_clauses(old, labels_of(new)), of_clauses(new, labels_of(old))
    grounds = old.grounds.select_related("clause") if old else []
    return (
        redline.clauses(before, after),
        redline.clauses(map(of_ground, grounds), map(of_ground, new.grounds.select_related("clause"))),
    )


def concerned(old: Version | None, new: Version) -> list[str]:
    """The roles that the changes from one version to another concern; none named: everybody bound.

    Whom a clause concerned before and whom it concerns now are both meant: also who is let off reads it.
    """
    if old is None:
        return []
    clauses, grounds = changes(old, new)
    return roles_of([*clauses, *grounds])


def roles_of(parts: Iterable[redline.Change]) -> list[str]:
    """The roles that these changes concern; none named: everybody bound."""
    roles: set[str] = set()
    for change in redline.concerned(parts):
        for side in (change.old, change.new):
            if isinstance(side, Compared):
                if not side.concerns:
                    return []
                roles |= set(side.concerns)
    return sorted(roles)


def shown(rows: Iterable[Clause | ParsedClause]) -> list[ShownClause]:
    """Clauses as a page draws them, adopted or only typed."""
    rows = list(rows)
    levels = clause_rules.heading_levels([row.level for row in rows])
    return [
        ShownClause(
            row,
            level,
            clause_rules.render_words(row.title),
            clause_rules.render(row.text),
            in_words(row.concerns),
        )
        for row, level in zip(rows, levels, strict=True)
    ]


def content(version: Version) -> dict[str, Any]:
    """What a version says, as its hash covers it and as it is handed out."""
    return {
        "policy": version.policy.slug,
        "number": version.number,
        "source": version.source,
        "clauses": [
            {
                "key": row.key,
                "address": row.address,
                "title": row.title,
                "text": row.text,
                "level": row.level,
                **({"concerns": sorted(row.concerns)} if row.concerns else {}),
            }
            for row in version.clauses.all()
        ],
        "grounds": [
            {
                "key": row.key,
                "clause": row.clause.key,
                "title": row.title,
                "definition": row.definition,
                "examples": row.examples,
                "permits": sorted(row.permits),
                "keyword_kind": row.keyword_kind,
                "warning": row.warning,
            }
            for row in version.grounds.select_related("clause")
        ],
    }


def content_hash(version: Version) -> str:
    """SHA-256 of what a version says, in canonical JSON: it stands in the log entry of the adoption."""
    return digest(content(version))
