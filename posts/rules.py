"""What may be said, where and when: values in, reasons out. No database, no clock."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

#: Wis. Stat. 11.1205(2): what the silence of a candidate does not reach, and who may claim it.
ANSWER, OFFICIAL, EMERGENCY = "answer_to_constituent", "official_business", "emergency"
CITATION = "Wis. Stat. 11.1205 (formerly 11.33)"

ACCESSIBLE_URL = "https://www.ecfr.gov/current/title-28/chapter-I/part-35/subpart-H"
LONGEST_ALT = 1000
#: How old a proof of the second factor may be when somebody lets a post go out.
FRESH = timedelta(minutes=15)


@dataclass(frozen=True)
class Reason:
    """Why something may not be said now. `code` is stable; `words` say what to do about it.

    `until`: when the reason ends by itself, where that is known. `citation` and `url`: on what it rests.
    `field`: the form field it belongs beside. `parks`: the post itself is in order; a person decides later.
    """

    code: str
    words: str
    until: datetime | None = None
    citation: str = ""
    url: str = ""
    field: str | None = None
    parks: bool = False


@dataclass(frozen=True)
class Verdict:
    """The gate's answer. `advice` does not stop anything."""

    reasons: tuple[Reason, ...] = ()
    advice: tuple[Reason, ...] = ()

    @property
    def allowed(self) -> bool:
        return not self.reasons

    @property
    def parks(self) -> bool:
        """Whether nothing is wrong with the post itself: it waits for a person instead of being refused."""
        return bool(self.reasons) and all(reason.parks for reason in self.reasons)

    def __or__(self, other: "Verdict") -> "Verdict":
        """Both verdicts, each reason once."""
        return Verdict(_once(self.reasons + other.reasons), _once(self.advice + other.advice))


def _once(reasons: tuple[Reason, ...]) -> tuple[Reason, ...]:
    return tuple(dict.fromkeys(reasons))


@dataclass(frozen=True)
class Limits:
    """What one platform takes. `characters` are counted as people see them; sizes are in bytes."""

    name: str
    characters: int
    bytes: int
    pictures: int
    picture_bytes: int
    alt: int = LONGEST_ALT


#: https://docs.bsky.app/docs/advanced-guides/posts and the lexicons app.bsky.feed.post, app.bsky.embed.images.
LIMITS = {
    "bluesky": Limits("Bluesky", characters=300, bytes=3000, pictures=4, picture_bytes=1_000_000),
    "website": Limits(
        "The city’s website", characters=5000, bytes=20_000, pictures=10, picture_bytes=1_000_000
    ),
}


@dataclass(frozen=True)
class Drawn:
    """A picture as the rules see it."""

    alt: str
    size: int


@dataclass(frozen=True)
class Quiet:
    """A time in which an account, or an office, must not speak, `[starts_at, ends_at)`; no end: until it is known."""

    starts_at: datetime
    ends_at: datetime | None
    why: str = ""
    citation: str = CITATION
    url: str = ""
    exemptions: frozenset[str] = frozenset({ANSWER, OFFICIAL, EMERGENCY})

    def holds_at(self, at: datetime) -> bool:
        return self.starts_at <= at and (self.ends_at is None or at < self.ends_at)


def characters(text: str) -> int:
    """How long a text is, at least as people count it.

    Marks that sit on a letter, joiners and variation selectors count nothing. A family emoji counts each
    person in it, so this is never less than the number of grapheme clusters that a platform counts.
    """
    return sum(1 for char in text if unicodedata.category(char) not in ("Mn", "Me") and char != "\u200d")


def delivered(text: str, address: str) -> str:
    """What goes to a network: the words, and beneath them the way back to the city's website."""
    return f"{text.strip()}\n\n{address}"


