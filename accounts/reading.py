"""How whatever people paste is read: the address of an account, of a post, a bare name, a number, a short link.

Pure: text and platforms in, a Read out. No address is ever opened, and nothing of it is believed but its spelling.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from urllib.parse import parse_qs, urlsplit

from accounts.likeness import folded, likeness
from accounts.platform_rules import HOST, HOSTS, NO_ACCOUNT, POSTS, SHORT, WRAPPERS
from accounts.rules import LONGEST, PlatformLike, Resolved, find_platform, normal_handle, resolve_url, visible

WEBSITE = "website"
#: A wrapper within a wrapper is followed, a Russian doll is not.
DEEPEST = 3


class Kind(StrEnum):
    """What a text turned out to be."""

    ACCOUNT = "account"
    POST = "post"  #: of an account that its address names
    NAME = "name"  #: a handle, and nobody said on which platform
    NUMBER = "number"  #: a platform's own id, and nobody said which platform's
    IMITATION = "imitation"  #: an address whose host or letters only look like a platform's
    SHORT = "short"  #: a short link, which hides where it leads
    NO_ACCOUNT = "no_account"  #: on a platform, but no account and naming none
    ELSEWHERE = "elsewhere"  #: an address on none of the platforms
    NOTHING = "nothing"  #: empty, or nothing that can be read


@dataclass(frozen=True, slots=True)
class Read:
    """`what` says in words what a NO_ACCOUNT is, and what an IMITATION looks like. `url` is the canonical address."""

    kind: Kind
    platform: PlatformLike | None = None
    handle: str = ""
    native_id: str = ""
    url: str = ""
    what: str = ""

    @property
    def names_an_account(self) -> bool:
        return bool(self.handle or self.native_id)


@dataclass(frozen=True)
class _WithRules:
    """A platform with other rules than its own."""

    platform: PlatformLike
    url_rules: Sequence[Mapping[str, Any]]
    aliases: Sequence[str] = field(default=())

    @property
    def slug(self) -> str:
        return self.platform.slug

    @property
    def name(self) -> str:
        return self.platform.name


def read(text: str, platforms: Iterable[PlatformLike], on: PlatformLike | None = None) -> Read:
    """What `text` means. `on` is the platform that somebody chose beside it; an address says its own."""
    platforms = list(platforms)
    bare = _address_in(text)
    for _ in range(DEEPEST):
        inner = _unwrapped(bare)
        if not inner:
            break
        bare = _address_in(inner)
    if not bare or len(bare) > LONGEST:
        return Read(Kind.NOTHING)
    return (
        _as_said(bare, platforms)
        or _as_address(bare, platforms)
        or _as_name(bare, platforms, on)
        or _as_imitation(bare, platforms)
        or _elsewhere(bare)
    )


def key_of(found: Read) -> str:
    """The one spelling under which a read account is kept and looked up; "" for what is no place at all."""
    if found.kind is Kind.IMITATION and found.platform is not None and found.names_an_account:
        # No account of ours may share a key with what is made to look like it.
        return f"like:{found.platform.slug}:{found.handle.lower() or found.native_id}"[:200]
    if found.platform is not None and found.handle:
        return f"{found.platform.slug}:{found.handle.lower()}"[:200]
    if found.platform is not None and found.native_id:
        return f"{found.platform.slug}#{found.native_id}"[:200]
    if not found.url:
        return ""
    # An address may be longer than an index takes.
    return f"url:{hashlib.sha256(found.url.lower().encode()).hexdigest()}"


# -- one reading after the other ------------------------------------------------------------------------


def _address_in(text: str) -> str:
    """The text without what surrounds an address in a message: other words, brackets, a full stop at the end."""
    bare = visible(text.replace("\x00", ""))[: LONGEST * 4]
    bare = bare.replace("[.]", ".").replace("(.)", ".").replace("[:]", ":")  # as the police write them
    bare = re.sub(r"^hxxp", "http", bare, flags=re.IGNORECASE)
    found = re.findall(r"https?://[^\s<>\"']+", bare, flags=re.IGNORECASE)
    if len(found) == 1 and " " in bare:
        bare = found[0]
    bare = re.sub(r"^(?:https?\s*[:;]?/+\s*)+", "https://", bare.strip("<>\"'“”‘’([{ "), flags=re.IGNORECASE)
    return bare.rstrip(">\"'“”‘’)]}.,;:! ")


def _unwrapped(bare: str) -> str:
    """Where a wrapper leads: l.facebook.com/l.php?u=… and its like. "" for what is none."""
    try:
        parts = urlsplit(bare if "://" in bare else f"https://{bare}")
        place = f"{(parts.hostname or '').lower()}{parts.path.rstrip('/')}"
        for pattern, name in WRAPPERS:
            if parts.query and re.fullmatch(pattern, place, re.IGNORECASE):
                inner = parse_qs(parts.query).get(name, [""])[0]
                if re.match(r"https?://", inner, re.IGNORECASE):
                    return inner
    except ValueError:
        return ""
    return ""


def _as_said(bare: str, platforms: list[PlatformLike]) -> Read | None:
    """“Facebook: TestvilleParks”, “@parks on X”, “IG @parks”."""
    forms = (
        r"(?P<on>[^:@/]{1,30}?)\s*(?::|\s@|-\s@|\s-\s)\s*@?(?P<name>[^\s:/][^\s:]*)",
        r"@?(?P<name>[^\s:]+)\s+(?:on|at|\()\s*(?P<on>[^()]{1,30})\)?",
        r"(?P<on>[^:@/]{1,30}?)\s+@?(?P<name>[^\s:/]+)",
    )
    for form in forms:
        match = re.fullmatch(form, bare, re.IGNORECASE)
        platform = find_platform(match["on"], platforms) if match else None
        if match and platform:
            return _on(platform, match["name"], platforms)
    return None


def _as_address(bare: str, platforms: list[PlatformLike]) -> Read | None:
    found = resolve_url(bare, platforms)
    if found:
        return _read(Kind.ACCOUNT, found)
    posts: list[Any] = [_WithRules(each, POSTS[each.slug]) for each in platforms if each.slug in POSTS]
    found = resolve_url(bare, posts)
    if found:
        return _read(Kind.POST, found)
    place = _place(bare)
    if place and re.fullmatch(SHORT, place, re.IGNORECASE):
        return Read(Kind.SHORT, url=f"https://{place}")
    for slug, pattern, what in NO_ACCOUNT:
        if place and re.fullmatch(pattern, place, re.IGNORECASE):
            platform = next((each for each in platforms if each.slug == slug), None)
            return Read(Kind.NO_ACCOUNT, platform, url=f"https://{place}", what=what)
    return None


def _as_name(bare: str, platforms: list[PlatformLike], on: PlatformLike | None) -> Read | None:
    """A handle or a number without an address around it."""
    if "://" in bare or bare.startswith("//"):
        return None
    if on is not None and "/" not in bare:
        return _on(on, bare, platforms)
    by_slug = {each.slug: each for each in platforms}
    name = bare.lstrip("@ ").rstrip("/")
    ids = (
        ("bluesky", r"did:(?:plc:[a-z2-7]{24}|web:[a-z0-9.:%-]+)", str.lower),
        ("youtube", r"UC[\w-]{22}", str),
        ("flickr", r"\d+@n\d\d", str.upper),
    )
    for slug, pattern, spelled in ids:
        if slug in by_slug and re.fullmatch(pattern, name, re.IGNORECASE):
            if slug == "youtube" and not name.startswith("UC"):
                continue
            return _on_id(by_slug[slug], spelled(name), platforms)
    if re.fullmatch(r"\d{5,20}", bare):
        return Read(Kind.NUMBER, native_id=bare)
    if "mastodon" in by_slug and re.fullmatch(rf"[a-z0-9_]+@{HOST}", name, re.IGNORECASE):
        return Read(Kind.ACCOUNT, by_slug["mastodon"], handle=name.lower(), url=_url_of(name.lower()))
    if "bluesky" in by_slug and re.fullmatch(HOST, name, re.IGNORECASE) and not _is_host_of_a_platform(name):
        return Read(
            Kind.ACCOUNT,
            by_slug["bluesky"],
            handle=name.lower(),
            url=f"https://bsky.app/profile/{name.lower()}",
        )
    if re.fullmatch(r"@?[\w.\-·]{1,100}", bare) and not (
        "." in name and _is_host_of_a_platform(folded(name))
    ):
        if name.isascii():
            return Read(Kind.NAME, handle=name.lower())
        # The name of a channel may have an é; what folds to plain letters is the trick.
        return Read(Kind.NAME, handle=name.lower(), what=folded(name) if folded(name) != name.lower() else "")
    return None


def _as_imitation(bare: str, platforms: list[PlatformLike]) -> Read | None:
    """An address whose letters, or whose host, only look like those of a platform."""
    host, path = _host_and_path(bare)
    plain = folded(host)
    if not host:
        return None
    pretended = _before_the_at(bare)
    for platform in platforms:
        if pretended in HOSTS.get(platform.slug, ()):
            what = f"an address of {platform.name} ({pretended})"
            return Read(Kind.IMITATION, platform, url=f"https://{host}{path}", what=what)
    if host.isascii() and path and not path.isascii():
        found = _as_address(f"https://{host}{folded(path)}", platforms)
        if found and found.names_an_account:
            return Read(
                Kind.IMITATION, found.platform, found.handle, found.native_id, found.url, "its letters"
            )
    for platform in platforms:
        if platform.slug == "mastodon":  # a server may be called so
            continue
        for real in HOSTS.get(platform.slug, ()):
            if host != real and not host.endswith(f".{real}") and _imitates(plain, real):
                return Read(
                    Kind.IMITATION,
                    platform,
                    url=f"https://{host}{path}",
                    what=f"an address of {platform.name} ({real})",
                )
    return None


def imitated_by(found: Read, platforms: Iterable[PlatformLike]) -> Read | None:
    """What a server that could be one of Mastodon's is made to look like: tiktok.example.net/@testville."""
    if found.platform is None or found.platform.slug != "mastodon" or not found.url:
        return None
    return _as_imitation(found.url, list(platforms))


