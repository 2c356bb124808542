"""Accounts of the city on a practice network, and what residents do there."""

import itertools
from datetime import UTC, datetime, timedelta

from accounts.models import Account, Connection, Platform
from accounts.platforms.practice import PracticeNetwork
from accounts.platforms.practice.seed import hide, reply_to
from accounts.platforms.practice.state import BLOCK, POST, PROFILE
from city.models import Office
from city.secrets import encrypt
from records.actions.capture import ARCHIVIST, open_capture
from records.capture import run_capture
from records.models import Capture
from tests.conftest import make_city, make_office

PASSWORD = "practice-only-0001"
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360606060000000050001"
    "a5f645400000000049454e44ae426082"
)
_numbers = itertools.count(1)


def now() -> datetime:
    return datetime.now(UTC)


def make_platform() -> Platform:
    fields = {"name": "Bluesky", "status": Platform.Status.APPROVED, "module": "bluesky"}
    return Platform.objects.get_or_create(slug="bluesky", defaults=fields)[0]


def make_account(
    network: PracticeNetwork,
    handle: str = "",
    *,
    office: Office | None = None,
    at: datetime | None = None,
    **changes,
) -> Account:
    """An active account of the city that is connected to the practice network."""
    make_city()
    at = at or now()
    handle = handle or f"parks{next(_numbers)}.practice"
    person = network.state.account(handle) or network.state.create_account(handle, PASSWORD)
    network.state.put(
        f"at://{person.did}/{PROFILE}/self", {"$type": PROFILE, "displayName": "Parks", "description": ""}
    )
    account = Account.objects.create(
        office=office or make_office(),
        platform=make_platform(),
        name="Parks",
        handle=handle,
        native_id=person.did,
        url=f"{network.url}/{handle}",
        status=Account.Status.ACTIVE,
        active_since=at,
        created_at=at,
        **changes,
    )
    connect(account, network)
    return account


def connect(account: Account, network: PracticeNetwork, *, password: str = PASSWORD) -> Connection:
    return Connection.objects.create(
        account=account,
        service_url=network.url,
        identifier=account.handle,
        secret=encrypt(password),
        connected_at=account.created_at,
    )


def make_resident(network: PracticeNetwork, handle: str = "") -> str:
    return network.state.create_account(
        handle or f"resident{next(_numbers)}.practice", PASSWORD, resident=True
    ).did


def stamp(at: datetime | None = None) -> str:
    return (at or now()).isoformat().replace("+00:00", "Z")


def write(
    network: PracticeNetwork, did: str, text: str, *, to: str = "", pictures=(), at: datetime | None = None
) -> str:
    """Post, or answer `to`. `pictures` are (bytes, alt). Returns the post's id."""
    record = {"$type": POST, "text": text, "createdAt": stamp(at), "langs": ["en"]}
    if to:
        record["reply"] = reply_to(network.state, to)
    if pictures:
        images = [
            {"alt": alt, "image": network.state.keep_blob(did, body, "image/png")} for body, alt in pictures
        ]
        record["embed"] = {"$type": "app.bsky.embed.images", "images": images}
    return network.state.create(did, POST, record).uri


def rewrite(network: PracticeNetwork, uri: str, text: str) -> None:
    entry = network.state.entry(uri)
    network.state.put(uri, {**entry.record, "text": text})


def hide_reply(network: PracticeNetwork, post: str, reply: str, *, hidden: bool = True) -> None:
    hide(network.state, post, reply, stamp(), hidden=hidden)


def block(network: PracticeNetwork, author: str, subject: str) -> str:
    record = {"$type": BLOCK, "subject": subject, "createdAt": stamp()}
    return network.state.create(author, BLOCK, record).uri


def capture(account: Account, *, clock=now) -> Capture:
    """Visit the account once, in this process, as a worker does."""
    account = Account.objects.get(pk=account.pk)
    waiting = open_capture(account, cause=Capture.Cause.SCHEDULE, by=ARCHIVIST, at=clock())
    return run_capture(waiting, worker="test", clock=clock)


def later(**passed) -> datetime:
    return now() + timedelta(**passed)
