"""What each row of a spreadsheet would do to the registry. Pure: rows and what is known in, plans out."""

import difflib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from accounts.rules import (
    PlatformLike,
    Resolved,
    address_of,
    find_platform,
    normal_handle,
    resolve_url,
    visible,
)
from accounts.spreadsheet import LONGEST_CELL, Row

LENGTHS = {
    "name": 160,
    "handle": 160,
    "native_id": 200,
    "audience": 250,
    "generic_email": 254,
    "language": 12,
}
LANGUAGES = {
    "english": "en",
    "spanish": "es",
    "español": "es",
    "hmong": "hmn",
    "french": "fr",
    "chinese": "zh",
}
KINDS = {
    "department": "department", "dept": "department", "departmental": "department", "division": "department",
    "district": "district", "ward": "district", "alder": "district", "council": "district", "elected": "district",
    "program": "programme", "programme": "programme", "campaign": "programme", "event": "programme",
    "emergency": "emergency", "emergencyinformation": "emergency", "programmeorcampaign": "programme",
    "programorcampaign": "programme", "districtorward": "district",
}  # fmt: skip
STATUSES = {
    "active": "active", "yes": "active", "y": "active", "true": "active", "1": "active", "live": "active",
    "open": "active", "inuse": "active", "x": "active", "current": "active", "published": "active",
    "paused": "paused", "inactive": "paused", "dormant": "paused", "no": "paused", "n": "paused", "false": "paused",
    "0": "paused", "onhold": "paused",
    "settingup": "setting_up", "beingsetup": "setting_up", "planned": "setting_up", "new": "setting_up",
    "pending": "setting_up",
    "closed": "closed", "retired": "closed", "deleted": "closed", "archived": "closed", "deactivated": "closed",
    "closing": "active",
}  # fmt: skip
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")

#: What a row may change of an account that is there; a status moves by its own act.
UPDATED = (
    "office", "kind", "name", "handle", "native_id", "url", "language", "purpose", "audience", "generic_email",
)  # fmt: skip


class RowRefused(Exception):
    """Why a row is not taken."""


@dataclass(frozen=True)
class KnownOffice:
    """An office of the city, as rows may name it."""

    pk: int
    name: str
    names: tuple[str, ...]
    is_district: bool = False


@dataclass(frozen=True)
class KnownAccount:
    """An account in the registry: `values` of UPDATED fields, as JSON takes them."""

    pk: int
    platform: str
    retired: bool
    connected: bool
    label: str
    values: Mapping[str, Any]


@dataclass
class Plan:
    """What one row would do. `values` are the fields that it sets; `before` what they are now."""

    row: Row
    outcome: str
    reason: str = ""
    account: int | None = None
    values: dict[str, Any] = field(default_factory=dict)
    before: dict[str, Any] = field(default_factory=dict)


class Known:
    """Everything that rows are compared with, found by its names."""

    def __init__(
        self,
        platforms: Sequence[PlatformLike],
        offices: Iterable[KnownOffice],
        accounts: Iterable[KnownAccount],
        *,
        create_offices: bool = False,
        district_words: Sequence[str] = ("district", "ward"),
    ) -> None:
        self.platforms = platforms
        self.create_offices = create_offices
        self.offices: dict[str, KnownOffice] = {}
        self.office_names: list[str] = []
        for office in offices:
            self.office_names.append(office.name)
            for name in office.names:
                self.offices.setdefault(_key(name), office)
        self.district_words = "|".join(re.escape(word.lower()) for word in district_words)
        self.by_handle: dict[tuple[str, str], KnownAccount] = {}
        self.by_id: dict[tuple[str, str], KnownAccount] = {}
        self.by_url: dict[str, KnownAccount] = {}
        for account in accounts:
            self._enter(account)
        self.taken: dict[tuple[str, ...], int] = {}

    def _enter(self, account: KnownAccount) -> None:
        values = account.values
        if values["native_id"]:
            self.by_id[account.platform, values["native_id"]] = account
        if not account.retired:
            if values["handle"]:
                self.by_handle[account.platform, values["handle"].lower()] = account
            self.by_url[values["url"].lower()] = account

    def office(self, text: str) -> KnownOffice | None:
        found = self.offices.get(_key(text))
        if found is None:
            numbered = re.fullmatch(
                rf"(?:{self.district_words})?\s*(?:no\.?|#)?\s*0*(\d{{1,3}})", text.strip().lower()
            )
            found = self.offices.get(_key(f"district {numbered[1]}")) if numbered else None
        return found

    def close_to(self, text: str) -> str:
        names = {name.lower(): name for name in self.office_names}
        wanted = text.strip().lower()
        close = difflib.get_close_matches(wanted, list(names), n=2, cutoff=0.6)
        if not close and len(wanted) > 2:
            close = [name for name in names if wanted in name][:2]
        return " or ".join(f"“{names[name]}”" for name in close)