def _elsewhere(bare: str) -> Read:
    host, path = _host_and_path(bare)
    if host and " " not in bare:
        return Read(Kind.ELSEWHERE, url=f"https://{host}{path.rstrip('/')}")
    return Read(Kind.NOTHING)


# -- small parts ------------------------------------------------------------------------------------


def _read(kind: Kind, found: Resolved) -> Read:
    platform = found.platform.platform if isinstance(found.platform, _WithRules) else found.platform
    return Read(kind, platform, found.handle, found.native_id, found.url)


def _on(platform: PlatformLike, name: str, platforms: list[PlatformLike]) -> Read | None:
    """A name or number on a platform that somebody named."""
    name = name.strip("@ /")
    if "." in name.partition("/")[0] and "/" in name:
        return None
    if re.fullmatch(r"\d{5,20}", name) or re.fullmatch(r"UC[\w-]{22}|did:.+|\d+@N\d\d", name):
        return _on_id(platform, name, platforms)
    plain = folded(name)
    kept = normal_handle(platform, name)
    if kept and kept.isascii():
        return Read(Kind.ACCOUNT, platform, handle=kept)
    if re.fullmatch(r"[\w.\-@·]{1,160}", plain):
        kind = Kind.IMITATION if plain.isascii() else Kind.ACCOUNT
        return Read(kind, platform, handle=plain if plain.isascii() else kept or plain, what="its letters")
    return None


