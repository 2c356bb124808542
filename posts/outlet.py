"""One network as a delivery sees it: open the account, look under the delivery's key, publish under it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal, Protocol

from accounts.line import open_platform
from accounts.platforms import Bluesky, Picture
from accounts.platforms.http import Limits
from posts.gate import wording_of
from posts.models import Dispatch


class Stopped(Exception):
    """The lease or the time before a silence has run out; no further request is made."""


@dataclass(frozen=True)
class Shown:
    """What a platform shows under a delivery's key. `unknown` is no answer: it may be there or not."""

    state: Literal["present", "gone", "unknown"]
    item_id: str = ""
    version: str = ""
    url: str = ""
    reason: str = ""


class Outlet(Protocol):
    """What sending needs of a network."""

    def look(self) -> Shown: ...
    def publish(self) -> Shown: ...


@contextmanager
def opened(dispatch: Dispatch, *, must_stop: Callable[[], None], seconds: float) -> Iterator[Outlet]:
    """Sign in to the delivery's account. `must_stop` is asked before every request; none lasts over `seconds`.

    Raises PlatformError, and WrongAccount when somebody other than the registered account answers.
    """
    account = dispatch.account
    assert account is not None
    whole = max(0.1, min(Limits().total, seconds))
    with open_platform(account, stop=must_stop, limits=Limits(total=whole)) as platform:
        yield BlueskyOutlet(platform, dispatch)


class BlueskyOutlet:
    """A delivery to Bluesky: its key is the post's own name there, so that there can be only one."""

    def __init__(self, platform: Bluesky, dispatch: Dispatch) -> None:
        self.platform = platform
        self.dispatch = dispatch

    def look(self) -> Shown:
        """Whether the post stands under the delivery's key, from our own repository."""
        us = self.platform.whoami().platform_id
        fetched = self.platform.fetch(f"at://{us}/app.bsky.feed.post/{self.dispatch.key}")
        if fetched.item is None:
            return Shown("gone" if fetched.state == "gone" else "unknown", reason=fetched.reason)
        item = fetched.item
        return Shown(fetched.state, item.platform_id, item.version, item.url, fetched.reason)

    def publish(self) -> Shown:
        """Publish, with the words for each picture (R21), and read back. The session is renewed first (R22)."""
        revision, account = self.dispatch.revision, self.dispatch.account
        pictures = [
            Picture(each.media.body(), each.media.mime, each.alt, each.media.width, each.media.height)
            for each in revision.pictures.select_related("media")
        ]
        assert account is not None
        assert self.dispatch.called_at is not None
        published = self.platform.publish(
            wording_of(revision).delivered_to(account),
            key=self.dispatch.key,
            at=self.dispatch.called_at,
            pictures=pictures,
            language=account.language,
        )
        return Shown("present", published.platform_id, published.version, published.url)
