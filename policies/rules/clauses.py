"""A policy's Markdown as clauses that can be cited, and each clause as harmless HTML.

A heading begins a clause: `## 4. Comments`, `### 4.2 Threats`. So does a paragraph that begins with a
number of two or more parts: `4.2.1 Staff answer within a day.` A mark at the end of that line,
`{#threats}`, is the clause's key: it names the same clause in every version, whatever its number and
title become. Without a mark the key is made from the title. `{#threats for=moderator,officer}` also says which
roles the clause concerns, and what stands beneath its heading; without it a clause concerns everybody bound.
"""

import re
import unicodedata
from dataclasses import dataclass, replace
from itertools import pairwise

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token

#: `{#threats}` or `{#threats for=moderator,officer}` at the end of a heading or of a numbered paragraph's first line.
_MARK = re.compile(r"[ \t]*\{#([a-z0-9][a-z0-9-]{0,79})(?:[ \t]+for=([a-z_]+(?:,[ \t]*[a-z_]+)*))?\}[ \t]*$")
#: `4.`, `4.2`, `IV.` is not one: addresses are figures, so that they sort and can be typed.
_ADDRESS = re.compile(r"^(\d{1,3}(?:\.\d{1,3}){0,5})\.?(?:[ \t]+|$)")
_PARAGRAPH_ADDRESS = re.compile(r"^(\d{1,3}(?:\.\d{1,3}){1,5})\.?[ \t]+")

