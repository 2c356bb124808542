"""Whoever can write to the database and the disk still cannot change the archive unseen.

One archive is built once, through the real path; each test alters rows with the triggers switched off, or
files, and the verification must name the place.
"""

import json
import shutil
from io import StringIO
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.core.files.storage import storages
from django.core.management import call_command
from django.db import connection, transaction
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from accounts.platforms.practice import PracticeNetwork
from city.canonical import link
from city.models import Chain, Entry
from records import proof
from records.actions.capture import ARCHIVIST
from records.actions.checkpoint import FOLDER, file_of, make_checkpoint, statement_of
from records.models import Capture, Checkpoint, Item, Payload, Record
from records.verify import Verifier, trusted_keys
from tests.records.factories import (
    PNG,
    capture,
    hide_reply,
    later,
    make_account,
    make_resident,
    now,
    rewrite,
    write,
)

PLACES = ("first", "middle", "last")


def archive_root() -> Path:
    return Path(storages["archive"].location)


@pytest.fixture(scope="module")
def built(django_db_setup, django_db_blocker, tmp_path_factory):
    """Two accounts, three captures of the first, two checkpoints. Yields a copy of the files."""
    copy = tmp_path_factory.mktemp("archive") / "copy"
    with django_db_blocker.unblock():
        _empty_all()
        shutil.rmtree(archive_root(), ignore_errors=True)
        with PracticeNetwork(tmp_path_factory.mktemp("practice")) as network:
            _live_through(network)
        shutil.copytree(archive_root(), copy)
        yield copy
        _empty_all()


def _empty_all():
    call_command("flush", interactive=False, verbosity=0)


def _live_through(network):
    first, second = make_account(network), make_account(network)
    us, resident = first.native_id, make_resident(network)
    post = write(network, us, "The pool opens", pictures=[(PNG, "A pool")])
    replies = [write(network, resident, f"Reply {number}", to=post) for number in range(4)]
    write(network, second.native_id, "Elsewhere")
    capture(first)
    make_checkpoint(by=ARCHIVIST, at=now())
    rewrite(network, replies[0], "Reply zero")
    network.state.delete(replies[1])
    capture(first)
    capture(second)
    hide_reply(network, post, replies[2])
    write(network, us, "A last word")
    capture(first)
    make_checkpoint(by=ARCHIVIST, at=now())


@pytest.fixture
def archive(built, archive_folder, db):
    """The built archive, fresh: rows in a transaction that is rolled back, files copied back."""
    shutil.copytree(built, archive_folder, dirs_exist_ok=True)
    for path in archive_folder.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")  # the insider's switch
    return archive_folder


def told(**options) -> list[str]:
    return [f"{fault.where}: {fault.what}" for fault in Verifier(trusted_keys(), **options).faults()]


def of_first() -> int:
    return Record.objects.order_by("pk").first().account_id


def pick(rows, place: str):
    rows = list(rows)
    return {"first": rows[0], "middle": rows[len(rows) // 2], "last": rows[-1]}[place]


def records():
    return Record.objects.filter(account=of_first()).order_by("number")


def rehash(rows) -> str:
    """Link records anew, as an insider who knows the code would: places and hashes fit again."""
    prev, number = "0" * 64, 0
    for record in rows:
        number += 1
        record.number, record.prev_hash = number, prev
        record.hash = prev = link(prev, number, record.content_digest())
        Record.objects.filter(pk=record.pk).update(
            number=1_000_000 + number, prev_hash=record.prev_hash, hash=record.hash
        )
    for record in rows:
        Record.objects.filter(pk=record.pk).update(number=record.number)
    Chain.objects.filter(key=f"account:{of_first()}").update(number=number, hash=prev)
    return prev


def test_an_untouched_archive_passes(archive):
    assert told() == []
    out = StringIO()
    call_command("verify_archive", stdout=out)
    assert "Nothing is wrong." in out.getvalue()
    assert f"Checked {Record.objects.count()} records" in out.getvalue()


def test_an_untouched_account_passes_alone(archive):
    account = Capture.objects.first().account
    assert told(account=account) == []


def test_the_command_ends_with_status_1_and_names_the_place(archive):
    record = pick(records(), "middle")
    Record.objects.filter(pk=record.pk).update(text="Something nicer")
    out = StringIO()
    with pytest.raises(SystemExit) as end:
        call_command("verify_archive", stdout=out)
    assert end.value.code == 1
    assert f"account {record.account_id}, record {record.number}: what it says was altered" in out.getvalue()


# -- records -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(("column", "value"), [
    ("text", "Something nicer"), ("state", "hidden"), ("author_id", "did:plc:somebodyelse"),
    ("payload_offset", 1), ("captured_at", later(days=-9)), ("raw", {"text": "nice"}), ("hash", "f" * 64),
])  # fmt: skip
def test_an_altered_record_is_named(archive, place, column, value):
    record = pick(records(), place)
    Record.objects.filter(pk=record.pk).update(**{column: value})
    assert any(f"account {record.account_id}, record {record.number}:" in line for line in told())


