"""The city itself: set up once, changed by its administrator or officer."""

import hmac
import secrets
import struct
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from city import log
from city.actors import Actor, SystemActor
from city.collect import collected
from city.models import City, Grant, User
from city.permissions import can_change_city, require
from city.refusals import Refusal
from city.roles import Role
from city.rules import contrast, is_readable_on_white

#: Enters the software's defaults in a new city; people decide about each of them afterwards.
SET_UP = SystemActor("The set-up", frozenset({"can_load_rules"}))
SEAL_LIMIT = 200_000  # bytes
PNG = b"\x89PNG\r\n\x1a\n"


class WrongToken(Refusal):
    """The set-up token is not the one that the server made."""


class NotReadable(Refusal):
    """A colour on which white text cannot be read."""


def setup_token_file() -> Path:
    return Path(settings.VAR) / "keys" / "setup_token"


def setup_token() -> str:
    """The token that proves whoever sets the city up to be at the server; made on demand."""
    path = setup_token_file()
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(24))
    return path.read_text().strip()


@transaction.atomic
def make_first_administrator(*, token: str, email: str, name: str, password: str, at: datetime) -> User:
    """The first person: whoever has the token from the server. Possible only while there is no city.

    Who broke off half-way can begin again with the same token.
    """
    if City.objects.exists():
        raise Refusal("This city is set up already: sign in.")
    path = setup_token_file()
    if not path.exists() or not hmac.compare_digest(token.strip().encode(), path.read_bytes().strip()):
        raise WrongToken(
            "This is not the token that the server shows. `manage.py setup_token` prints it.", field="token"
        )
    email = User.objects.normalize_email(email).lower()
    user = User.objects.filter(email=email).first() or User(email=email, joined_at=at)
    user.name = name
    try:
        validate_password(password, user)
    except ValidationError as problem:
        raise Refusal(" ".join(problem.messages), field="password") from None
    user.set_password(password)
    log.keep(user, by=user, at=at) if user.pk else user.save()
    if not Grant.objects.filter(user=user, role=Role.ADMINISTRATOR).exists():
        Grant.objects.create(user=user, role=Role.ADMINISTRATOR, starts_at=at)
    user.forget_grants()
    return user


@transaction.atomic
def set_up_city(*, by: Actor, at: datetime, is_demonstration: bool = False, **settings_given: Any) -> City:
    """Write the one row that makes this installation a city. The set-up token is of no more use.

    Each app then enters what it needs to begin with (`<app>/set_up.py`).
    """
    require(can_change_city, by, None, at)
    if City.objects.exists():
        raise Refusal("This city is set up already.")
    city = City(id=1, set_up_at=at, is_demonstration=is_demonstration, **settings_given)
    check_city(city)
    log.keep(city, by=by, at=at)
    log.note(city, verb="city.set_up", by=by, at=at)
    for prepare in collected("set_up", "SET_UP"):
        prepare(city, by=SET_UP, at=at)
    transaction.on_commit(lambda: setup_token_file().unlink(missing_ok=True))
    return city


@transaction.atomic
def change_city(city: City, *, by: Actor, at: datetime, **changes: Any) -> City:
    """Change City settings."""
    require(can_change_city, by, city, at)
    city = City.objects.select_for_update().get(pk=city.pk)
    changed = [name for name, value in changes.items() if _now(city, name) != value]
    for name, value in changes.items():
        setattr(city, name, value)
    check_city(city)
    log.keep(city, by=by, at=at)
    if changed:
        log.note(city, verb="city.changed", by=by, at=at, data={"fields": changed})
    return city


def _now(city: City, name: str) -> Any:
    value = getattr(city, name)
    return bytes(value) if isinstance(value, memoryview) else value


def check_city(city: City) -> None:
    """Raise the refusal that belongs beside the field."""
    for field in ("primary_colour", "accent_colour"):
        colour = getattr(city, field)
        if not is_readable_on_white(colour):
            raise NotReadable(
                f"White text on {colour} cannot be read well: its contrast is {contrast(colour):.1f} to 1, "
                "and WCAG 2.1 asks for 4.5 to 1. Choose a darker colour.",
                field=field,
            )
    if city.time_zone not in available_timezones():
        raise Refusal("Choose a time zone such as America/Chicago.", field="time_zone")
    check_seal(bytes(city.seal or b""), city.seal_alt)


def check_seal(seal: bytes, alt: str) -> None:
    """A seal is a PNG of at most 200 kB, whatever its file was called, and is described in words."""
    if not seal:
        return
    if len(seal) > SEAL_LIMIT:
        raise Refusal(
            f"The picture has {len(seal) // 1000} kB; at most 200 kB are allowed.", field="seal_file"
        )
    if not seal.startswith(PNG) or seal[12:16] != b"IHDR" or len(seal) < 33:
        raise Refusal("This is not a PNG picture: save the seal as PNG and try again.", field="seal_file")
    width, height = struct.unpack(">II", seal[16:24])
    if not (16 <= width <= 4000 and 16 <= height <= 4000):
        raise Refusal("The picture must be between 16 and 4,000 pixels wide and high.", field="seal_file")
    if not alt.strip():
        raise Refusal("Describe the seal for people who cannot see it.", field="seal_alt")