def plan_rows(rows: Iterable[Row], known: Known) -> list[Plan]:
    """The plan of every row, in the file's order."""
    return [plan_row(row, known) for row in rows]


def plan_row(row: Row, known: Known) -> Plan:
    """What one row would do: add, update, nothing, or why it is rejected."""
    try:
        return _plan(row, known)
    except RowRefused as refused:
        return Plan(row, "rejected", str(refused))


def _plan(row: Row, known: Known) -> Plan:
    if row.surplus:
        raise RowRefused(
            "The row has more cells than the file has columns: perhaps a separator inside a cell."
        )
    given = {name: visible(text) if name != "purpose" else text.strip() for name, text in row.values.items()}
    _check_lengths(given, row)
    found = _identity(given, known)
    values: dict[str, Any] = {"platform": found.platform.slug, "url": found.url}
    values |= {"handle": found.handle} if found.handle else {}
    values |= {"native_id": found.native_id} if found.native_id else {}
    values |= _details(given, known)
    account = _the_one(found, known)
    _once_in_the_file(row, found, account, known)
    if account is None:
        return _addition(row, values)
    return _update(row, values, account, bool(values.pop("status", None)))


def _check_lengths(given: Mapping[str, str], row: Row) -> None:
    for name, text in given.items():
        longest = LENGTHS.get(name, LONGEST_CELL)
        if len(text) > longest and name != "language":
            raise RowRefused(
                f"The {name.replace('_', ' ')} has {len(text):,} characters; {longest:,} is the most."
            )
    if any(len(cell) > LONGEST_CELL for cell in row.cells):
        raise RowRefused(
            f"A cell has more than {LONGEST_CELL:,} characters: perhaps a quotation mark is never closed."
        )


def _identity(given: Mapping[str, str], known: Known) -> Resolved:
    """Which account the row is about, from platform, address, handle and id as far as they are given."""
    named, url, handle = given.get("platform", ""), given.get("url", ""), given.get("handle", "")
    platform = find_platform(named, known.platforms) if named else None
    if named and platform is None:
        names = ", ".join(each.name for each in known.platforms)
        raise RowRefused(f"“{named[:60]}” is no platform that we know. Known are {names}.")
    if url.startswith("@") and not handle:
        url, handle = "", url
    found = resolve_url(url, known.platforms) if url else None
    if url and found is None:
        raise RowRefused(f"“{url[:80]}” is not the address of an account.")
    if found and platform and found.platform.slug != platform.slug:
        raise RowRefused(f"The row says {platform.name}, but the address is on {found.platform.name}.")
    platform = platform or (found.platform if found else _from_handle(handle, known))
    if platform is None:
        raise RowRefused("The row names no platform, and no address that tells it.")
    bare = normal_handle(platform, handle) if handle else ""
    if handle and not bare and not (found and _same_address(handle, found, known)):
        raise RowRefused(f"“{handle[:80]}” cannot be a handle on {platform.name}.")
    if found and bare and found.handle and found.handle != bare:
        raise RowRefused(f"The address is that of “{found.handle}”, but the handle says “{bare}”.")
    return _completed(found, platform, bare, given.get("native_id", ""))


def _from_handle(handle: str, known: Known) -> PlatformLike | None:
    """A whole address that somebody wrote into the column of handles."""
    found = resolve_url(handle, known.platforms) if handle else None
    return found.platform if found else None


def _same_address(text: str, found: Resolved, known: Known) -> bool:
    return resolve_url(text, known.platforms) == found


def _completed(found: Resolved | None, platform: PlatformLike, handle: str, native_id: str) -> Resolved:
    if found is None:
        if not handle:
            raise RowRefused("The row has neither an address nor a handle.")
        url = address_of(platform, handle)
        if not url:
            raise RowRefused(f"“{handle}” cannot be a handle on {platform.name}.")
        found = resolve_url(url, [platform])
        assert found is not None
    if found.native_id and native_id and found.native_id != native_id:
        raise RowRefused(f"The address has the number {found.native_id}, but the row says {native_id}.")
    return Resolved(platform, found.handle or handle, found.native_id or native_id, found.url)