def fits(text: str, pictures: Sequence[Drawn], limits: Limits) -> list[Reason]:
    """Whether a platform takes this as it is; `text` is what is delivered there."""
    found = []
    over = max(characters(text) - limits.characters, len(text.encode()) - limits.bytes)
    if over > 0:
        words = (
            f"{limits.name} takes {limits.characters:,} characters with the link; this is {over:,} too long."
        )
        found.append(Reason("too_long", words, field="text"))
    if len(pictures) > limits.pictures:
        words = (
            f"{limits.name} takes {limits.pictures} pictures; take {len(pictures) - limits.pictures} away."
        )
        found.append(Reason("too_many_pictures", words, field="pictures"))
    if any(picture.size > limits.picture_bytes for picture in pictures):
        words = f"{limits.name} takes pictures of at most {limits.picture_bytes // 1000:,} kB."
        found.append(Reason("picture_too_large", words, field="pictures"))
    return found


HASHTAG = re.compile(r"(?<![\w&])#(\w+)")
ADDRESS = re.compile(r"https?://\S+|\bwww\.\S+", re.IGNORECASE)
SHORTENERS = re.compile(
    r"\b(?:bit\.ly|t\.co|tinyurl\.com|goo\.gl|ow\.ly|buff\.ly|is\.gd|rb\.gy|dlvr\.it)/", re.IGNORECASE
)
EMPTY_LINK_WORDS = re.compile(
    r"\b(?:click here|click this link|link in (?:the )?bio|read more here)\b", re.IGNORECASE
)
#: Letters that only look like letters: a screen reader spells "mathematical bold small a".
FANCY = re.compile("[\U0001d400-\U0001d7ff\u24b6-\u24e9\U0001f130-\U0001f189]")


def accessible(text: str, pictures: Sequence[Drawn]) -> list[Reason]:
    """What would keep people out (28 CFR 35 subpart H: WCAG 2.1 AA; the city's policy on hashtags and links)."""
    found = []

    def wrong(code: str, words: str, where: str) -> None:
        found.append(
            Reason(code, words, citation="28 CFR 35.200, WCAG 2.1 AA", url=ACCESSIBLE_URL, field=where)
        )

    for place, picture in enumerate(pictures, start=1):
        if not picture.alt.strip():
            wrong("no_alt_text", f"Describe picture {place} for people who cannot see it.", f"alt_{place}")
        elif len(picture.alt) > LONGEST_ALT:
            words = f"Describe picture {place} in at most {LONGEST_ALT:,} characters."
            wrong("alt_too_long", words, f"alt_{place}")
        elif looks_like_a_file_name(picture.alt):
            wrong(
                "alt_is_a_file_name", f"Picture {place} has a file name, not a description.", f"alt_{place}"
            )
    for tag in HASHTAG.findall(text):
        if not in_camel_case(tag):
            words = f"Begin each word of #{tag} with a capital letter, like #ParksDay, so that it can be read aloud."
            wrong("hashtag", words, "text")
    if EMPTY_LINK_WORDS.search(text):
        wrong("link_words", "Say where the link leads instead of “click here” or “link in bio”.", "text")
    if SHORTENERS.search(text):
        wrong("short_link", "Use the full address: a shortened one hides where it leads.", "text")
    if FANCY.search(text):
        wrong(
            "fancy_letters",
            "Write plain letters: screen readers spell decorative ones out one by one.",
            "text",
        )
    return found


def looks_like_a_file_name(alt: str) -> bool:
    return re.fullmatch(r"\S+\.(?:jpe?g|png|gif|webp|heic)", alt.strip(), re.IGNORECASE) is not None


def in_camel_case(tag: str) -> bool:
    """Whether the words of a hashtag can be told apart. Short abbreviations and numbers are well."""
    letters = [char for char in tag if char.isalpha()]
    if not letters or not any(char.lower() != char.upper() for char in letters):
        return True  # numbers, and scripts without capitals
    return letters[0].isupper() and (len(letters) <= 5 or not all(char.isupper() for char in letters))


def advice(text: str) -> list[Reason]:
    """What would make it plainer. Nothing is refused for it."""
    found = []
    plain = ADDRESS.sub("", text)
    longest = max((len(sentence.split()) for sentence in re.split(r"[.!?]\s|\n", plain)), default=0)
    if longest > 25:
        words = f"One sentence has {longest} words. Two shorter ones are easier to read."
        found.append(Reason("long_sentence", words, url="https://www.plainlanguage.gov/", field="text"))
    shouted = [word for word in re.findall(r"\b[A-Z]{2,}\b", plain) if len(word) > 5]
    if len(shouted) >= 3:
        found.append(
            Reason(
                "capitals", "Whole words in capitals are hard to read and sound like shouting.", field="text"
            )
        )
    return found


