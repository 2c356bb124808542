"""What changed between two wordings, word by word and clause by clause."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Protocol

#: Above this many words two texts are compared line by line: comparing costs the product of both lengths.
MOST_WORDS = 4000


class Kind(StrEnum):
    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True)
class Span:
    """A stretch of text that stands in both wordings (same), only in the old (removed) or the new (added)."""

    kind: Kind
    text: str


class Comparable(Protocol):
    """What a clause needs to be compared: `words` is everything of it that a change may touch."""

    @property
    def key(self) -> str: ...

    @property
    def words(self) -> str: ...


@dataclass(frozen=True)
class Change:
    """One clause in both versions. `moved` when its place among the common clauses is another."""

    kind: Kind
    key: str
    old: Comparable | None
    new: Comparable | None
    spans: tuple[Span, ...]

    @property
    def thing(self) -> Comparable | None:
        return self.new if self.new is not None else self.old


def words(old: str, new: str) -> list[Span]:
    """The redline of two texts. Same and removed spans make up the old text, same and added ones the new."""
    before, after = _tokens(old), _tokens(new)
    if max(len(before), len(after)) > MOST_WORDS:
        before, after = old.splitlines(keepends=True), new.splitlines(keepends=True)
    if max(len(before), len(after)) > MOST_WORDS:
        return _joined([(Kind.REMOVED, old), (Kind.ADDED, new)])
    pieces: list[tuple[Kind, str]] = []
    for tag, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            pieces.append((Kind.SAME, "".join(before[a:b])))
        else:
            pieces.append((Kind.REMOVED, "".join(before[a:b])))
            pieces.append((Kind.ADDED, "".join(after[c:d])))
    return _joined(_without_crumbs(pieces))


def old_text(spans: Iterable[Span]) -> str:
    """The old wording, from its redline."""
    return "".join(span.text for span in spans if span.kind != Kind.ADDED)


def new_text(spans: Iterable[Span]) -> str:
    """The new wording, from its redline."""
    return "".join(span.text for span in spans if span.kind != Kind.REMOVED)


def clauses(old: Iterable[Comparable], new: Iterable[Comparable]) -> list[Change]:
    """Every clause of both versions, matched by key, in the new order; removed ones where they stood."""
    before = list(old)
    after = {thing.key: thing for thing in new}
    known = {thing.key: thing for thing in before}
    changes = [_change(known.get(key), thing) for key, thing in after.items()]
    place = 0
    for thing in before:
        if thing.key in after:
            place = 1 + next(n for n, change in enumerate(changes) if change.key == thing.key)
        else:
            changes.insert(place, _change(thing, None))
            place += 1
    return changes


def concerned(changes: Iterable[Change]) -> list[Change]:
    """Only the clauses that the change concerns."""
    return [change for change in changes if change.kind != Kind.SAME]


def _change(old: Comparable | None, new: Comparable | None) -> Change:
    thing = new if new is not None else old
    assert thing is not None
    spans = tuple(words(old.words if old else "", new.words if new else ""))
    if old is None:
        kind = Kind.ADDED
    elif new is None:
        kind = Kind.REMOVED
    else:
        kind = Kind.SAME if old.words == new.words else Kind.CHANGED
    return Change(kind, thing.key, old, new, spans)


def _tokens(text: str) -> list[str]:
    """Words and the white space between them; together they are the text."""
    return re.findall(r"\s+|\w+|[^\w\s]+", text)


def _without_crumbs(pieces: list[tuple[Kind, str]]) -> list[tuple[Kind, str]]:
    """White space alone between two changes belongs to both: people read phrases, not combs of words."""
    result: list[tuple[Kind, str]] = []
    for number, (kind, text) in enumerate(pieces):
        between = 0 < number < len(pieces) - 1
        if kind == Kind.SAME and between and not text.strip() and "\n" not in text:
            result += [(Kind.REMOVED, text), (Kind.ADDED, text)]
        else:
            result.append((kind, text))
    return result


def _joined(pieces: list[tuple[Kind, str]]) -> list[Span]:
    """Spans without empty ones; of each stretch of changes first all that went, then all that came."""
    spans: list[Span] = []
    removed = added = ""
    for kind, text in [*pieces, (Kind.SAME, "")]:
        if kind == Kind.REMOVED:
            removed += text
        elif kind == Kind.ADDED:
            added += text
        else:
            spans += [
                Span(kind, text) for kind, text in ((Kind.REMOVED, removed), (Kind.ADDED, added)) if text
            ]
            removed = added = ""
            if text:
                spans.append(Span(Kind.SAME, text))
    return spans


def why_not_editorial(parts: Iterable[Change]) -> str:
    """Why a change is more than editorial, in words; empty when it may be called editorial.

    An editorial change mends words. To add or take away a clause or a ground changes what is asked.
    """
    for change in parts:
        if change.kind in (Kind.ADDED, Kind.REMOVED):
            return f"“{change.thing}” was {change.kind.value}"
    return ""