_TAGS = {
    "p", "br", "hr", "strong", "em", "code", "pre", "blockquote", "ul", "ol", "li", "a",
    "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip
_SCHEMES = {"http", "https", "mailto", "tel"}

#: Tables, no raw HTML, and no pictures: a policy shows nothing from elsewhere.
_markdown = MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")


class UnclearText(ValueError):
    """The text cannot be divided into clauses that can be cited. `line` counts from 1."""

    def __init__(self, message: str, line: int) -> None:
        super().__init__(f"Line {line}: {message}")
        self.line = line


@dataclass(frozen=True)
class ParsedClause:
    """One clause as it stands in the text. `level` is the heading's depth, 0 for a numbered paragraph."""

    key: str
    address: str
    title: str
    text: str
    level: int
    line: int
    #: The line on which its mark stands, or would stand; 0 when it has one or needs none.
    unmarked: int = 0
    #: The roles that it concerns; none for everybody bound.
    concerns: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        return " ".join(part for part in (self.address, self.title) if part) or "Opening text"

    @property
    def anchor(self) -> str:
        return self.address or self.key


@dataclass(frozen=True)
class _Start:
    """Where a clause begins: lines `[first, body)` are its heading."""

    first: int
    body: int
    words: str
    level: int
    last: int


def tidy(source: str) -> str:
    """The text with one kind of line end and without characters that cannot be stored or seen."""
    text = source.replace("\r\n", "\n").replace("\r", "\n")
    kept = (char for char in text if char in "\n\t" or unicodedata.category(char) not in ("Cc", "Cs"))
    return "".join(kept).strip("\n") + "\n"


def key_of(title: str) -> str:
    """A key made from a title: `Threats, as the law defines them` → `threats-as-the-law-defines-them`."""
    ascii_title = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", ascii_title).strip("-")[:80].strip("-")


def parse(source: str) -> list[ParsedClause]:
    """The clauses of a text, in order. Raises UnclearText where two could be mistaken for each other."""
    text = tidy(source)
    lines = text.split("\n")
    starts = _starts(_markdown.parse(text), lines)
    clauses: list[ParsedClause] = []
    first = starts[0].first if starts else len(lines)
    opening = "\n".join(lines[:first]).strip()
    if opening:
        clauses.append(ParsedClause("opening", "", "", opening, 0, 1))
    for start, following in zip(starts, [*starts, None][1:], strict=True):
        end = following.first if following else len(lines)
        clauses.append(_clause(start, "\n".join(lines[start.body : end]).strip("\n")))
    _refuse_doubles(clauses)
    return _with_inherited(clauses)


def with_marks(source: str) -> str:
    """The text with every clause's key written out, so that the keys live on when titles change."""
    lines = tidy(source).rstrip("\n").split("\n")
    for clause in parse(source):
        if clause.unmarked:
            line = lines[clause.unmarked - 1].rstrip()
            if line.lstrip().startswith("#"):
                line = re.sub(r"[ \t]+#+$", "", line)
            lines[clause.unmarked - 1] = f"{line} {{#{clause.key}}}"
    return "\n".join(lines) + "\n"


def render(text: str) -> str:
    """A clause's Markdown as HTML in which nothing can act: no script, no form, no picture, no style."""
    html = _markdown.render(text)
    return nh3.clean(
        html,
        tags=_TAGS,
        attributes={"a": {"href", "title"}, "ol": {"start"}},
        url_schemes=_SCHEMES,
        link_rel="noopener noreferrer nofollow",
    )


def render_words(text: str) -> str:
    """A title as HTML: emphasis and code, no links."""
    return nh3.clean(_markdown.renderInline(text), tags={"strong", "em", "code"}, attributes={})


def heading_levels(levels: list[int]) -> list[int]:
    """Depths for the page, from 2, that never skip one: a reader by ear is not led to look for it."""
    shown: list[int] = []
    open_levels: list[int] = []
    for level in levels:
        if level == 0:
            shown.append(0)
            continue
        while open_levels and open_levels[-1] >= level:
            open_levels.pop()
        open_levels.append(level)
        shown.append(min(1 + len(open_levels), 6))
    return shown


def _starts(tokens: list[Token], lines: list[str]) -> list[_Start]:
    """Where clauses begin: at headings and numbered paragraphs that stand in nothing else."""
    starts: list[_Start] = []
    for token, inline in pairwise(tokens):
        if token.level or token.map is None or inline.type != "inline":
            continue
        first, end = token.map
        if token.type == "heading_open":
            words = " ".join(inline.content.split())
            last = first if token.markup.startswith("#") else end - 2
            starts.append(_Start(first, end, words, int(token.tag[1]), last))
        elif token.type == "paragraph_open" and _PARAGRAPH_ADDRESS.match(_MARK.sub("", lines[first]).strip()):
            starts.append(_Start(first, first, lines[first].strip(), 0, first))
    return starts


def _clause(start: _Start, body: str) -> ParsedClause:
    words = start.words
    mark = _MARK.search(words)
    if mark:
        words = words[: mark.start()].rstrip()
    pattern = _ADDRESS if start.level else _PARAGRAPH_ADDRESS
    number = pattern.match(words)
    address = number.group(1) if number else ""
    line = start.first + 1
    unmarked = 0 if mark else start.last + 1
    if start.level:
        title = words[number.end() :].strip() if number else words
        key = mark.group(1) if mark else key_of(title) or _key_of_address(address)
        if not key:
            raise UnclearText("this heading has no words. Give it a title or a number.", line)
        if len(title) > 300:
            raise UnclearText("this heading is longer than 300 characters.", line)
        return ParsedClause(key, address, title, body, start.level, line, unmarked, _roles(mark))
    first_line, _, rest = body.partition("\n")
    first_line = _PARAGRAPH_ADDRESS.sub("", _MARK.sub("", first_line).strip())
    text = f"{first_line}\n{rest}" if rest else first_line
    key = mark.group(1) if mark else _key_of_address(address)
    return ParsedClause(key, address, "", text.strip("\n"), 0, line, unmarked, _roles(mark))


def _roles(mark: re.Match[str] | None) -> tuple[str, ...]:
    named = mark.group(2) if mark else None
    return tuple(sorted({role.strip() for role in named.split(",")})) if named else ()


def _with_inherited(clauses: list[ParsedClause]) -> list[ParsedClause]:
    """What a heading says of whom it concerns holds for what stands beneath it, unless that says otherwise."""
    found: list[ParsedClause] = []
    above: list[ParsedClause] = []
    for clause in clauses:
        while clause.level and above and above[-1].level >= clause.level:
            above.pop()
        inherits = above and not clause.concerns
        found.append(replace(clause, concerns=above[-1].concerns) if inherits else clause)
        if clause.level:
            above.append(found[-1])
    return found


def _key_of_address(address: str) -> str:
    return f"c-{address.replace('.', '-')}" if address else ""


def _refuse_doubles(clauses: list[ParsedClause]) -> None:
    """A citation must lead to one place only."""
    keys: dict[str, ParsedClause] = {}
    addresses: dict[str, ParsedClause] = {}
    for clause in clauses:
        if clause.address and clause.address in addresses:
            raise UnclearText(
                f"clause {clause.address} stands already in line {addresses[clause.address].line}. "
                "Number it differently.",
                clause.line,
            )
        if clause.key in keys:
            raise UnclearText(
                f"the key {{#{clause.key}}} names the clause in line {keys[clause.key].line} already. "
                "Give this clause another title or another mark.",
                clause.line,
            )
        keys[clause.key] = clause
        if clause.address:
            addresses[clause.address] = clause