def leads_back(link: str, own: Iterable[str]) -> list[Reason]:
    """A post leads back to the city's own website (Madison, APM 2012: the website is the repository)."""
    if not link:
        return []
    host = (urlsplit(link).hostname or "").lower()
    hosts = [(urlsplit(address).hostname or "").lower().removeprefix("www.") for address in own]
    if any(name and (host == name or host.endswith(f".{name}")) for name in hosts):
        return []
    words = "Link to a page on the city’s website, or leave it empty to link to this post there."
    return [Reason("link_elsewhere", words, field="link")]


def silenced(
    quiets: Iterable[Quiet], at: datetime, *, exemption: str, official: bool, where: str
) -> list[Reason]:
    """Whether a silence forbids to speak at `at` (Wis. Stat. 11.1205(1), with the exemptions of (2)).

    `exemption` is the ground that the post names and that its approver approved. It passes a silence that
    knows this ground; official business and an emergency only where an administrative officer wrote it
    (`official`: the City Clerk, in an emergency the Social Media Officer too).
    """
    yours = exemption == ANSWER or official
    holding = [
        quiet for quiet in quiets if quiet.holds_at(at) and not (yours and exemption in quiet.exemptions)
    ]
    found = []
    if holding and not yours and exemption in (OFFICIAL, EMERGENCY):
        words = "Only the City Clerk posts official business or about an emergency while the office must be silent."
        found.append(Reason("exemption_not_yours", words, citation=CITATION, field="exemption"))
    for quiet in holding:
        words = f"{where} must be silent. {quiet.why}".strip()
        found.append(
            Reason("silence", words, until=quiet.ends_at, citation=quiet.citation, url=quiet.url, parks=True)
        )
    return found


def next_silence(quiets: Iterable[Quiet], at: datetime) -> datetime | None:
    """The instant at which speaking must have ended, if a silence is known to come."""
    return min((quiet.starts_at for quiet in quiets if quiet.starts_at > at), default=None)


def too_late(due_at: datetime, at: datetime, latest: timedelta) -> list[Reason]:
    """A post that nobody sent in time may have become wrong: a person looks at it first."""
    if at <= due_at + latest:
        return []
    minutes = int((at - due_at).total_seconds() // 60)
    words = (
        f"It was due {minutes:,} minutes earlier and could not be sent then. Look at whether it still holds."
    )
    return [Reason("too_late", words, parks=True)]


def second_factor(proved_at: datetime | None, at: datetime) -> list[Reason]:
    """Whoever lets a post go out has just proved who they are."""
    if proved_at is not None and timedelta(0) <= at - proved_at <= FRESH:
        return []
    return [Reason("second_factor", "Confirm with your second factor before you publish or schedule.")]


@dataclass(frozen=True)
class LocalTime:
    """What a date and time on the city's clocks mean. `instants` is empty for a time that the clocks skip, and
    has two entries for one that they show twice.
    """

    instants: tuple[datetime, ...] = field(default_factory=tuple)


def instants_of(naive: datetime, zone: str) -> LocalTime:
    """The instants at which the city's clocks show this time, earliest first (daylight saving: 0, 1 or 2)."""
    found = []
    for fold in (0, 1):
        local = naive.replace(tzinfo=ZoneInfo(zone), fold=fold)
        utc = local.astimezone(ZoneInfo("UTC"))
        if utc.astimezone(ZoneInfo(zone)).replace(tzinfo=None) == naive and utc not in found:
            found.append(utc)
    return LocalTime(tuple(sorted(found)))


#: Seconds before an attempt is repeated: quickly at first, since a post has its minute.
WAITS = (5, 15, 30, 60, 120)


def wait(attempt: int, retry_after: float | None) -> timedelta:
    """How long to leave a platform alone after the `attempt`-th failure (from 1)."""
    seconds = float(WAITS[min(attempt, len(WAITS)) - 1])
    return timedelta(seconds=max(seconds, retry_after or 0))
