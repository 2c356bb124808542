"""Two accounts of the demonstration on a real, local Bluesky network, with a resident who answers.

The network forgets everything when it stops, so at each start two new accounts take the place of the old ones.
"""

import secrets
from datetime import datetime
from typing import Any

import httpx
from django.db import transaction

from accounts.actions.accounts import activate_account, add_account, begin_closing_account, retire_account
from accounts.actions.administrators import add_administrator, attest_second_factor
from accounts.actions.connections import connect_account
from accounts.models import Account, Platform
from config.demonstration.accounts import office_named
from config.demonstration.city import person

#: Office → (handle's beginning, display name, kind, first post).
ON_THE_NETWORK = {
    "planning": (
        "planning",
        "Plan Marlow Bay",
        Account.Kind.PROGRAMME,
        "The old mill site: come and draw on the map, Thursday 6 pm.",
    ),
    "district-5": (
        "district5",
        "District 5",
        Account.Kind.DISTRICT,
        "The crossing at Elm and 9th gets its lights in March.",
    ),
}


def connect_to_network(pds: str, *, at: datetime) -> list[tuple[Account, dict[str, str]]]:
    """Open the accounts on the server at `pds`, enter and connect them. Returns each with its sign-in there."""
    officer, run = person("officer"), secrets.token_hex(2)
    resident = open_account(pds, f"neighbour-{run}.test", "A neighbour")
    made = []
    for office, (beginning, name, kind, words) in ON_THE_NETWORK.items():
        retire_earlier(beginning, officer, at=at)
        opened = open_account(pds, f"{beginning}-{run}.test", name)
        post = write(pds, opened, words, at=at)
        ref = {"uri": post["uri"], "cid": post["cid"]}
        write(pds, resident, "Thank you, I will come.", at=at, reply={"root": ref, "parent": ref})
        account = enter(office, opened["handle"], name, kind, officer, at=at)
        connect_account(
            account,
            by=officer,
            at=at,
            service_url=pds,
            identifier=opened["handle"],
            secret=opened["password"],
        )
        activate_account(account, by=officer, at=at)
        made.append((account, opened))
    return made


@transaction.atomic
def enter(office: str, handle: str, name: str, kind: str, officer, *, at: datetime) -> Account:
    account = add_account(
        by=officer,
        at=at,
        platform=Platform.objects.get(slug="bluesky"),
        office=office_named(office),
        kind=kind,
        name=name,
        handle=handle,
        purpose="Shows the whole way on a real network.",
    )
    for holder in ("jmertens", "tvang"):
        administrator = add_administrator(
            account, by=officer, at=at, user=person(holder), platform_role="full"
        )
        attest_second_factor(
            administrator, by=officer, at=at, second_factor="key", evidence="Seen in the settings."
        )
    return account


def retire_earlier(beginning: str, officer, *, at: datetime) -> None:
    earlier = Account.objects.filter(platform__slug="bluesky", handle__startswith=f"{beginning}-")
    for account in earlier.exclude(status=Account.Status.RETIRED):
        begin_closing_account(account, by=officer, at=at, reason="The local network was started anew.")
        retire_account(account, by=officer, at=at)


def open_account(pds: str, handle: str, name: str) -> dict[str, str]:
    password = secrets.token_urlsafe(12)
    given = call(
        pds,
        "com.atproto.server.createAccount",
        {"email": f"{handle.removesuffix('.test')}@example.com", "handle": handle, "password": password},
    )
    opened = {"handle": handle, "password": password, "did": given["did"], "token": given["accessJwt"]}
    put(pds, opened, "app.bsky.actor.profile", {"displayName": name}, key="self")
    return opened


def write(pds: str, who: dict[str, str], text: str, *, at: datetime, **more: Any) -> dict[str, Any]:
    record = {"text": text, "createdAt": at.isoformat(), **more}
    return put(pds, who, "app.bsky.feed.post", record)


def put(
    pds: str, who: dict[str, str], collection: str, record: dict[str, Any], *, key: str = ""
) -> dict[str, Any]:
    body = {"repo": who["did"], "collection": collection, "record": {"$type": collection, **record}}
    return call(
        pds, "com.atproto.repo.createRecord", {**body, **({"rkey": key} if key else {})}, who["token"]
    )


def call(pds: str, name: str, body: dict[str, Any], token: str = "") -> dict[str, Any]:
    headers = {"authorization": f"Bearer {token}"} if token else {}
    answer = httpx.post(f"{pds}/xrpc/{name}", json=body, headers=headers, timeout=60)
    answer.raise_for_status()
    return dict(answer.json())
