"""How an account's connection stands after the archive worker has tried it: working, failing, or refused."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from accounts.models import Connection
from city.actors import Actor
from city.log import move


@transaction.atomic
def connection_answered(connection: Connection, *, by: Actor, at: datetime) -> None:
    """The account answered as itself. Nothing is told in the log unless it had failed before."""
    changes: dict[str, Any] = {"answered_at": at, "failures": 0, "not_before": None, "error": ""}
    if connection.status == Connection.Status.WORKING:
        Connection.objects.filter(pk=connection.pk, status=Connection.Status.WORKING).update(**changes)
        connection.refresh_from_db()
        return
    move(
        connection,
        to=Connection.Status.WORKING,
        by=by,
        at=at,
        verb="connection.restored",
        also=[connection.account],
        **changes,
    )


@transaction.atomic
def connection_failed(
    connection: Connection, *, by: Actor, at: datetime, error: str, not_before: datetime | None = None
) -> None:
    """The platform did not answer as it should. It is tried again by itself, not before `not_before`."""
    changes: dict[str, Any] = {"error": error, "not_before": not_before, "failures": F("failures") + 1}
    if connection.status == Connection.Status.WORKING:
        move(
            connection,
            to=Connection.Status.FAILING,
            by=by,
            at=at,
            verb="connection.failing",
            reason=error,
            also=[connection.account],
            **changes,
        )
        return
    Connection.objects.filter(pk=connection.pk, status=Connection.Status.FAILING).update(**changes)
    connection.refresh_from_db()


@transaction.atomic
def connection_told_to_wait(connection: Connection, *, at: datetime, not_before: datetime) -> None:
    """The platform asked us to stay away until then. That is no failure of the connection."""
    Connection.objects.filter(pk=connection.pk).update(answered_at=at, not_before=not_before)
    connection.refresh_from_db()


@transaction.atomic
def refuse_connection(connection: Connection, *, by: Actor, at: datetime, error: str) -> None:
    """The credentials are refused, or are another account's: no capture until a person connects it again."""
    if connection.status == Connection.Status.REFUSED:
        return
    move(
        connection,
        to=Connection.Status.REFUSED,
        by=by,
        at=at,
        verb="connection.refused",
        reason=error,
        also=[connection.account],
        error=error,
        failures=F("failures") + 1,
    )
