"""The city of the demonstration: settings, offices, districts, terms and people, made by the city's actions."""

from datetime import date, datetime, timedelta

from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

from city.actions.city import set_up_city
from city.actions.offices import add_office, add_seat, record_term
from city.actions.people import accept_invitation, deactivate_user, invite_user, send_invitation
from city.days import nth_weekday
from city.models import Office, User
from city.presets import preset_named
from city.roles import Role
from config.demonstration.offices import CAST, CITY, COLLEAGUES, MAIL_DOMAIN, MEMBERS, OFFICES, PersonRow

#: Everybody's password here. Nothing behind it is real.
PASSWORD = "practice on the bay"
TERM_YEARS = 2


def build_city(founder, *, at: datetime, today: date) -> None:
    """Everything that stands before the first account does. `founder` may do what set-up may."""
    preset = preset_named("wisconsin")
    assert preset is not None
    set_up_city(by=founder, at=at, is_demonstration=True, preset=preset.slug, **{**preset.values, **CITY})
    offices = build_offices(founder, at=at)
    build_seats(founder, offices, at=at, today=today)
    for minutes, row in enumerate([*CAST, *COLLEAGUES]):
        welcome(row, offices, by=founder, at=at + timedelta(hours=1, minutes=minutes))
    for row in CAST:
        user = person(row.key)
        TOTP.activate(user, generate_totp_secret())


def build_offices(founder, *, at: datetime) -> dict[str, Office]:
    offices: dict[str, Office] = {}
    for row in OFFICES:
        offices[row.key] = add_office(
            kind=row.kind,
            name=row.name,
            parent=offices.get(row.parent),
            email=office_address(row.key),
            phone=f"555-01{len(offices):02d}",
            website_url=f"{CITY['website_url']}/{row.key}",
            custodian_position=row.custodian,
            by=founder,
            at=at,
        )
    for number in MEMBERS:
        offices[f"district-{number}"] = add_office(
            kind=Office.Kind.DISTRICT,
            name=f"District {number}",
            number=number,
            parent=offices["council"],
            email=office_address(f"district-{number}"),
            custodian_position="Council chief of staff",
            by=founder,
            at=at,
        )
    return offices


def build_seats(founder, offices: dict[str, Office], *, at: datetime, today: date) -> None:
    """Odd districts are up in the coming spring election, even ones a year later, for two years each.

    The years follow from `today`, so that the demonstration is never out of date.
    """
    for number, (now, before) in MEMBERS.items():
        office = offices[f"district-{number}"]
        began = spring_year(today) - (TERM_YEARS if number % 2 else 1)
        seat = add_seat(
            office,
            title=f"Alder, District {number}",
            term_years=TERM_YEARS,
            first_election_year=began,
            by=founder,
            at=at,
        )
        for name, year in ((before, began - TERM_YEARS), (now, began)):
            member = member_named(name, office, number, by=founder, at=at, sits=name == now)
            starts, ends = third_tuesday_of_april(year), third_tuesday_of_april(year + TERM_YEARS)
            record_term(seat, member, starts_on=starts, ends_on=ends, by=founder, at=at)


def spring_year(today: date) -> int:
    """The year of the spring election whose members have not been seated yet."""
    return today.year if today < third_tuesday_of_april(today.year) else today.year + 1


def third_tuesday_of_april(year: int) -> date:
    """The day on which a newly elected council meets."""
    return nth_weekday(year, 4, 3, 1)


def member_named(name: str, office: Office, number: int, *, by, at: datetime, sits: bool) -> User:
    alder = next(row for row in CAST if row.role == Role.ALDER)
    if name == alder.name:
        return User.objects.filter(email=address(alder.key)).first() or welcome(
            alder, {alder.office: office}, by=by, at=at
        )
    key = "".join(letter for letter in name.lower() if letter.isalpha())
    known = User.objects.filter(email=address(key)).first()
    if known is not None:
        return known
    if sits:
        row = PersonRow(key, name, f"Alder, District {number}", Role.ALDER, f"district-{number}")
        return welcome(row, {row.office: office}, by=by, at=at)
    user = invite_user(email=address(key), name=name, title=f"Former alder, District {number}", by=by, at=at)
    return deactivate_user(user, by=by, at=at, reason="The term has ended.")


def welcome(row: PersonRow, offices: dict[str, Office], *, by, at: datetime) -> User:
    """Invite a person and let them accept, as it happens in life."""
    known = User.objects.filter(email=address(row.key)).first()
    if known is not None:
        return known
    user = invite_user(
        email=address(row.key),
        name=row.name,
        title=row.title,
        role=row.role,
        office=offices[row.office] if row.office else None,
        by=by,
        at=at,
    )
    accept_invitation(send_invitation(user, by=by, at=at), password=PASSWORD, at=at + timedelta(minutes=30))
    return user


def address(key: str) -> str:
    return f"{key}@{MAIL_DOMAIN}"


def office_address(key: str) -> str:
    """An office's generic address; a person of the same key has another one."""
    return f"{key}-office@{MAIL_DOMAIN}"


def person(key: str) -> User:
    return User.objects.get(email=address(key))
