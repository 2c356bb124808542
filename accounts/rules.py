"""What the registry decides from values alone: which account an address means, whose e-mail address that is.

The forms of each platform's addresses are data (accounts.platform_rules, kept as rows of Platform).
"""

import re
import string
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Protocol
from urllib.parse import unquote, urlsplit

from accounts.platform_rules import HOSTS

LONGEST = 500  # characters of an address that is read at all
OTHER_FRONTS = ("www", "m", "mobile", "mbasic", "touch", "web", "business", "old", "en")
FREE_MAILERS = frozenset(
    [
        "gmail.com",
        "googlemail.com",
        "yahoo.com",
        "ymail.com",
        "rocketmail.com",
        "hotmail.com",
        "outlook.com",
        "live.com",
        "msn.com",
        "aol.com",
        "icloud.com",
        "me.com",
        "mac.com",
        "proton.me",
        "protonmail.com",
        "pm.me",
        "gmx.com",
        "gmx.net",
        "mail.com",
        "zoho.com",
        "fastmail.com",
        "yandex.com",
        "tutanota.com",
        "hey.com",
        "comcast.net",
        "att.net",
        "sbcglobal.net",
        "charter.net",
        "verizon.net",
        "tds.net",
    ]
)


class PlatformLike(Protocol):
    """What the rules need of a platform."""

    slug: str
    name: str

    @property
    def aliases(self) -> Sequence[str]: ...

    @property
    def url_rules(self) -> Sequence[Mapping[str, Any]]: ...


@dataclass(frozen=True, slots=True)
class Resolved:
    """One account, however its address was written. Either `handle` or `native_id` may be empty, never both."""

    platform: PlatformLike
    handle: str
    native_id: str
    url: str


def visible(text: str) -> str:
    """Text without control, format and zero-width characters, and without white space around it."""
    if text.isascii() and text.isprintable():
        return text.strip()
    kept = "".join(" " if char in "\t\r\n" else char for char in text)
    return "".join(
        char for char in kept if unicodedata.category(char) not in ("Cc", "Cf", "Cs", "Co")
    ).strip()


def resolve_url(text: str, platforms: Iterable[PlatformLike]) -> Resolved | None:
    """The account that an address means on one of `platforms`; None when it is no address of an account there.

    Reads http and https, www., m. and mobile., slashes at the end, @, queries and numeric ids (R23). An address
    with a password part, a strange port or a host that only looks like a platform's is no account's.
    """
    address = _host_path_query(text)
    if address is None:
        return None
    rules = [(platform, rule) for platform in platforms for rule in platform.url_rules]
    host = address[0].partition("/")[0]
    for late in (False, True):
        for platform, rule in rules:
            if bool(rule.get("last")) is late and not (late and _is_another_platforms(host, platform.slug)):
                found = _apply(rule, platform, *address)
                if found:
                    return found
    return None


def find_platform(text: str, platforms: Iterable[PlatformLike]) -> PlatformLike | None:
    """The platform that a spreadsheet means by “Twitter”, “x.com”, “Face book” or “X (Twitter)”."""
    names: dict[str, PlatformLike] = {}
    for platform in platforms:
        for name in (platform.slug, platform.name, *platform.aliases):
            names[_spelling(name)] = platform
    whole = names.get(_spelling(text))
    if whole is not None:
        return whole
    parts = [_spelling(part) for part in re.split(r"[/(),;|&]| - | or ", visible(text))]
    found = {names[part].slug: names[part] for part in parts if part in names}
    return next(iter(found.values())) if len(found) == 1 else None


def normal_handle(platform: PlatformLike, text: str) -> str:
    """A handle as it is kept: no @ before it, no address around it, in lower case. "" for what cannot be one."""
    bare = visible(text)
    if (
        "://" in bare
        or re.match(rf"(?:{'|'.join(OTHER_FRONTS)})\.", bare.lower())
        or _is_address(platform, bare)
    ):
        found = resolve_url(bare, [platform])
        return found.handle if found else ""
    bare = unicodedata.normalize("NFKC", bare).strip("/ ").lstrip("@ ")
    if not any(rule.get("keep_case") for rule in platform.url_rules):
        bare = bare.lower()
    return bare if 0 < len(bare) <= 160 and re.fullmatch(r"[\w.\-@/:+~%·]+", bare) else ""


def address_of(platform: PlatformLike, handle: str) -> str:
    """The canonical address of a handle. "" when the platform's rules do not read it back as the same account."""
    for rule in platform.url_rules:
        taken = re.fullmatch(rule.get("from_handle") or r"(?P<handle>.+)", handle, re.IGNORECASE)
        wanted = {name for _, name, _, _ in string.Formatter().parse(str(rule["canonical"])) if name}
        if taken and wanted <= taken.groupdict().keys():
            url = str(rule["canonical"]).format(**taken.groupdict())
            found = resolve_url(url, [platform])
            if found and found.handle == handle:
                return found.url
    return ""


