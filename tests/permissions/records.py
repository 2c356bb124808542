"""The archive's pages."""

from datetime import timedelta

from accounts.models import Account, Connection, Platform
from city.canonical import GENESIS, sha256
from city.models import Chain
from city.roles import Role
from records import archive, proof
from records.models import Capture, Checkpoint, Item, Payload, Record, Verification
from tests.conftest import NOW
from tests.permissions import READERS, Page

KEEPERS = frozenset({Role.ADMINISTRATOR, Role.OFFICER, Role.CUSTODIAN})
PICTURE = b"\x89PNG\r\n\x1a\n not really"


def build(world):
    """One picture of an account of the Parks Division, from a capture whose file is there."""
    fields = {"name": "Bluesky", "status": "approved", "module": "bluesky"}
    platform = Platform.objects.get_or_create(slug="bluesky", defaults=fields)[0]
    world.archived = Account.objects.create(
        office=world.parks, platform=platform, name="Parks archive", handle="archive.example", native_id="did:plc:arch",
        url="https://bsky.app/profile/archive.example", status="active", active_since=NOW, created_at=NOW,
    )  # fmt: skip
    Connection.objects.create(
        account=world.archived,
        service_url="https://bsky.social",
        identifier="x",
        secret="x",
        connected_at=NOW,
    )
    kept = archive.keep_bytes(PICTURE, room="media")
    payload = Payload.objects.create(
        sha256=kept.sha256, kind="media", size=kept.size, media_type="image/png", path=kept.path, kept_at=NOW
    )
    capture = Capture.objects.create(
        account=world.archived, status="done", due_at=NOW, started_at=NOW, finished_at=NOW, records_made=1,
        first_record=1, last_record=1, warc=payload,
    )  # fmt: skip
    world.record = Record.objects.create(
        account=world.archived, capture=capture, number=1, kind="media", platform_item_id="at://one#image:x", version=1,
        state="present", happened_before=NOW, captured_at=NOW, method="api:bluesky", tool="test", payload=payload,
        payload_offset=0, payload_length=8, prev_hash=GENESIS, hash=sha256(b"1"),
    )  # fmt: skip
    Item.objects.create(
        account=world.archived,
        kind="media",
        platform_item_id="at://one#image:x",
        record=world.record,
        first_seen_at=NOW,
    )
    Verification.objects.create(
        status="done",
        asked_at=NOW - timedelta(days=1),
        finished_at=NOW,
        fault_count=1,
        faults=[["here", "wrong"]],
    )
    heads = [[Chain.ENTRIES, 1, sha256(b"2")]]
    Checkpoint.objects.create(
        number=1,
        at=NOW,
        heads=heads,
        root=proof.heads_root(heads),
        prev_root=GENESIS,
        key_id="k",
        signature="s",
    )


def account(world):
    return [world.archived.pk]


def record(world):
    return [world.record.pk]


#: City-wide readers, and who works for the office to which the account belongs.
SEE_IT = READERS | {Role.STAFF, Role.HEAD}

PAGES = {
    "records:list_records": Page(),
    "records:see_record": Page(SEE_IT, refusal=404, args=record),
    "records:see_picture": Page(SEE_IT, refusal=404, args=record),
    "records:download_warc": Page(SEE_IT, refusal=404, args=record),
    "records:list_captures": Page(),
    "records:account_archive": Page(args=account),
    "records:account_archive_summary": Page(args=account),
    "records:open_capture": Page(KEEPERS, answer=302, method="post", args=account),
    "records:see_proof": Page(READERS),
    "records:open_verification": Page(KEEPERS | {Role.AUDITOR}, answer=302, method="post"),
    "records:list_checkpoints": Page(READERS),
    "records:download_checkpoint": Page(READERS, args=lambda world: [1]),
}
