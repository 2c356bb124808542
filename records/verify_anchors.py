"""Verifies that what different acts wrote about the same chain agrees: items, captures, entries, checkpoints."""

from collections.abc import Callable, Iterator, Mapping

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.db.models import Count, Exists, F, Max, Min, OuterRef, Q, Subquery, Window
from django.db.models.functions import Lag

from accounts.models import Account
from city.canonical import GENESIS
from city.log import Fault
from city.models import Chain, Entry
from records import archive, proof
from records.actions.checkpoint import FOLDER, file_of, statement_of
from records.models import Capture, Checkpoint, Item, Payload, Record

ITEM = ("account_id", "kind", "platform_item_id")


def _where(account_id: int | None, number: int | None) -> str:
    return f"account {account_id}, record {number}"


# -- items: versions and heads -------------------------------------------------------------------------


def verify_items(account: Account | None) -> Iterator[Fault]:
    records = Record.objects.filter(account=account) if account else Record.objects.all()
    items = Item.objects.filter(account=account) if account else Item.objects.all()
    yield from _versions(records)
    newest = (
        Record.objects.filter(
            account=OuterRef("account"), kind=OuterRef("kind"), platform_item_id=OuterRef("platform_item_id")
        )
        .order_by("-version")
        .values("pk")[:1]
    )
    wrong = items.annotate(newest=Subquery(newest)).filter(~Q(newest=F("record_id")) | Q(newest=None))
    for item in wrong.order_by("pk").iterator():
        yield Fault(
            f"account {item.account_id}, {item.kind} {item.platform_item_id}",
            "what is shown as its newest version is not",
        )
    listed = Item.objects.filter(
        account=OuterRef("account"), kind=OuterRef("kind"), platform_item_id=OuterRef("platform_item_id")
    )
    orphans = records.filter(~Exists(listed), version=1)
    for account_id, number in (
        orphans.order_by("account", "number").values_list("account_id", "number").iterator()
    ):
        yield Fault(_where(account_id, number), "its item is no longer listed")
    # With the triggers off, foreign keys are off as well.
    homeless = records.filter(
        ~Exists(Account.objects.filter(pk=OuterRef("account_id")))
        | ~Exists(Capture.objects.filter(pk=OuterRef("capture_id")))
        | ~Exists(Payload.objects.filter(pk=OuterRef("payload_id")))
    )
    for account_id, number in (
        homeless.order_by("account", "number").values_list("account_id", "number").iterator()
    ):
        yield Fault(_where(account_id, number), "its account, its capture or its file is no longer listed")


def _versions(records) -> Iterator[Fault]:
    """Versions of an item count from 1 without a gap, in the order of the chain."""
    items = (
        records.order_by().values(*ITEM).annotate(rows=Count("pk"), least=Min("version"), most=Max("version"))
    )
    for item in items.filter(Q(least__gt=1) | ~Q(most=F("rows"))).iterator():
        where = f"account {item['account_id']}, {item['kind']} {item['platform_item_id']}"
        yield Fault(where, f"it has {item['rows']} records, but its newest is version {item['most']}")
    before = Window(Lag("version"), partition_by=[F(name) for name in ITEM], order_by="number")
    late = records.annotate(before=before).filter(before__gte=F("version"))
    for account_id, number in (
        late.order_by("account", "number").values_list("account_id", "number").iterator()
    ):
        yield Fault(_where(account_id, number), "it stands after a newer version of the same item")


# -- captures ------------------------------------------------------------------------------------------


def verify_captures(account: Account | None) -> Iterator[Fault]:
    """Each capture says which records it made and how its chain then ended."""
    captures = Capture.objects.filter(account=account) if account else Capture.objects.all()
    captures = captures.filter(status=Capture.Status.DONE).order_by("account", "pk")
    here = Record.objects.filter(account=OuterRef("account"), number=OuterRef("last_record"))
    made = Record.objects.filter(capture=OuterRef("pk")).order_by().values("capture")
    captures = captures.annotate(
        found=Subquery(here.values("hash")),
        rows=Subquery(made.annotate(n=Count("pk")).values("n")),
        least=Subquery(made.annotate(n=Min("number")).values("n")),
        most=Subquery(made.annotate(n=Max("number")).values("n")),
    )
    spoken = captures.filter(last_record__isnull=False)
    for capture in spoken.filter(Q(found=None) | ~Q(found=F("chain_hash"))).iterator():
        yield Fault(
            _where(capture.account_id, capture.last_record),
            f"it is not the record with which capture {capture.pk} ended",
        )
    torn = Q(rows=None) | ~Q(rows=F("records_made")) | ~Q(least=F("first_record")) | ~Q(most=F("last_record"))
    for capture in spoken.filter(torn).iterator():
        yield Fault(
            f"account {capture.account_id}, records {capture.first_record} to {capture.last_record}",
            f"capture {capture.pk} made {capture.records_made} there, and {capture.rows or 0} are found",
        )
    for capture in captures.filter(last_record=None, rows__isnull=False).iterator():
        yield Fault(
            f"account {capture.account_id}, record {capture.least}",
            f"capture {capture.pk} says that it made none",
        )
    yield from _unfinished(account)


def _unfinished(account: Account | None) -> Iterator[Fault]:
    unfinished = Capture.objects.exclude(status=Capture.Status.DONE)
    records = Record.objects.filter(capture__in=unfinished)
    if account:
        records = records.filter(account=account)
    for account_id, number in (
        records.order_by("account", "number").values_list("account_id", "number").iterator()
    ):
        yield Fault(
            _where(account_id, number), "its capture never ended well, so it cannot have made records"
        )


