"""Importing a city's spreadsheet: checked first, then applied exactly as it was shown."""

from datetime import datetime, timedelta
from typing import Any

from celery import current_app
from django.db import IntegrityError, transaction
from django.db.models import Count
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from accounts.import_rules import UPDATED, Known, KnownAccount, KnownOffice, Plan, plan_rows
from accounts.models import Account, Import, ImportRow, Platform
from accounts.permissions import can_import_accounts
from accounts.platform_set import platform_set
from accounts.spreadsheet import NotATable, read_table
from city import log
from city.actions.offices import add_office
from city.actors import Actor
from city.models import City, Entry, Office, User
from city.permissions import require
from city.refusals import Refusal

#: Rows in one transaction. Each entry moves the head of the log's chain once at commit, and Postgres walks past
#: the earlier moves of the same transaction: small parts keep that short, and let progress be seen.
CHUNK = 250
LEASE = timedelta(minutes=2)

ADD, UPDATE, REJECTED = ImportRow.Outcome.ADD, ImportRow.Outcome.UPDATE, ImportRow.Outcome.REJECTED


@transaction.atomic
def check_import(
    *, by: User, at: datetime, file_name: str, data: bytes, create_offices: bool = False
) -> Import:
    """Read a file and keep what each of its rows would do. Nothing of the registry is changed."""
    require(can_import_accounts, by, None, at)
    try:
        table = read_table(data)
    except NotATable as problem:
        raise Refusal(str(problem), field="file") from problem
    plans = plan_rows(table.rows, what_is_known(at, create_offices=create_offices))
    batch = Import.objects.create(
        file_name=log.clean(file_name)[:200] or "accounts.csv",
        encoding=table.encoding,
        replaced=table.replaced,
        header=table.header,
        columns=table.columns,
        create_offices=create_offices,
        uploaded_by=by,
        uploaded_at=at,
    )
    ImportRow.objects.bulk_create((_row(batch, plan) for plan in plans), batch_size=1000)
    log.note(batch, verb="import.checked", by=by, at=at, data=counts(batch))
    return batch


@transaction.atomic
def confirm_import(batch: Import, *, by: User, at: datetime) -> Import:
    """Let a worker apply what was shown. Offices that are to be added are added now."""
    require(can_import_accounts, by, batch, at)
    shown = counts(batch)
    if not shown["add"] + shown["update"]:
        raise Refusal("There is nothing to apply: no row would add or change anything.")
    log.move(
        batch,
        to=Import.Status.APPLYING,
        by=by,
        at=at,
        verb="import.confirmed",
        data=shown,
        confirmed_by=by,
        confirmed_at=at,
    )
    _add_offices(batch, by=by, at=at)
    # A broker that is down is logged, never raised: the row waits, and the sweep rings again.
    transaction.on_commit(
        lambda: current_app.send_task(
            "accounts.tasks.apply_import", kwargs={"import_id": batch.pk}, retry=False
        ),
        robust=True,
    )
    return batch


@transaction.atomic
def discard_import(batch: Import, *, by: User, at: datetime) -> Import:
    """Leave everything as it is. The rows stay to be looked at."""
    require(can_import_accounts, by, batch, at)
    log.move(batch, to=Import.Status.DISCARDED, by=by, at=at, verb="import.discarded")
    return batch


def claim_import(batch_id: int, *, at: datetime) -> Import | None:
    """Take a confirmed import to work on, for as long as the lease; None when somebody else has it."""
    claimed = Import.objects.waiting(at).filter(pk=batch_id).update(lease_until=at + LEASE)
    return Import.objects.select_related("confirmed_by").get(pk=batch_id) if claimed else None


