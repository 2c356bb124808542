"""Names that look like other names: how a stranger passes for the city.

Two names are alike when they have the same likeness: what is left when letters of other alphabets, figures and
signs are read as the Latin letters that they resemble, and points, lines and doubled letters are left out.
Sources: Unicode Technical Standard 39, section 4, whose table of confusable characters is the package
confusable-homoglyphs; the figures for letters are what the city's own look-alikes use.
"""

import re
import unicodedata

from confusable_homoglyphs.confusables import confusables_data  # type: ignore[import-untyped]
from django.db.models import CharField, F, Func, Value
from django.db.models.functions import Lower, Replace

FIGURES = "0123456789i|!$"
LETTERS = "olzeasbtbgllls"
#: What a stranger puts before or behind a city's name.
TRIMMINGS = (
    "official", "real", "thereal", "the", "its", "verified", "support", "helpdesk", "help", "backup", "admin", "gov"
)  # fmt: skip
#: Shorter likenesses are shared by too many names to say anything.
SHORTEST = 4


def folded(text: str) -> str:
    """The text in lower case with each letter of another alphabet as the Latin one that it resembles."""
    if text.isascii():
        return text.lower()
    return "".join(_latin(char) for char in unicodedata.normalize("NFKC", text).casefold())


def likeness(handle: str) -> str:
    """What a handle looks like. The same for `Marlow_Bay`, `mar1owbay` and `mаrlowbay` with a Cyrillic а."""
    bare = re.sub(r"^.*/|@.*$", "", folded(handle))
    letters = re.sub(r"[^a-z]", "", bare.translate(str.maketrans(FIGURES, LETTERS)))
    return re.sub(r"(.)\1+", r"\1", letters.replace("rn", "m").replace("vv", "w"))


def likenesses(handle: str) -> set[str]:
    """The likeness of a handle, and what it is without a trimming like “official” or “.bsky.social”."""
    bare = folded(handle).removesuffix(".bsky.social")
    found = {likeness(handle), likeness(bare)}
    for word in TRIMMINGS:
        for form in (bare.removeprefix(word), bare.removesuffix(word)):
            if form != bare:
                found.add(likeness(form))
    return {form for form in found if len(form) >= SHORTEST}


def stored_likeness(field: str = "handle") -> Func:
    """The same, computed by Postgres over a column of ASCII handles; an index of the registry is made of it."""
    bare = _replace(Lower(F(field)), r"^.*/|@.*$", "")
    letters = _replace(
        Func(bare, Value(FIGURES), Value(LETTERS), function="translate", output_field=CharField()),
        "[^a-z]",
        "",
    )
    joined = Replace(Replace(letters, Value("rn"), Value("m")), Value("vv"), Value("w"))
    return _replace(joined, r"(.)\1+", r"\1")


def _replace(expression, pattern: str, by: str) -> Func:
    return Func(
        expression,
        Value(pattern),
        Value(by),
        Value("g"),
        function="regexp_replace",
        output_field=CharField(),
    )


def _latin(char: str) -> str:
    if char.isascii():
        return char
    for twin in confusables_data.get(char, ()):
        if len(twin["c"]) == 1 and twin["c"].isascii() and twin["c"].isalnum():
            return str(twin["c"]).lower()
    bare = unicodedata.normalize("NFKD", char).encode("ascii", "ignore").decode()
    return bare or char
