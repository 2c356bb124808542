"""Verifies the whole archive: recomputes everything that is claimed, and names what is wrong and where.

Reads as streams, so that memory does not grow with the archive. What is checked against what:
records against their own hashes and the chain; chains against captures, entries and checkpoints, each of
which was written by another act; files against their names; each record's place against the WARC file; and
checkpoints against the city's key and their files.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.conf import settings

from accounts.models import Account
from city.canonical import GENESIS, digest, link
from city.log import Fault, verify_entries, verify_seals
from city.models import Chain, Entry
from records import proof
from records.actions.keeping import chain_key
from records.models import Checkpoint, Payload, Record
from records.verify_anchors import verify_captures, verify_checkpoints, verify_entry_anchors, verify_items
from records.verify_files import verify_payloads

__all__ = ["Fault", "Verifier", "trusted_keys"]

Progress = Callable[[str, int, int], None]
CHUNK = 1000


def trusted_keys(more: Iterable[Path] = ()) -> dict[str, Ed25519PublicKey]:
    """The city's key, those that it used before (`*.pub` beside it), and `more`, by key id.

    Raises proof.SigningKeyError: without the key nobody can say whether a checkpoint is the city's.
    """
    own = proof.read_signing_key(settings.SIGNING_KEY_FILE).public_key()
    former = sorted(Path(settings.SIGNING_KEY_FILE).parent.glob("*.pub"))
    keys = [own, *(proof.read_public_key(path) for path in (*former, *more))]
    return {proof.key_id(key): key for key in keys}


@dataclass
class Verifier:
    """One run. Iterate `faults()`; `counts` then tells what was checked.

    `account`: only what concerns this one. `progress` is told the step, what is done and what is to do.
    """

    keys: Mapping[str, Ed25519PublicKey]
    account: Account | None = None
    progress: Progress | None = None
    counts: Counter[str] = field(default_factory=Counter)
    done: int = 0
    total: int = 0

    def faults(self) -> Iterator[Fault]:
        records, payloads = Record.objects.all(), Payload.objects.all()
        if self.account:
            records = records.filter(account=self.account)
            payloads = payloads.filter(pk__in=records.values("payload"))
        entries = Entry.objects.count()
        self.total = records.count() + entries + payloads.count() + Checkpoint.objects.count()
        self._tell("Log of acts")
        yield from verify_entries()
        self._step("entries", entries)
        if self.account is None:
            self._tell("Rows that the log tells of")
            yield from verify_seals()
        yield from self._chains()
        for check in (verify_items, verify_captures, verify_entry_anchors):
            self._tell("Versions and captures")
            yield from check(self.account)
        for payload in payloads.order_by("path").iterator(chunk_size=CHUNK):
            self._tell("Files")
            yield from verify_payloads(payload)
            self._step("files", 1)
        self._tell("Checkpoints")
        yield from verify_checkpoints(self.keys, self._checked_checkpoint)
        self._tell("Done")

    def _checked_checkpoint(self) -> None:
        self._step("checkpoints", 1)

    def _chains(self) -> Iterator[Fault]:
        """Every account that has records, or a chain, or should have one."""
        if self.account:
            numbers = {self.account.pk}
        else:
            numbers = set(Record.objects.order_by().values_list("account_id", flat=True).distinct())
            keys = Chain.objects.exclude(key=Chain.ENTRIES).values_list("key", flat=True)
            for key in keys:
                room, _, digits = key.partition(":")
                if room == "account" and digits.isdigit():
                    numbers.add(int(digits))
                else:
                    yield Fault(f"chain {key}", "there is no such chain")
        for number in sorted(numbers):
            yield from self._chain(number)

    def _chain(self, account_id: int) -> Iterator[Fault]:
        """One account's records, in their order. After a fault it goes on from what is stored."""
        where = f"account {account_id}"
        if not Account.objects.filter(pk=account_id).exists():
            yield Fault(where, "there are records or a chain of an account that is not in the registry")
        number, prev_hash = 0, GENESIS
        rows = Record.objects.filter(account_id=account_id).order_by("number").defer("words")
        for record in rows.iterator(chunk_size=CHUNK):
            yield from faults_of_record(record, number, prev_hash)
            number, prev_hash = record.number, record.hash
            self._step("records", 1)
        head = Chain.objects.filter(key=chain_key(account_id)).first()
        if head is None:
            yield Fault(f"{where}, head of the chain", "it is missing")
        elif head.number > number:
            yield Fault(
                f"{where}, after record {number}", f"{head.number - number} records are missing at the end"
            )
        elif (head.number, head.hash) != (number, prev_hash):
            yield Fault(
                f"{where}, head of the chain", f"it stands at {head.number}, but the records end at {number}"
            )

    def _step(self, what: str, number: int) -> None:
        self.counts[what] += number
        self.done += number
        if self.done % 250 < number:
            self._tell("Records" if what == "records" else what.capitalize())

    def _tell(self, step: str) -> None:
        if self.progress:
            self.progress(step, self.done, self.total)


def faults_of_record(record: Record, number: int, prev_hash: str) -> Iterator[Fault]:
    """What is wrong with a record that follows `number`, whose hash is `prev_hash`."""
    where = f"account {record.account_id}, record {record.number}"
    if record.number != number + 1:
        gap = record.number - number - 1
        yield Fault(
            where, "one record before it is missing" if gap == 1 else f"{gap} records before it are missing"
        )
    elif record.prev_hash != prev_hash:
        yield Fault(where, "it does not follow from the record before it")
    try:
        content = digest(record.content())
    except (TypeError, ValueError):
        content = ""  # what cannot be written canonically was never written by us
    if record.hash != link(record.prev_hash, record.number, content):
        yield Fault(where, "what it says was altered after it was written, or its place or hash was")
