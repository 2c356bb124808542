"""Looking whether a proof of control holds: reads public pages, outside of any transaction."""

from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import urlsplit

from accounts.line import open_platform
from accounts.models import Proof
from accounts.networks import is_local
from accounts.platforms import NotFound, PlatformError
from accounts.platforms.http import MEGABYTE, Http, Limits
from city.models import City

#: Somebody may wait for it at the screen.
PATIENCE = Limits(connect=5.0, read=10.0, total=20.0, answer=4 * MEGABYTE)


@dataclass(frozen=True)
class Seen:
    """What a look gave. `holds` is None when nobody could look: that denies nothing."""

    holds: bool | None
    said: str


def look(proof: Proof) -> Seen:
    """Look once. Never raises for what a platform or a page does."""
    see = {
        Proof.Method.DOMAIN: _domain,
        Proof.Method.NONCE: _nonce,
        Proof.Method.REL_ME: _rel_me,
    }[Proof.Method(proof.method)]
    try:
        return see(proof)
    except NotFound as problem:
        return Seen(False, f"It is not there: {problem}")
    except PlatformError as problem:
        return Seen(None, str(problem))


def under_the_citys_domain(host: str, city: City) -> bool:
    """Whether a host belongs to the city: its website's own, or one below it."""
    own = (urlsplit(city.website_url).hostname or "").removeprefix("www.")
    host = host.lower().rstrip(".")
    return bool(own) and (host == own or host.endswith(f".{own}"))


def _domain(proof: Proof) -> Seen:
    """A handle under a domain is given by who governs the domain (atproto handle resolution by https)."""
    account = proof.account
    if not under_the_citys_domain(account.handle, City.objects.get()):
        return Seen(False, f"{account.handle} is not under the city’s domain.")
    given = _page(f"https://{account.handle}/.well-known/atproto-did").strip()
    if account.native_id and given == account.native_id:
        return Seen(True, f"{account.handle} names {given}.")
    return Seen(
        False, f"{account.handle} names “{given[:100]}”, the registry {account.native_id or 'no id'}."
    )


def _nonce(proof: Proof) -> Seen:
    """Only who can change the profile can put the code there."""
    account = proof.account
    if account.is_connected:
        with open_platform(account, limits=PATIENCE) as platform:
            text, where = platform.profile().description, "the profile’s description"
    else:
        text, where = _page(account.url), account.url
    if proof.nonce in text:
        return Seen(True, f"The code stands in {where}.")
    return Seen(False, f"The code is not in {where}.")


def _rel_me(proof: Proof) -> Seen:
    """The city's page says that the profile is its own, and the profile says the same of the page."""
    if not under_the_citys_domain(urlsplit(proof.page_url).hostname or "", City.objects.get()):
        return Seen(False, f"{proof.page_url} is not on the city’s own site.")
    for here, there in ((proof.page_url, proof.account.url), (proof.account.url, proof.page_url)):
        links = _MeLinks()
        links.feed(_page(here))
        if _plain(there) not in {_plain(link) for link in links.found}:
            return Seen(False, f"{here} has no rel=me link to {there}.")
    return Seen(True, f"{proof.page_url} and {proof.account.url} link to each other.")


class _MeLinks(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag in ("a", "link") and "me" in (values.get("rel") or "").lower().split():
            self.found.append(values.get("href") or "")


def _plain(url: str) -> str:
    return url.strip().rstrip("/").lower()


def _page(url: str) -> str:
    http = Http(limits=PATIENCE)
    try:
        answer = http.call("GET", url, public_only=not is_local(url))
    finally:
        http.close()
    if answer.status >= 400:
        raise NotFound(f"{url} answers with {answer.status}.", status=answer.status)
    return answer.body.decode("utf-8", errors="replace")