@pytest.mark.parametrize("place", PLACES)
def test_a_deleted_record_is_named(archive, place):
    record = pick(records(), place)
    Record.objects.filter(pk=record.pk)._raw_delete("default")
    faults = told()
    after = {"last": f"after record {record.number - 1}: 1 records are missing at the end"}
    expected = after.get(place, f"record {record.number + 1}: one record before it is missing")
    assert any(f"account {record.account_id}, {expected}" in line for line in faults)


@pytest.mark.parametrize("place", PLACES)
def test_an_inserted_record_is_named_even_when_the_chain_is_linked_anew(archive, place):
    rows = list(records())
    record = pick(rows, place)
    where = rows.index(record)
    forged = Record.objects.get(pk=record.pk)
    forged.pk, forged.number, forged.platform_item_id, forged.version = None, 2_000_000, "at://forged", 1
    forged.text = "Never said"
    forged.save(force_insert=True)
    rehash([*rows[: where + 1], forged, *rows[where + 1 :]])
    assert told()
    assert any("entry" in line or "capture" in line for line in told())


@pytest.mark.parametrize("place", PLACES)
def test_reordered_records_are_named_even_when_the_chain_is_linked_anew(archive, place):
    rows = list(records())
    at = min(rows.index(pick(rows, place)), len(rows) - 2)
    rows[at], rows[at + 1] = rows[at + 1], rows[at]
    rehash(rows)
    assert any(f"account {of_first()}" in line for line in told())


@pytest.mark.parametrize("place", PLACES)
def test_two_records_that_changed_places_are_named(archive, place):
    rows = list(records())
    at = min(rows.index(pick(rows, place)), len(rows) - 2)
    one, other = rows[at], rows[at + 1]
    Record.objects.filter(pk=one.pk).update(number=99_999)
    Record.objects.filter(pk=other.pk).update(number=one.number)
    Record.objects.filter(pk=one.pk).update(number=other.number)
    assert any(f"account {one.account_id}, record {one.number}:" in line for line in told())


@pytest.mark.parametrize("place", PLACES)
def test_an_altered_record_whose_chain_was_linked_anew_is_named_by_entries_and_checkpoints(archive, place):
    rows = list(records())
    record = pick(rows, place)
    record.text = "Something nicer"
    Record.objects.filter(pk=record.pk).update(text=record.text)
    last = rehash(rows)
    for one in Capture.objects.filter(account=record.account_id, last_record__isnull=False):
        head = Record.objects.get(account=record.account_id, number=one.last_record)
        Capture.objects.filter(pk=one.pk).update(chain_hash=head.hash)
    assert last
    faults = told()
    assert any("says that its capture ended" in line for line in faults)
    assert any("or not the one that checkpoint" in line for line in faults)


def test_a_tail_that_was_cut_off_with_its_chain_and_capture_is_named_by_entry_and_checkpoint(archive):
    last = Capture.objects.filter(account=of_first(), last_record__isnull=False).order_by("pk").last()
    before = records().get(number=last.first_record - 1)
    for item in Item.objects.filter(record__capture=last):
        older = Record.objects.filter(platform_item_id=item.platform_item_id, version=item.record.version - 1)
        found = older.filter(kind=item.kind).first()
        rows = Item.objects.filter(pk=item.pk)
        rows.update(record=found) if found else rows._raw_delete("default")
    Record.objects.filter(capture=last)._raw_delete("default")
    Payload.objects.filter(pk=last.warc_id)._raw_delete("default")
    Capture.objects.filter(pk=last.pk)._raw_delete("default")
    Chain.objects.filter(key=f"account:{of_first()}").update(number=before.number, hash=before.hash)
    faults = told()
    assert any(f"account {of_first()}, record {last.last_record}: it is missing" in line for line in faults)
    assert any("that checkpoint 2 signed" in line for line in faults)


def test_an_account_whose_records_were_all_taken_out_is_named(archive):
    account = of_first()
    for model in (Item, Record, Capture):
        model.objects.filter(account=account)._raw_delete("default")
    Chain.objects.filter(key=f"account:{account}")._raw_delete("default")
    assert any(f"account {account}, record" in line for line in told())


def test_a_newest_version_that_is_not_shown_is_named(archive):
    newer = Record.objects.filter(version=2).first()
    older = Record.objects.get(platform_item_id=newer.platform_item_id, kind=newer.kind, version=1)
    Item.objects.filter(record=newer).update(record=older)
    assert any("what is shown as its newest version is not" in line for line in told())