# -- the log of acts -----------------------------------------------------------------------------------


def verify_entry_anchors(account: Account | None) -> Iterator[Fault]:
    """The log tells of each capture that made records, with the hash at which its chain then stood."""
    told = Entry.objects.filter(verb="capture.done")
    if account:
        told = told.filter(data__account_id=account.pk)
    for entry in told.order_by("number").iterator(chunk_size=1000):
        data = entry.data
        record = Record.objects.filter(account_id=data.get("account_id"), number=data.get("last_record"))
        found = record.values_list("hash", flat=True).first()
        if found != data.get("chain_hash"):
            lost = "it is missing" if found is None else "it is not the one"
            where = _where(data.get("account_id"), data.get("last_record"))
            yield Fault(where, f"{lost} with which entry {entry.number} says that its capture ended")
        digits = entry.subject.partition(":")[2]
        capture = Capture.objects.filter(pk=digits).first() if digits else None
        fields = ("account_id", "first_record", "last_record", "chain_hash")
        if capture is None or any(getattr(capture, name) != data.get(name) for name in fields):
            yield Fault(
                f"entry {entry.number}", "it tells of a capture that is missing or says something else"
            )
    yield from _untold(account)


def _untold(account: Account | None) -> Iterator[Fault]:
    captures = Capture.objects.filter(last_record__isnull=False)
    if account:
        captures = captures.filter(account=account)
    for capture in captures.order_by("pk").iterator(chunk_size=1000):
        if not Entry.objects.filter(subject=f"records.capture:{capture.pk}", verb="capture.done").exists():
            yield Fault(f"capture {capture.pk}", "the log does not tell of it")


# -- checkpoints ---------------------------------------------------------------------------------------


def verify_checkpoints(keys: Mapping[str, Ed25519PublicKey], checked: Callable[[], None]) -> Iterator[Fault]:
    number, prev_root = 0, GENESIS
    prev_heads: dict[str, tuple[int, str]] = {}
    for checkpoint in Checkpoint.objects.order_by("number").iterator(chunk_size=100):
        where = f"checkpoint {checkpoint.number}"
        if checkpoint.number != number + 1:
            yield Fault(where, f"{checkpoint.number - number - 1} checkpoints before it are missing")
        elif checkpoint.prev_root != prev_root:
            yield Fault(where, "it does not follow from the checkpoint before it")
        heads = {key: (at, found) for key, at, found in checkpoint.heads}
        yield from _seal(checkpoint, keys)
        yield from _heads(where, heads, prev_heads)
        yield from _checkpoint_file(checkpoint)
        number, prev_root, prev_heads = checkpoint.number, checkpoint.root, heads
        checked()
    yield from _checkpoints_untold(number)


def _seal(checkpoint: Checkpoint, keys: Mapping[str, Ed25519PublicKey]) -> Iterator[Fault]:
    where = f"checkpoint {checkpoint.number}"
    if checkpoint.root != proof.heads_root(checkpoint.heads):
        yield Fault(where, "its root is not that of its heads")
    key = keys.get(checkpoint.key_id)
    if key is None:
        yield Fault(where, f"it was signed with a key that is not the city's ({checkpoint.key_id[:16]}…)")
    elif not proof.is_signed(statement_of(checkpoint), checkpoint.signature, key):
        yield Fault(where, "its signature does not match what it says")


def _heads(
    where: str, heads: dict[str, tuple[int, str]], before: dict[str, tuple[int, str]]
) -> Iterator[Fault]:
    """A head that moved since the last checkpoint must be a link of its chain now."""
    for key in before.keys() - heads.keys():
        yield Fault(where, f"it no longer speaks of the chain {key}")
    for key, (number, found) in heads.items():
        if before.get(key) == (number, found):
            continue
        if number < before.get(key, (0, ""))[0]:
            yield Fault(where, f"the chain {key} had been longer at the checkpoint before it")
        if number and _hash_at(key, number) != found:
            place = f"entry {number}" if key == Chain.ENTRIES else f"{key.replace(':', ' ')}, record {number}"
            yield Fault(place, f"it is missing, or not the one that {where} signed")


def _hash_at(key: str, number: int) -> str | None:
    if key == Chain.ENTRIES:
        return Entry.objects.filter(number=number).values_list("hash", flat=True).first()
    account_id = key.partition(":")[2]
    if not account_id.isdigit():
        return None
    return Record.objects.filter(account_id=account_id, number=number).values_list("hash", flat=True).first()


def _checkpoint_file(checkpoint: Checkpoint) -> Iterator[Fault]:
    path, content = file_of(checkpoint)
    try:
        with archive.storage().open(path) as file:
            if file.read() != content:
                yield Fault(f"file {path}", "it does not say what the checkpoint's row says")
    except FileNotFoundError:
        yield Fault(f"file {path}", "it is missing")


def _checkpoints_untold(last: int) -> Iterator[Fault]:
    """Files and entries of checkpoints that are no longer in the database."""
    try:
        names = archive.storage().listdir(FOLDER)[1]
    except FileNotFoundError:
        names = []
    for name in sorted(names):
        number = name.removesuffix(".json")
        if number.isdigit() and int(number) > last:
            yield Fault(f"checkpoint {int(number)}", "there is a file of it, but it is not in the database")
    for entry in Entry.objects.filter(verb="checkpoint.made").order_by("number").iterator(chunk_size=1000):
        data = entry.data
        rows = Checkpoint.objects.filter(number=data.get("number"), signature=data.get("signature"))
        if not rows.exists():
            yield Fault(
                f"checkpoint {data.get('number')}", f"it is not the one of which entry {entry.number} tells"
            )
