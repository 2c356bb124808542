"""The city's numbers for accounts and their keys."""

from datetime import datetime

from django.db import transaction

from accounts.models import KeyRules, key_rules
from accounts.permissions import can_change_key_rules
from city import log
from city.actors import Actor
from city.permissions import require
from city.refusals import Refusal


@transaction.atomic
def change_key_rules(*, by: Actor, at: datetime, reason: str = "", **numbers: int) -> KeyRules:
    """Change how long things hold. Findings follow at once, because they are computed."""
    require(can_change_key_rules, by, None, at)
    rules = KeyRules.objects.select_for_update().filter(id=1).first() or key_rules()
    before = {name: getattr(rules, name) for name in numbers}
    changed = {name: [before[name], value] for name, value in numbers.items() if before[name] != value}
    for name, value in numbers.items():
        setattr(rules, name, value)
    if not rules.closing_first_days > rules.closing_second_days > rules.closing_last_hours / 24:
        raise Refusal(
            "The notices before a closing must come one after the other.", field="closing_second_days"
        )
    if not changed:
        return rules
    log.keep(rules, by=by, at=at, reason=reason)
    log.note(rules, verb="key_rules.changed", by=by, at=at, reason=reason, data={"changed": changed})
    return rules