def test_an_item_that_was_unlisted_is_named(archive):
    record = Item.objects.first().record
    Item.objects.filter(record=record)._raw_delete("default")
    assert any("its item is no longer listed" in line for line in told())


@hypothesis_settings(
    deadline=None, max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_any_change_of_any_column_of_any_record_is_named(archive, data):
    record = data.draw(st.sampled_from(list(records())))
    column = data.draw(
        st.sampled_from([name for name in Record.HASHED if name not in ("account_id", "number")])
    )
    value = getattr(record, column)
    if isinstance(value, str):
        other = {"state": "deleted_by_city", "kind": "block"}.get(column, value[:60] + "x")
    elif isinstance(value, dict):
        other = {**value, "more": 1}
    elif "at" in column or "happened" in column:
        other = later(days=-1)
    else:
        other = (
            value or 0
        ) + 100  # the next number may be another record's, and the database would refuse it
    with transaction.atomic():
        Record.objects.filter(pk=record.pk).update(**{column: other})
        faults = told()
        transaction.set_rollback(True)
    assert any(f"account {record.account_id}, record {record.number}:" in line for line in faults)


# -- entries -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("place", PLACES)
def test_an_altered_entry_is_named(archive, place):
    entry = pick(Entry.objects.order_by("number"), place)
    Entry.objects.filter(pk=entry.pk).update(reason="For the best of reasons")
    assert any(f"entry {entry.number}: " in line for line in told())


@pytest.mark.parametrize("place", PLACES)
def test_a_deleted_entry_is_named(archive, place):
    entry = pick(Entry.objects.order_by("number"), place)
    Entry.objects.filter(pk=entry.pk)._raw_delete("default")
    near = f"after entry {entry.number - 1}" if place == "last" else f"entry {entry.number + 1}"
    assert any(line.startswith(near) for line in told())


@pytest.mark.parametrize("place", PLACES)
def test_an_inserted_entry_is_named(archive, place):
    entry = Entry.objects.get(pk=pick(Entry.objects.order_by("number"), place).pk)
    later_ones = list(Entry.objects.filter(number__gt=entry.number).order_by("-number"))
    for one in later_ones:
        Entry.objects.filter(pk=one.pk).update(number=one.number + 1)
    entry.pk, entry.number = None, entry.number + 1
    entry.save(force_insert=True)
    assert any(f"entry {entry.number}" in line for line in told())


@pytest.mark.parametrize("place", PLACES)
def test_reordered_entries_are_named(archive, place):
    rows = list(Entry.objects.order_by("number"))
    at = min(rows.index(pick(rows, place)), len(rows) - 2)
    one, other = rows[at], rows[at + 1]
    Entry.objects.filter(pk=one.pk).update(number=None)
    Entry.objects.filter(pk=other.pk).update(number=one.number)
    Entry.objects.filter(pk=one.pk).update(number=other.number)
    assert any(line.startswith(f"entry {one.number}:") for line in told())


def test_a_log_whose_tail_was_cut_off_and_head_set_back_is_named_by_the_checkpoint(archive):
    signed = {key: number for key, number, _ in Checkpoint.objects.order_by("number").last().heads}
    keep = Entry.objects.get(number=signed[Chain.ENTRIES] - 1)
    Entry.objects.filter(number__gt=keep.number)._raw_delete("default")
    Chain.objects.filter(key=Chain.ENTRIES).update(number=keep.number, hash=keep.hash)
    assert any(f"entry {signed[Chain.ENTRIES]}: it is missing, or not the one" in line for line in told())


# -- files ---------------------------------------------------------------------------------------------


def members(path: Path) -> list[bytes]:
    """A WARC file's records, each still compressed."""
    import zlib

    data, found = path.read_bytes(), []
    while data:
        unpacker = zlib.decompressobj(wbits=47)
        unpacker.decompress(data)
        found.append(data[: len(data) - len(unpacker.unused_data)])
        data = unpacker.unused_data
    return found


def warc_file(archive: Path) -> Path:
    return archive / Payload.objects.filter(kind="warc").order_by("kept_at").first().path


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("act", ["delete", "alter", "insert", "reorder"])
def test_a_warc_record_that_was_tampered_with_is_named(archive, act, place):
    path = warc_file(archive)
    parts = members(path)
    at = min(parts.index(pick(parts, place)), len(parts) - 2)
    if act == "delete":
        del parts[at]
    elif act == "insert":
        parts.insert(at, parts[at])
    elif act == "reorder":
        parts[at], parts[at + 1] = parts[at + 1], parts[at]
    else:
        parts[at] = parts[at][:-12] + bytes([parts[at][-12] ^ 1]) + parts[at][-11:]
    path.write_bytes(b"".join(parts))
    name = path.relative_to(archive)
    assert any(line.startswith(f"file {name}: its bytes were altered") for line in told())


def test_a_warc_that_was_exchanged_together_with_its_row_is_named(archive):
    """The insider renames the altered file to its new hash and fixes the row: the records still name the old."""
    from city.canonical import sha256

    path = warc_file(archive)
    row = Payload.objects.get(path=path.relative_to(archive).as_posix())
    body = b"".join(members(path)[:-2])
    name = sha256(body)
    new = archive / "warc" / name[:2] / f"{name}.warc.gz"
    new.parent.mkdir(exist_ok=True)
    new.write_bytes(body)
    Payload.objects.filter(pk=row.pk).update(path=new.relative_to(archive).as_posix(), size=len(body))
    Payload.objects.filter(pk=row.pk).update(sha256=name)
    Record.objects.filter(payload_id=row.pk).update(payload_id=name)
    assert any(": what it says was altered" in line for line in told())


@pytest.mark.parametrize("kind", ["warc", "media"])
@pytest.mark.parametrize("act", ["remove", "flip", "cut", "lengthen", "empty"])
def test_a_file_that_was_tampered_with_is_named(archive, kind, act):
    row = Payload.objects.filter(kind=kind).order_by("kept_at").first()
    path = archive / row.path
    body = path.read_bytes()
    if act == "remove":
        path.unlink()
    else:
        middle = len(body) // 2
        flipped = body[:middle] + bytes([body[middle] ^ 255]) + body[middle + 1 :]
        path.write_bytes({"flip": flipped, "cut": body[:-1], "lengthen": body + b"\0", "empty": b""}[act])
    assert any(line.startswith(f"file {row.path}: ") for line in told())


def test_a_payload_whose_row_was_deleted_is_named(archive):
    row = Payload.objects.filter(kind="media").first()
    Payload.objects.filter(pk=row.pk)._raw_delete("default")
    number = Record.objects.get(payload_id=row.pk, version=1).number
    assert any(f"record {number}: its account, its capture or its file" in line for line in told())


# -- checkpoints ---------------------------------------------------------------------------------------


def test_a_checkpoint_signed_anew_with_another_key_is_named(archive):
    checkpoint = Checkpoint.objects.get(number=2)
    key = Ed25519PrivateKey.generate()
    checkpoint.key_id = proof.key_id(key.public_key())
    checkpoint.signature = proof.sign(statement_of(checkpoint), key)
    Checkpoint.objects.filter(pk=checkpoint.pk).update(
        key_id=checkpoint.key_id, signature=checkpoint.signature
    )
    path, content = file_of(checkpoint)
    (archive / path).write_bytes(content)
    faults = told()
    assert any("checkpoint 2: it was signed with a key that is not the city's" in line for line in faults)


@pytest.mark.parametrize(("column", "value", "what"), [
    ("root", "e" * 64, "its root is not that of its heads"),
    ("prev_root", "e" * 64, "it does not follow from the checkpoint before it"),
    ("at", later(days=-3), "its signature does not match"),
    ("signature", "ab" * 64, "its signature does not match"),
])  # fmt: skip
def test_an_altered_checkpoint_is_named(archive, column, value, what):
    Checkpoint.objects.filter(number=2).update(**{column: value})
    faults = told()
    assert any(line.startswith(f"checkpoint 2: {what}") for line in faults)
    assert any(f"file {FOLDER}/0000000002.json" in line for line in faults)


@pytest.mark.parametrize("number", [1, 2])
def test_a_deleted_checkpoint_is_named(archive, number):
    Checkpoint.objects.filter(number=number)._raw_delete("default")
    assert any(line.startswith(f"checkpoint {number}: ") for line in told())


def test_a_checkpoint_whose_file_was_altered_or_removed_is_named(archive):
    first, second = sorted((archive / FOLDER).iterdir())
    first.unlink()
    second.write_text(json.dumps({**json.loads(second.read_text()), "root": "0" * 64}))
    faults = told()
    assert f"file {FOLDER}/{first.name}: it is missing" in faults
    assert f"file {FOLDER}/{second.name}: it does not say what the checkpoint's row says" in faults


def test_without_the_key_nothing_is_called_verified(archive, settings, tmp_path):
    from django.core.management.base import CommandError

    settings.SIGNING_KEY_FILE = tmp_path / "lost.pem"
    with pytest.raises(CommandError, match="cannot be read") as end:
        call_command("verify_archive", stdout=StringIO())
    assert end.value.returncode == 2


def test_a_checkpoint_is_made_only_when_something_is_new(archive):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = origin")
    assert make_checkpoint(by=ARCHIVIST, at=now()) is None
    assert settings.SIGNING_KEY_FILE.exists()
    assert Checkpoint.objects.count() == 2