def _details(given: Mapping[str, str], known: Known) -> dict[str, Any]:
    """Everything else that the row says, each in its one form."""
    values: dict[str, Any] = {
        name: given[name] for name in ("name", "purpose", "audience") if given.get(name)
    }
    if office := given.get("office", ""):
        values |= _office(office, known)
    if kind := given.get("kind", ""):
        if _squeezed(kind) in KINDS:
            values["kind"] = KINDS[_squeezed(kind)]
        elif "platform" in given or find_platform(kind, known.platforms) is None:
            raise RowRefused(
                f"“{kind[:60]}” is no kind of account: department, district, program or emergency."
            )
    if status := given.get("status", ""):
        values["status"] = _status(status)
    if email := given.get("generic_email", ""):
        if not EMAIL.fullmatch(email):
            raise RowRefused(f"“{email[:80]}” is not an e-mail address.")
        values["generic_email"] = email.lower()
    if language := given.get("language", "").lower():
        values["language"] = LANGUAGES.get(language, language)
        if not re.fullmatch(r"[a-z]{2,3}(?:-[a-z0-9]{2,8})?", values["language"]):
            raise RowRefused(f"“{language[:40]}” is no language code. Write en, es or hmn.")
    return values


def _office(text: str, known: Known) -> dict[str, Any]:
    office = known.office(text)
    if office is not None:
        return {"office": office.pk, "of_district": office.is_district}
    if known.create_offices:
        if len(text) > 120:
            raise RowRefused("The office's name is longer than 120 characters.")
        return {"new_office": text}
    close = known.close_to(text)
    hint = f" Did you mean {close}?" if close else " Add it under Offices first, or let the import add it."
    raise RowRefused(f"There is no office “{text[:120]}”.{hint}")


def _status(text: str) -> str:
    status = STATUSES.get(_squeezed(text))
    if status is None:
        raise RowRefused(f"“{text[:60]}” is no status: active, paused or being set up.")
    if status == "closed":
        raise RowRefused("The row says that the account is closed. Only accounts that exist are entered.")
    return status


def _the_one(found: Resolved, known: Known) -> KnownAccount | None:
    """The account in the registry that the row means. Raises RowRefused when it could be two."""
    slug = found.platform.slug
    by_id = known.by_id.get((slug, found.native_id)) if found.native_id else None
    by_handle = known.by_handle.get((slug, found.handle.lower())) if found.handle else None
    by_url = known.by_url.get(found.url.lower())
    matches = {account.pk: account for account in (by_id, by_handle, by_url) if account}
    if len(matches) > 1:
        labels = " and ".join(sorted(account.label for account in matches.values()))
        raise RowRefused(f"The row fits two accounts of the registry: {labels}.")
    account = next(iter(matches.values()), None)
    if account is None:
        return None
    if account.retired:
        raise RowRefused(f"{account.label} is retired. An account that returns is asked for anew.")
    theirs = account.values["native_id"]
    if found.native_id and theirs and theirs != found.native_id:
        raise RowRefused(
            f"{account.label} has the id {theirs}, not {found.native_id}: this is another account."
        )
    if found.native_id and not theirs and account.connected:
        raise RowRefused(f"{account.label} is connected; its id comes from the platform.")
    return account


def _once_in_the_file(row: Row, found: Resolved, account: KnownAccount | None, known: Known) -> None:
    slug = found.platform.slug
    keys: list[tuple[str, ...]] = [("url", found.url.lower())]
    keys += [("handle", slug, found.handle.lower())] if found.handle else []
    keys += [("id", slug, found.native_id)] if found.native_id else []
    keys += [("account", str(account.pk))] if account else []
    for key in keys:
        if key in known.taken:
            raise RowRefused(f"This is the same account as in line {known.taken[key]}.")
    for key in keys:
        known.taken[key] = row.line


def _addition(row: Row, values: dict[str, Any]) -> Plan:
    if "office" not in values and "new_office" not in values:
        raise RowRefused("The row names no office: each account belongs to one.")
    of_district = values.pop("of_district", False)
    values.setdefault("kind", "district" if of_district else "department")
    values.setdefault("name", values.get("handle") or values.get("native_id"))
    values.setdefault("status", "active")
    values.setdefault("language", "en")
    return Plan(row, "add", values=values)


def _update(row: Row, values: dict[str, Any], account: KnownAccount, said_status: bool) -> Plan:
    """A blank cell says nothing about what is there; a status is moved by its own act."""
    values.pop("of_district", None)
    if not values.get("handle") and account.values["handle"] and values.get("native_id"):
        values.pop("url")  # the address by number is another form of the one that is there
    changed = {
        name: values[name] for name in UPDATED if name in values and values[name] != account.values[name]
    }
    if "new_office" in values:
        changed["new_office"] = values["new_office"]
    if not changed:
        return Plan(row, "unchanged", account=account.pk)
    before = {name: account.values[name] for name in UPDATED if name in changed or name == "office"}
    return Plan(row, "update", account=account.pk, values=changed, before=before)


def _key(name: str) -> str:
    return " ".join(re.sub(r"[^\w]+", " ", name.casefold().replace("&", " and ")).split())


def _squeezed(text: str) -> str:
    return re.sub(r"[\W_]+", "", text.casefold())
