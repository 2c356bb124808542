"""Every verb of the log knows its sentence. Each app has its own in `<app>/verbs.py` as `VERBS`."""

from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING

from django.apps import apps

if TYPE_CHECKING:
    from city.models import Entry

VERBS = {
    "city.set_up": "{actor} set up {subject} in Rostrum",
    "city.changed": "{actor} changed the settings of {subject}",
    "office.added": "{actor} added {subject}",
    "office.changed": "{actor} changed {subject}",
    "office.closed": "{actor} closed {subject}",
    "seat.added": "{actor} added the seat {subject}",
    "seat.changed": "{actor} changed the seat {subject}",
    "term.recorded": "{actor} recorded the term {subject}",
    "term.ended": "{actor} recorded the end of the term {subject}",
    "user.invited": "{actor} invited {subject}",
    "user.joined": "{subject} accepted the invitation and set a password",
    "user.changed": "{actor} changed the entry of {subject}",
    "user.deactivated": "{actor} deactivated {subject} and ended every session",
    "user.reactivated": "{actor} let {subject} sign in again",
    "user.sessions_ended": "{actor} signed {subject} out everywhere",
    "grant.given": "{actor} gave the role {subject}",
    "grant.ended": "{actor} ended the role {subject}",
    "holiday.added": "{actor} added the holiday {subject}",
    "user.invited_again": "{actor} sent {subject} another invitation",
    "mail.failed": "{actor} could not deliver {subject}",
    "mail.sent_again": "{actor} had {subject} sent again",
}


@cache
def all_verbs() -> dict[str, str]:
    """Verb → sentence with `{actor}` and `{subject}`, over all apps. Raises ValueError for one told twice."""
    verbs: dict[str, str] = {}
    for config in apps.get_app_configs():
        name = f"{config.name}.verbs"
        if "site-packages" in config.path or find_spec(name) is None:
            continue
        for verb, sentence in import_module(name).VERBS.items():
            if verb in verbs:
                raise ValueError(f"{verb} has two sentences")
            verbs[verb] = sentence
    return verbs


def check_verb(verb: str) -> None:
    """Raises KeyError for a verb without a sentence."""
    if verb not in all_verbs():
        raise KeyError(f"{verb} has no sentence: add it to the verbs.py of its app")


def sentence(entry: "Entry") -> str:
    """What an entry tells, as one sentence without its reason."""
    return all_verbs()[entry.verb].format(actor=entry.actor_name, subject=entry.subject_label)