def _on_id(platform: PlatformLike, native_id: str, platforms: list[PlatformLike]) -> Read:
    found = next(
        (
            resolved
            for rule in platform.url_rules
            if "{id}" in str(rule["canonical"])
            and (resolved := resolve_url(str(rule["canonical"]).format(id=native_id), [platform]))
            and resolved.native_id == native_id
        ),
        None,
    )
    return Read(Kind.ACCOUNT, platform, native_id=native_id, url=found.url if found else "")


def _url_of(mastodon: str) -> str:
    user, _, server = mastodon.partition("@")
    return f"https://{server}/@{user}"


def _host_and_path(bare: str) -> tuple[str, str]:
    """The host as people see it (punycode undone, no www.) and the path; ("", "") for no web address."""
    try:
        parts = urlsplit(bare if "://" in bare else f"https://{bare.removeprefix('//')}")
        host = (parts.hostname or "").rstrip(".")
    except ValueError:
        return "", ""
    if "." not in host or parts.scheme.lower() not in ("http", "https"):
        return "", ""
    labels = [_unpunycoded(label) for label in host.split(".")]
    return re.sub(r"^(?:www|m|mobile)\.", "", ".".join(labels)), parts.path


def _before_the_at(bare: str) -> str:
    """x.com of https://x.com@evil.example/testville, where only the part behind the @ is a host."""
    place = re.sub(r"^https?://", "", bare, flags=re.IGNORECASE).partition("/")[0]
    front, at, _ = place.rpartition("@")
    return front.lower().removeprefix("www.").partition(":")[0] if at else ""


def _unpunycoded(label: str) -> str:
    if not label.startswith("xn--"):
        return label
    try:
        return label.encode().decode("idna")
    except UnicodeError:
        return label


def _place(bare: str) -> str:
    host, path = _host_and_path(bare)
    return f"{host}{path.rstrip('/')}" if host else ""


def _is_host_of_a_platform(name: str) -> bool:
    return any(
        name.lower().removeprefix("www.") == real or name.lower() == f"m.{real}"
        for hosts in HOSTS.values()
        for real in hosts
    )


def _imitates(host: str, real: str) -> bool:
    """faceb00k.com, facebook.com.login.example, face-book.com, facebook-login.com; not facebookers.example."""
    if host == real or host.startswith(f"{real}.") or f".{real}." in f".{host}.":
        return True
    name, word = host.rpartition(".")[0], real.rpartition(".")[0]
    if len(word) < 5:
        return False
    labels = re.split(r"[.-]", name)
    return (
        likeness(name) == likeness(word)
        or word in labels
        or any(likeness(label) == likeness(word) for label in labels)
    )
