"""Hand-overs of a seat's accounts: opened on the day a term starts, and errands for whoever's term has ended."""

from datetime import datetime, timedelta

from django.db import transaction

from accounts.actions.errands import open_errand
from accounts.faults import LIVING
from accounts.models import Account, Administrator, Errand, HandOver
from accounts.models.errand import city_day
from city import log
from city.actors import SystemActor
from city.models import Term, User

CALENDAR = SystemActor("The calendar")
#: Terms that began or ended longer ago than this were handed over before there was anybody to remind.
LOOK_BACK = timedelta(days=30)


def open_due_hand_overs(*, at: datetime) -> list[HandOver]:
    """Open what the city's calendar asks for today. Run again, it opens nothing twice."""
    today = city_day(at)
    ended = Term.objects.filter(ends_on__lte=today, ends_on__gt=today - LOOK_BACK)
    for term in ended.select_related("seat__office", "person"):
        close_keys(term, at=at)
    begun = Term.objects.on(today).filter(starts_on__gt=today - LOOK_BACK, hand_over=None)
    opened = [open_hand_over(term, at=at) for term in begun.select_related("seat__office", "person")]
    return [one for one in opened if one is not None]


@transaction.atomic
def close_keys(term: Term, *, at: datetime) -> list[Errand]:
    """What must be done at each account when a term has ended: remove the person, change what they knew."""
    if term.seat.terms.on(city_day(at)).filter(person=term.person).exists():
        return []
    return [
        open_errand(account, kind=kind, about=term.person, by=CALENDAR, at=at)
        for account in _accounts(term)
        if Administrator.objects.current().filter(account=account, user=term.person).exists()
        for kind in (Errand.Kind.REMOVE, Errand.Kind.ROTATE)
        if not Errand.objects.filter(
            account=account, kind=kind, about=term.person, opened_at__gte=at - LOOK_BACK
        ).exists()
    ]


@transaction.atomic
def open_hand_over(term: Term, *, at: datetime) -> HandOver | None:
    """The checklist for a new holder, due today. Who goes on with the seat hands over nothing."""
    Term.objects.select_for_update(of=("self",)).get(pk=term.pk)
    accounts = _accounts(term)
    before = term.seat.terms.filter(starts_on__lt=term.starts_on).select_related("person").first()
    if not accounts or HandOver.objects.filter(term=term).exists():
        return None
    if before is not None and before.person_id == term.person_id:
        return None
    former: User | None = before.person if before else None
    hand_over = HandOver.objects.create(term=term, former=former, opened_at=at)
    log.note(
        hand_over,
        verb="hand_over.opened",
        by=CALENDAR,
        at=at,
        also=[term.seat.office, term.person, *([former] if former else [])],
    )
    for account in accounts:
        for kind in Errand.OF_A_HAND_OVER:
            errand = open_errand(account, kind=kind, about=term.person, by=CALENDAR, at=at)
            Errand.objects.filter(pk=errand.pk).update(hand_over=hand_over)
    Errand.objects.open().filter(account__in=accounts, about=former, about__isnull=False).update(
        hand_over=hand_over
    )
    return hand_over


def _accounts(term: Term) -> list[Account]:
    """The living accounts of the seat's office: the district's, whoever holds it."""
    rows = Account.objects.filter(office=term.seat.office, status__in=LIVING)
    return list(rows.select_related("office", "platform").order_by("pk"))
