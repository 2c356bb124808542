"""What the city sets for moderation: word lists and the procedure that it follows."""

from datetime import datetime

from django.db import transaction

from city import log
from city.models import User
from city.permissions import require
from city.refusals import Refusal
from comments import permissions, rules
from comments.models import Procedure, WordList
from policies.models import KeywordKind

LONGEST = 20_000


@transaction.atomic
def change_word_list(kind: str, words: str, *, by: User, at: datetime) -> WordList:
    """Change the words of one of the four permitted kinds. They send comments to a person and do nothing else."""
    require(permissions.can_change_word_list, by, None, at)
    if kind not in KeywordKind.values:
        raise Refusal("There are lists for four kinds of words only (Milwaukee’s policy 2.0).")
    lines = dict.fromkeys(line.strip() for line in rules.readable(words).split("\n"))
    text = "\n".join(line for line in lines if line)
    if len(text) > LONGEST:
        raise Refusal(f"The list is too long: at most {LONGEST:,} characters.", field="words")
    found = WordList.objects.select_for_update().filter(kind=kind).first() or WordList(kind=kind)
    found.words = text
    log.keep(found, by=by, at=at)
    log.note(found, verb="word_list.changed", by=by, at=at, data={"words": len(found.lines)})
    return found


@transaction.atomic
def choose_procedure(key: str, reason: str, *, by: User, at: datetime) -> Procedure:
    """Choose how comments are decided from now on; what was decided or is open keeps its own deadlines."""
    require(permissions.can_choose_procedure, by, None, at)
    if key not in rules.PROCEDURES:
        raise Refusal("Choose one of the procedures.", field="key")
    reason = rules.readable(reason).strip()
    if not reason:
        raise Refusal("Write on whose decision, for example the resolution’s file number.", field="reason")
    chosen = Procedure.objects.create(key=key, chosen_at=at, chosen_by=by, reason=reason)
    log.note(chosen, verb="procedure.chosen", by=by, at=at, reason=reason)
    return chosen
