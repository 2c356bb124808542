"""Plain factories for posts: a district that may speak, its account on a network, and a post at any stage."""

import io
import itertools
from datetime import date, datetime, timedelta

import httpx
from PIL import Image

from accounts.models import Account, Connection
from city.models import Office, Seat, Term, User
from city.secrets import encrypt
from posts.actions import Draft, approve_post, draft_post, keep_media, schedule_post, submit_post
from posts.models import Post
from tests.accounts.make import make_account
from tests.conftest import NOW

_numbers = itertools.count(1)
PASSWORD = "correct horse battery"
TEXT = "The #SnowPlows clear our district tonight. Please move your car by 6 pm."


def make_term(
    office: Office, person: User, *, starts_on=date(2025, 4, 15), ends_on=date(2027, 4, 20)
) -> Term:
    seat, _ = Seat.objects.get_or_create(
        office=office, defaults={"title": f"Seat of {office}", "first_election_year": 2025}
    )
    return Term.objects.create(seat=seat, person=person, starts_on=starts_on, ends_on=ends_on)


def make_png(colour: str = "navy", size: tuple[int, int] = (40, 30)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, "PNG")
    return out.getvalue()


def connect(account: Account, network_url: str, did: str, handle: str) -> Account:
    """Let the city write to an account on a network of this machine."""
    Account.objects.filter(pk=account.pk).update(native_id=did)
    account.refresh_from_db()
    Connection.objects.create(
        account=account,
        service_url=network_url,
        identifier=handle,
        secret=encrypt(PASSWORD),
        connected_at=NOW,
    )
    return account


def make_connected(office: Office, network_url: str = "http://127.0.0.1:1") -> Account:
    """An account of the office that exists on the network, if one is given."""
    name = f"district{next(_numbers)}"
    did, handle = f"did:plc:{name}", f"{name}.test"
    if network_url != "http://127.0.0.1:1":
        body = {"email": f"{name}@testville.example", "handle": handle, "password": PASSWORD}
        answer = httpx.post(f"{network_url}/xrpc/com.atproto.server.createAccount", json=body, timeout=30)
        assert answer.status_code == 200, answer.text
        did = answer.json()["did"]
    return connect(make_account(handle, office=office), network_url, did, handle)


def make_post(office: Office, author: User, *, at: datetime = NOW, alt: str = "", **draft) -> Post:
    """A draft; with `alt` it has a picture that is described so."""
    pictures = ((keep_media(make_png(), by=author, at=at), alt),) if alt else ()
    return draft_post(office, Draft(**{"text": TEXT, "pictures": pictures, **draft}), by=author, at=at)


def make_approved(office: Office, author: User, approver: User, *, at: datetime = NOW, **draft) -> Post:
    post = submit_post(make_post(office, author, at=at, **draft), by=author, at=at)
    return approve_post(post, by=approver, at=at, seen=post.current_id, second_factor_at=at)


def make_scheduled(
    office: Office, author: User, approver: User, *, at: datetime = NOW, to: datetime | None = None, **draft
) -> Post:
    post = make_approved(office, author, approver, at=at, **draft)
    return schedule_post(post, to=to or at + timedelta(hours=1), by=author, at=at, second_factor_at=at)