@transaction.atomic
def apply_next_rows(batch: Import, *, at: datetime) -> int:
    """Apply the next rows of a claimed import, all of them or none; returns how many were looked at.

    A row is done in the transaction that marks it so: whatever dies in between, each is applied exactly once. The
    actor is who confirmed it. There is one entry for each account, because each account's page must tell its whole
    history, and one for the import, because a person did one thing.
    """
    by = batch.confirmed_by
    assert by is not None
    Import.objects.filter(pk=batch.pk).update(lease_until=at + LEASE)
    rows = list(
        batch.rows.filter(outcome__in=(ADD, UPDATE), applied_at=None)
        .select_for_update(skip_locked=True)
        .order_by("line")[:CHUNK]
    )
    offices = {office.pk: office for office in Office.objects.all()}
    new_offices = {office.name.casefold(): office for office in offices.values()}
    platforms = {platform.slug: platform for platform in Platform.objects.all()}
    for row in rows:
        name = row.values.pop("new_office", None)
        office = new_offices.get(name.casefold()) if name else offices.get(row.values.get("office"))
        row.office = office
    adds = [row for row in rows if row.outcome == ADD]
    updates = [row for row in rows if row.outcome == UPDATE]
    done = _add(batch, adds, platforms, by=by, at=at) + _update(batch, updates, offices, by=by, at=at)
    ImportRow.objects.filter(pk__in=[row.pk for row in done]).update(applied_at=at)
    ImportRow.objects.bulk_update(done, ["account"], batch_size=500)
    return len(rows)


@transaction.atomic
def finish_import(batch: Import, *, at: datetime) -> bool:
    """End an import in which no row is left. False while another worker still holds rows."""
    if batch.rows.filter(outcome__in=(ADD, UPDATE), applied_at=None).exists():
        return False
    assert batch.confirmed_by is not None
    log.move(
        batch,
        to=Import.Status.DONE,
        by=batch.confirmed_by,
        at=at,
        verb="import.applied",
        data=counts(batch),
        finished_at=at,
        lease_until=None,
    )
    return True


def counts(batch: Import) -> dict[str, int]:
    """How many rows there are of each outcome, and how many were applied."""
    told = batch.rows.order_by().values_list("outcome").annotate(Count("pk"))
    found = dict.fromkeys(ImportRow.Outcome.values, 0) | dict(told)
    return found | {"applied": batch.rows.filter(applied_at__isnull=False).count()}


def what_is_known(at: datetime, *, create_offices: bool) -> Known:
    """Offices, platforms and accounts as rows are compared with them."""
    platforms = platform_set()
    city = City.objects.only("district_word", "districts_word").get(id=1)
    offices = [_known_office(office, city) for office in Office.objects.all()]
    accounts = Account.objects.select_related("platform", "connection")
    words = ["district", "ward", city.district_word]
    return Known(
        platforms,
        offices,
        [_known_account(account) for account in accounts],
        create_offices=create_offices,
        district_words=words,
    )


def _known_office(office: Office, city: City) -> KnownOffice:
    names = [office.name, office.slug]
    endings = (" department", " division", " office", " dept", " agency")
    names += [office.name.lower().removesuffix(ending) for ending in endings]
    if office.number is not None:
        names += [f"{word} {office.number}" for word in ("district", "ward", city.district_word.lower())]
    return KnownOffice(office.pk, office.name, tuple(names), office.kind == Office.Kind.DISTRICT)


def _known_account(account: Account) -> KnownAccount:
    return KnownAccount(
        pk=account.pk,
        platform=account.platform.slug,
        retired=account.status == Account.Status.RETIRED,
        connected=account.is_connected,
        label=str(account),
        values=_values(account),
    )


def _values(account: Account) -> dict[str, Any]:
    return {name: account.office_id if name == "office" else getattr(account, name) for name in UPDATED}


def _row(batch: Import, plan: Plan) -> ImportRow:
    return ImportRow(
        batch=batch,
        line=plan.row.line,
        outcome=plan.outcome,
        reason=plan.reason,
        cells=plan.row.cells,
        values=plan.values,
        before=plan.before,
        account_id=plan.account,
    )


def _add_offices(batch: Import, *, by: Actor, at: datetime) -> None:
    rows = batch.rows.filter(outcome__in=(ADD, UPDATE), values__has_key="new_office")
    names = {row["new_office"].casefold(): row["new_office"] for row in rows.values_list("values", flat=True)}
    there = {name.casefold() for name in Office.objects.values_list("name", flat=True)}
    for key in sorted(set(names) - there):
        add_office(kind=Office.Kind.DEPARTMENT, name=names[key], by=by, at=at)