def personal_address(email: str, people: Iterable[tuple[str, str]]) -> str:
    """Why an address is a person's and not an office's; "" when nothing speaks against it.

    An account that is registered under somebody's own address leaves with them (Milwaukee's audit, DOMAIN 8).
    `people` are (name, e-mail) of those concerned.
    """
    local, _, domain = email.strip().lower().partition("@")
    if domain in FREE_MAILERS:
        return f"{domain} gives addresses to private persons. Use a shared address of the city."
    squeezed = re.sub(r"[^a-z]", "", local)
    for name, own in people:
        if own.strip().lower() == f"{local}@{domain}":
            return f"This is {name}'s own address. Use one that several people read, and that stays when they leave."
        words = [re.sub(r"[^a-z]", "", _ascii(word)) for word in name.split()]
        words = [word for word in words if word]
        if len(words) >= 2 and squeezed in _name_forms(words[0], words[-1]):
            return f"This looks like {name}'s own address. Use one that several people read."
    return ""


def _name_forms(first: str, last: str) -> set[str]:
    return {first + last, last + first, first[0] + last, last + first[0], first + last[0]}


def _ascii(text: str) -> str:
    return unicodedata.normalize("NFKD", text.lower()).encode("ascii", "ignore").decode()


@lru_cache(maxsize=5000)
def _spelling(text: str) -> str:
    """What is left of a platform's name when people write it each in their own way."""
    bare = visible(text).casefold()
    bare = re.sub(r"^https?://", "", bare)
    bare = re.sub(r"^www\.", "", bare)
    return re.sub(r"[\s._\-/()'’]+", "", bare)


def _is_address(platform: PlatformLike, text: str) -> bool:
    """Whether text without a scheme is nevertheless an address that one of the platform's rules reads."""
    return "/" in text and "." in text.split("/")[0] and resolve_url(text, [platform]) is not None


def _host_path_query(text: str) -> tuple[str, str] | None:
    """(`host/path`, the same with `?query`), or None for what is no web address."""
    bare = visible(text)[: LONGEST + 1].strip("<>\"' ")
    if not bare or len(bare) > LONGEST or "\\" in bare or " " in bare:
        return None
    if bare.startswith("at://"):
        bare = "https://bsky.app/profile/" + bare.removeprefix("at://")
    scheme, separator, _ = bare.partition("://")
    if separator and scheme.lower() not in ("http", "https"):
        return None
    try:
        parts = urlsplit(bare if separator else f"https://{bare.removeprefix('//')}")
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return None
    if parts.username is not None or parts.password is not None or port not in (None, 80, 443):
        return None
    host = _bare_host(unicodedata.normalize("NFKC", host))
    if not host:
        return None
    fragment = f"/#{parts.fragment}" if parts.fragment.startswith("!") else ""  # twitter.com/#!/name
    path = re.sub(r"/{2,}", "/", visible(unquote(parts.path + fragment))).rstrip("/ ")
    address = host + path
    return address, f"{address}?{visible(unquote(parts.query))}"


def _is_another_platforms(host: str, slug: str) -> bool:
    """Whether a host, which any server may have, is one that another platform is known to have."""
    return any(
        host == known or host.endswith(f".{known}")
        for other, hosts in HOSTS.items()
        if other != slug
        for known in hosts
    )


def _bare_host(host: str) -> str:
    """The host without a front like www. or m.; "" for one that is not plain ASCII: it only looks like another."""
    host = host.lower().rstrip(".")
    if not re.fullmatch(r"[a-z0-9.-]+\.[a-z0-9-]+", host):
        return ""
    front, _, rest = host.partition(".")
    return rest if front in OTHER_FRONTS and "." in rest else host


@lru_cache(maxsize=500)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


def _apply(rule: Mapping[str, Any], platform: PlatformLike, address: str, with_query: str) -> Resolved | None:
    pattern = str(rule["pattern"])
    match = _compiled(pattern).fullmatch(with_query if r"\?" in pattern else address)
    if match is None:
        return None
    groups = {name: value or "" for name, value in match.groupdict().items()}
    for name, value in groups.items():
        if name != "id" and not rule.get("keep_case"):
            groups[name] = value.lower()
    if rule.get("upper_id"):
        groups["id"] = groups["id"].upper()
    handle = str(rule["handle"]).format(**groups) if "handle" in rule else groups.get("handle", "")
    return Resolved(
        platform=platform,
        handle=handle,
        native_id=groups.get("id", ""),
        url=str(rule["canonical"]).format(**groups),
    )
