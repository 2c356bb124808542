"""When a question of a request must be answered, whose review the answers call for, and what a text may hold.

Pure: values in, values out. An answer is plain text here, and "" is no answer.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from typing import Protocol, TypeVar

LONGEST_LINE = 250
LONGEST_TEXT = 5000

#: What is kept of control and format characters: line breaks, tabs, and the joiners that writing needs.
_KEPT = "\n\t\u200c\u200d"
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,300}>|<!--|<!\w|<\?\w")

#: Whose review each kind of request always needs; the officer decides, and comes last.
_ALWAYS = {
    "new": ("head", "cio", "officer"),
    "reactivate": ("head", "cio", "officer"),
    "purpose": ("head", "officer"),
    "close": ("head", "officer"),
}


class QuestionLike(Protocol):
    @property
    def key(self) -> str: ...
    @property
    def required(self) -> bool: ...
    @property
    def required_when(self) -> Mapping[str, Collection[str]]: ...
    @property
    def attorney_when(self) -> Collection[str]: ...
    @property
    def reviewers(self) -> Collection[str]: ...


Q = TypeVar("Q", bound=QuestionLike)


def is_required(question: QuestionLike, answers: Mapping[str, str]) -> bool:
    """Whether a question must be answered, given the answers to the others."""
    if question.required:
        return True
    return any(answers.get(key, "") in values for key, values in question.required_when.items())


def unanswered(questions: Iterable[Q], answers: Mapping[str, str]) -> list[Q]:
    """The questions that must be answered and are not."""
    return [one for one in questions if not answers.get(one.key, "") and is_required(one, answers)]


def calling_the_attorney(questions: Iterable[Q], answers: Mapping[str, str]) -> list[Q]:
    """The questions whose answers call for the City Attorney."""
    return [one for one in questions if answers.get(one.key, "") in one.attorney_when]


def reviewers_for(ask: str, questions: Iterable[QuestionLike], answers: Mapping[str, str]) -> list[str]:
    """The roles that review a request, all at the same time; the officer's review is the decision."""
    roles = list(_ALWAYS[ask])
    if calling_the_attorney(questions, answers):
        roles.insert(-1, "attorney")
    return roles


def plain_text(text: str) -> str:
    """Text without control characters and invisible marks, such as those that turn its direction round."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(
        char for char in text if char in _KEPT or unicodedata.category(char) not in ("Cc", "Cf", "Cs", "Co")
    ).strip()


def why_not_plain(text: str, longest: int) -> str:
    """Why a text is not taken; "" when it is. Tags would be shown as they are typed, so somebody expects wrongly."""
    if len(text) > longest:
        return f"This has {len(text):,} characters; at most {longest:,} are taken."
    if _TAG.search(text):
        return "Write plain text: tags of HTML are not understood here."
    return ""


def words_of(text: str) -> list[str]:
    """The words of an audience by which another account for the same people can be found, each once."""
    found = re.findall(r"[^\W\d_]{4,}", text.lower())
    return list(dict.fromkeys(word for word in found if word not in EVERYBODYS))[:12]


#: Words that stand in nearly every audience, and so tell nothing.
EVERYBODYS = frozenset(
    {
        "about", "also", "anybody", "anyone", "around", "city", "community", "everybody", "everyone", "from",
        "general", "here", "interested", "lives", "live", "mainly", "many", "members", "other", "people",
        "public", "residents", "resident", "some", "that", "their", "them", "they", "this", "those", "town",
        "travels", "visitors", "want", "when", "where", "which", "with", "work", "works", "years", "aged",
    }
)  # fmt: skip
