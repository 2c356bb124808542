"""Reading a city's spreadsheet, whatever program wrote it: bytes in, a table out. Pure.

Files come from Excel in several languages, from exports and from hands: another encoding, another separator, a
`sep=` line, a title above the column names, blank lines. What can be read is read, and what had to be guessed is said.
"""

import csv
import io
import re
from dataclasses import dataclass, field

LARGEST = 20 * 2**20  # bytes
MOST_ROWS = 20_000
LONGEST_CELL = 10_000  # characters

#: Beginnings of files that are no text, and what they are.
SIGNATURES = (
    (b"PK\x03\x04", "a workbook or a zip file"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook"),
    (b"%PDF", "a PDF"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"\x1f\x8b", "a compressed file"),
    (b"{\\rtf", "a text document"),
)
AS_CSV = "Open it in your spreadsheet program, choose Save as, and pick “CSV UTF-8 (comma separated)”."

#: What a column may be called. Compared without case, spaces and punctuation.
HEADERS: dict[str, tuple[str, ...]] = {
    "office": (
        "office", "department", "dept", "division", "agency", "unit", "owner", "department or division",
        "department/division", "dept/division", "city department", "owning department", "responsible department",
        "organization", "organisation", "department name", "office name", "bureau", "team",
    ),
    "platform": (
        "platform", "network", "social network", "social media", "social media platform", "site", "service", "channel",
        "media", "social media site", "social platform", "platform name", "outlet", "medium", "type of account",
    ),
    "url": (
        "url", "link", "address", "web address", "account url", "profile url", "page url", "account link", "profile link",
        "page link", "hyperlink", "web link", "uri", "href", "location", "account address", "profile", "website",
    ),
    "handle": (
        "handle", "username", "user name", "user", "screen name", "account", "account handle", "@handle", "@", "user id",
        "login name", "alias", "account username", "handle/username", "username/handle",
    ),
    "name": (
        "name", "account name", "page name", "display name", "title", "profile name", "channel name", "page title",
        "account title", "name of account", "page",
    ),
    "native_id": ("id", "platform id", "native id", "account id", "page id", "channel id", "did", "numeric id"),
    "kind": ("kind", "account kind", "account type", "type", "category"),
    "status": ("status", "state", "active", "active?", "in use", "account status", "is active"),
    "purpose": ("purpose", "description", "about", "use", "reason", "what for", "notes on use"),
    "audience": ("audience", "target audience", "target group", "who it is for"),
    "language": ("language", "lang"),
    "generic_email": (
        "email", "e-mail", "shared email", "generic email", "contact email", "account email", "registered email",
        "email address", "e-mail address", "contact e-mail",
    ),
}  # fmt: skip


class NotATable(ValueError):
    """The file cannot be read as a table of accounts; the message says what to do."""


@dataclass(frozen=True)
class Row:
    """One row: the line in the file on which it begins, its cells, and the cells of the columns that we know."""

    line: int
    cells: list[str]
    values: dict[str, str]
    surplus: bool = False


@dataclass
class Table:
    """A file as it was read. `columns` says under which name each known field stands; `ignored` the others."""

    encoding: str
    replaced: int
    delimiter: str
    header: list[str]
    columns: dict[str, str]
    ignored: list[str]
    rows: list[Row] = field(default_factory=list)


def read_table(data: bytes) -> Table:
    """The table in a CSV file. Raises NotATable with a sentence that says what to do."""
    _must_be_text(data)
    text, encoding, replaced = decode(data)
    if not text.strip():
        raise NotATable("The file is empty.")
    start = re.match(r"\s*<(?:!doctype|html|\?xml|table)", text, re.IGNORECASE)
    if start:
        raise NotATable(f"This is a web page, not a CSV file. {AS_CSV}")
    text, told = _take_sep_line(text)
    delimiter = told or _delimiter(text)
    lines = _lines(text, delimiter, first=2 if told else 1)
    header, rest = _split_at_header(lines)
    columns = _columns(header)
    index = {name: header.index(label) for name, label in columns.items()}
    table = Table(
        encoding=encoding,
        replaced=replaced,
        delimiter=delimiter,
        header=header,
        columns=columns,
        ignored=[label for label in header if label and label not in columns.values()],
    )
    for line, cells in rest:
        if len(table.rows) >= MOST_ROWS:
            raise NotATable(
                f"The file has more than {MOST_ROWS:,} rows. Divide it, and import one part after the other."
            )
        padded = cells + [""] * (len(header) - len(cells))
        values = {name: padded[place].strip() for name, place in index.items()}
        table.rows.append(
            Row(line, cells, values, surplus=any(cell.strip() for cell in cells[len(header) :]))
        )
    if not table.rows:
        raise NotATable("The file has column names, but no rows below them.")
    return table


def decode(data: bytes) -> tuple[str, str, int]:
    """(text, encoding, characters that no encoding explains). A file of several encodings is read line by line."""
    for mark, encoding in (
        (b"\xef\xbb\xbf", "utf-8-sig"),
        (b"\xff\xfe\x00\x00", "utf-32"),
        (b"\xff\xfe", "utf-16"),
        (b"\xfe\xff", "utf-16"),
    ):
        if data.startswith(mark):
            text = data.decode(encoding, errors="replace")
            if encoding == "utf-8-sig" and "\ufffd" in text:
                break
            return _plain(text), encoding, text.count("\ufffd")
    guessed = _wide(data)
    if guessed:
        text = data.decode(guessed, errors="replace")
        return _plain(text), guessed, text.count("\ufffd")
    data = data.removeprefix(b"\xef\xbb\xbf")
    try:
        return _plain(data.decode("utf-8")), "utf-8", 0
    except UnicodeDecodeError:
        return _decode_by_line(data)


def _decode_by_line(data: bytes) -> tuple[str, str, int]:
    parts, utf8, other = [], 0, 0
    for line in data.splitlines(keepends=True):
        try:
            parts.append(line.decode("utf-8"))
            utf8 += not line.isascii()
        except UnicodeDecodeError:
            parts.append(line.decode("cp1252", errors="replace"))
            other += 1
    text = "".join(parts)
    return _plain(text), "mixed" if utf8 and other else "windows-1252", text.count("\ufffd")


def _wide(data: bytes) -> str:
    """UTF-16 without its mark: every other byte of Western text is zero."""
    sample = data[:400]
    if len(sample) < 8 or b"\x00" not in sample:
        return ""
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    half = len(sample) // 2
    if odd > half * 0.6 and even < half * 0.1:
        return "utf-16-le"
    if even > half * 0.6 and odd < half * 0.1:
        return "utf-16-be"
    return ""


def _plain(text: str) -> str:
    """Without the characters that a database or a reader of CSV stumbles over."""
    text = text.replace("\x00", "").replace("\ufeff", "")
    return re.sub(r"[\ud800-\udfff]", "\ufffd", text)


def _must_be_text(data: bytes) -> None:
    if len(data) > LARGEST:
        raise NotATable(
            f"The file is larger than {LARGEST // 2**20} MB. Divide it, or remove what is not needed."
        )
    for signature, what in SIGNATURES:
        if data.startswith(signature):
            raise NotATable(f"This is {what}, not a CSV file. {AS_CSV}")
    sample = data[:4000]
    strange = sum(byte < 9 or 13 < byte < 32 for byte in sample)
    if strange > len(sample) * 0.1 and not _wide(data) and sample[:2] not in (b"\xff\xfe", b"\xfe\xff"):
        raise NotATable(f"This is not a text file. {AS_CSV}")


def _take_sep_line(text: str) -> tuple[str, str]:
    """Excel's first line `sep=;` names the separator."""
    first, _, rest = text.lstrip("\r\n").partition("\n")
    found = re.fullmatch(r'"?sep=(.)"?\s*', first.strip("\r"), re.IGNORECASE)
    return (rest, found[1]) if found else (text, "")


def _delimiter(text: str) -> str:
    """The separator that makes most sense of the first lines."""
    top = "\n".join(text.splitlines()[:15])

    def sense(delimiter: str) -> tuple[int, int]:
        best = max((len(_known(cells)) for _, cells in _lines(top, delimiter, quiet=True)), default=0)
        return best, top.count(delimiter)

    return max((",", ";", "\t", "|"), key=sense)


def _lines(text: str, delimiter: str, *, first: int = 1, quiet: bool = False) -> list[tuple[int, list[str]]]:
    """(line in the file, cells) of every row that is not blank."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    found = []
    before = 0
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                found.append((before + first, cells))
            before = reader.line_num
    except csv.Error as error:
        if not quiet:
            line = before + first
            raise NotATable(
                f"From line {line} on the file is not CSV: perhaps a quotation mark is never closed."
            ) from error
    return found


def squeezed(text: str) -> str:
    """A heading without case, spaces and punctuation; a lone @ stays."""
    return re.sub(r"[\W_]+", "", text.casefold()) or text.strip()


_NAMES = {squeezed(name): wanted for wanted, names in HEADERS.items() for name in names}


def _known(cells: list[str]) -> set[str]:
    return {_NAMES[squeezed(cell)] for cell in cells if squeezed(cell) in _NAMES}


def _split_at_header(lines: list[tuple[int, list[str]]]) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """The column names are in the first of the top rows where at least two are known: titles may stand above."""
    for place, (_, cells) in enumerate(lines[:10]):
        known = _known(cells)
        if "url" in known or {"platform", "handle"} <= known or {"platform", "native_id"} <= known:
            return [cell.strip() for cell in cells], lines[place + 1 :]
    seen = ", ".join(f"“{cell.strip()[:40]}”" for cell in (lines[0][1][:8] if lines else []) if cell.strip())
    raise NotATable(
        "The columns are not recognized. The first row must name them: “office”, and either “address” or both "
        f"“platform” and “handle”. It says: {seen or 'nothing'}."
    )


def _columns(header: list[str]) -> dict[str, str]:
    """Field → the column it is read from. Where two columns could be it, the first one is."""
    columns: dict[str, str] = {}
    for label in header:
        wanted = _NAMES.get(squeezed(label))
        if wanted and wanted not in columns:
            columns[wanted] = label
    return columns