def _add(batch: Import, rows: list, platforms: dict[str, Platform], *, by: User, at: datetime) -> list:
    """Make the accounts; a row that somebody else was faster with is rejected, and says so."""
    made = [(row, _new_account(row, platforms, at)) for row in rows if _has_office(row)]
    try:
        with transaction.atomic():
            accounts = bulk_create_with_history(
                [account for _, account in made],
                Account,
                batch_size=CHUNK,
                default_user=by,
                default_date=at,
                default_change_reason=f"Import of {batch.file_name}"[:100],
            )
    except IntegrityError:
        return _add_one_by_one(batch, made, by=by, at=at)
    told = [(row, account, {"url": account.url}) for (row, _), account in zip(made, accounts, strict=True)]
    _tell(batch, told, "account.imported", by=by, at=at)
    return [row for row, _ in made]


def _add_one_by_one(batch: Import, made: list, *, by: User, at: datetime) -> list:
    done = []
    for row, account in made:
        account.pk = None
        try:
            with transaction.atomic():
                log.keep(account, by=by, at=at, reason=f"Import of {batch.file_name}")
        except IntegrityError:
            _reject(row, "Somebody has entered this account since the file was checked.")
            continue
        _tell(batch, [(row, account, {"url": account.url})], "account.imported", by=by, at=at)
        done.append(row)
    return done


def _new_account(row: Any, platforms: dict[str, Platform], at: datetime) -> Account:
    """Accounts that a city already uses are active from the start: what is missing becomes a finding."""
    values = {name: value for name, value in row.values.items() if name not in ("platform", "office")}
    account = Account(office=row.office, platform=platforms[row.values["platform"]], created_at=at, **values)
    account.active_since = None if account.status == Account.Status.SETTING_UP else at
    return account


def _has_office(row: Any) -> bool:
    if row.office is None:
        _reject(row, "The office was removed since the file was checked.")
    return row.office is not None


def _update(batch: Import, rows: list, offices: dict[int, Office], *, by: User, at: datetime) -> list:
    """Change the accounts, unless somebody has changed the same fields since the file was checked."""
    locked = (
        Account.objects.select_for_update(of=("self",))
        .select_related("office", "platform", "connection")
        .in_bulk([row.account_id for row in rows])
    )
    changed = []
    for row in rows:
        account = locked[row.account_id]
        now = _values(account)
        if any(now[name] != value for name, value in row.before.items()) or account.status == "retired":
            _reject(
                row, "Somebody has changed this account since the file was checked. Import the file again."
            )
            continue
        for name, value in row.values.items():
            if name != "office":
                setattr(account, name, value)
        account.office = row.office or account.office
        differs = {name: [now[name], value] for name, value in _values(account).items() if now[name] != value}
        changed.append((row, account, differs))
    done = _saved(batch, changed, by=by, at=at)
    told = [(row, account, {"changed": differs}) for row, account, differs in done]
    _tell(batch, told, "account.updated_by_import", by=by, at=at)
    return [row for row, _, _ in done]


def _saved(batch: Import, changed: list, *, by: User, at: datetime) -> list:
    """Those of the changed accounts that the database took; together if it can be, else one by one."""
    reason = f"Import of {batch.file_name}"[:100]
    try:
        with transaction.atomic():
            bulk_update_with_history(
                [account for _, account, _ in changed],
                Account,
                list(UPDATED),
                batch_size=CHUNK,
                default_user=by,
                default_date=at,
                default_change_reason=reason,
            )
        return changed
    except IntegrityError:
        done = []
        for row, account, differs in changed:
            try:
                with transaction.atomic():
                    log.keep(account, by=by, at=at, reason=reason, only=UPDATED)
            except IntegrityError:
                _reject(row, "Another account has this handle, address or id by now.")
                continue
            done.append((row, account, differs))
        return done


def _tell(batch: Import, told: list, verb: str, *, by: User, at: datetime) -> None:
    """One entry for each (row, account, data), all in one statement."""
    entries = []
    for row, account, data in told:
        row.account = account
        reason = f"{batch.file_name}, line {row.line}"
        whole = data | {"line": row.line, "import": batch.pk}
        entries.append(log.unwritten(account, verb=verb, by=by, at=at, reason=reason, data=whole))
    Entry.objects.bulk_create(entries)


def _reject(row: ImportRow, reason: str) -> None:
    ImportRow.objects.filter(pk=row.pk).update(outcome=REJECTED, reason=reason)


def progress(batch: Import) -> tuple[int, int]:
    """(rows done, rows to do) of a confirmed import."""
    rows = batch.rows.filter(outcome__in=(ADD, UPDATE))
    return rows.filter(applied_at__isnull=False).count(), rows.count()
