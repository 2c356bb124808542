"""Who may do what with the registry. Default deny."""

from django.db.models import Q

from accounts.models import Administrator
from city.actors import SystemActor
from city.models import User
from city.roles import Role

#: Who tells the city something without signing in.
PUBLIC = SystemActor("A member of the public", frozenset({"can_report_impostor"}))

#: Those who may ask for an account, each for their own offices.
ASKERS = (Role.STAFF, Role.HEAD, Role.ALDER, Role.AIDE)


def can_see_registry(user: User, _thing, at) -> bool:
    """Which accounts speak for the city is no secret inside it."""
    return bool(user.grants_at(at))


def can_change_platform(user: User, _platform, at) -> bool:
    """Approving a platform is the CIO's and the officer's act (Milwaukee, Minneapolis)."""
    return user.has_role(Role.OFFICER, Role.CIO, at=at)


def can_add_account(user: User, _account, at) -> bool:
    return user.has_role(Role.OFFICER, Role.ADMINISTRATOR, at=at)


def can_change_account(user: User, _account, at) -> bool:
    return user.has_role(Role.OFFICER, at=at)


def can_activate_account(user: User, _account, at) -> bool:
    return user.has_role(Role.OFFICER, at=at)


def can_pause_account(user: User, _account, at) -> bool:
    """IT security may stop an account at once; only the officer lets it go on."""
    return user.has_role(Role.OFFICER, Role.CIO, at=at)


def can_resume_account(user: User, _account, at) -> bool:
    return user.has_role(Role.OFFICER, at=at)


def can_begin_closing_account(user: User, _account, at) -> bool:
    return user.has_role(Role.OFFICER, at=at)


def can_retire_account(user: User, _account, at) -> bool:
    return user.has_role(Role.OFFICER, at=at)


def can_change_administrators(user: User, account, at) -> bool:
    """The officer, and the head of the department that answers for the account."""
    return user.has_role(Role.OFFICER, at=at) or user.has_role(Role.HEAD, at=at, office=account.office)


def can_change_key_rules(user: User, _rules, at) -> bool:
    """How long an attestation holds is the officer's and IT security's decision."""
    return user.has_role(Role.OFFICER, Role.CIO, at=at)


def can_attest_second_factor(user: User, administrator, at) -> bool:
    """Whoever may change the roster, and IT security; never for oneself.

    An attestation is worth something because a second person has seen the setting. It is what an auditor
    asks about (Denver, Lexington), so a statement about oneself does not count as one.
    """
    if administrator.user_id == user.pk:
        return False
    return user.has_role(Role.CIO, at=at) or can_change_administrators(user, administrator.account, at)


def can_confirm_duties(user: User, administrator, at) -> bool:
    """As with the second factor: somebody else, who knows the job description."""
    return can_attest_second_factor(user, administrator, at)


def can_connect_account(user: User, account, at) -> bool:
    """The officer, and the account's own people with full control: they have the secret anyway."""
    return user.has_role(Role.OFFICER, at=at) or _has_full_control(user, account, at)


def can_keep_credentials(user: User, account, at) -> bool:
    """The officer, and the account's own people with full control: they know the secret anyway."""
    return user.has_role(Role.OFFICER, at=at) or _has_full_control(user, account, at)


def can_reveal_credential(user: User, credential, at) -> bool:
    """As who may keep it; each time with a fresh second factor, a reason, and a letter to the officer."""
    return can_keep_credentials(user, credential.account, at)


def can_open_access_review(user: User, _office, at) -> bool:
    return user.has_role(Role.OFFICER, at=at)


def can_answer_review_line(user: User, line, at) -> bool:
    """The account's own keepers, the head and the officer; nobody says of themselves that they need the key."""
    row = line.administrator
    if row.user_id == user.pk:
        return False
    return can_change_administrators(user, row.account, at) or _has_full_control(user, row.account, at)


def answers_for(user: User, at) -> Q:
    """The same as a filter of lines, but for the line about the person: at which accounts they answer."""
    if not user.grants_at(at):
        return Q(pk__in=[])
    if user.has_role(Role.OFFICER, at=at):
        return Q()
    full = Administrator.objects.full().filter(user=user)
    offices = user.office_ids(at, Role.HEAD)
    mine = Q(administrator__account__office__in=offices) | Q(
        administrator__account__office__parent__in=offices
    )
    return mine | Q(administrator__account__in=full.values("account"))


def can_prove_account(user: User, account, at) -> bool:
    """As for credentials: the officer, and the account's own people with full control."""
    return can_keep_credentials(user, account, at)


def declares_for_others(user: User, at) -> bool:
    return user.has_role(Role.OFFICER, Role.CLERK, at=at)


def can_declare_account(user: User, person, at) -> bool:
    """Elected members and council staff declare their own; the officer and the Clerk enter what they were told."""
    own = person.pk == user.pk and user.has_role(Role.ALDER, Role.AIDE, at=at)
    return own or declares_for_others(user, at)


def can_disconnect_account(user: User, _account, at) -> bool:
    """Without a connection nothing is archived: the officer's decision alone."""
    return user.has_role(Role.OFFICER, at=at)


def can_complete_errand(user: User, errand, at) -> bool:
    """The officer, the head of the department, and the account's people; not the leaver it is about."""
    if errand.about_id == user.pk or not user.is_active:
        return False
    return can_change_administrators(user, errand.account, at) or _has_full_control(user, errand.account, at)


def can_request_account(user: User, office, at) -> bool:
    """Staff ask for their own offices. With no office: whether there is one they may ask for."""
    if office is None:
        return user.has_role(Role.OFFICER, *ASKERS, at=at)
    return user.has_role(Role.OFFICER, at=at) or user.has_role(*ASKERS, at=at, office=office)


def can_change_request(user: User, request, at) -> bool:
    """Who asked; and once it was sent and given back, colleagues who may ask for that office too."""
    own = request.requested_by_id == user.pk
    return (own or request.status == "changes") and can_request_account(user, request.office, at)


def can_withdraw_request(user: User, request, at) -> bool:
    """Who asked, or the head of that office."""
    return request.requested_by_id == user.pk or user.has_role(Role.HEAD, at=at, office=request.office)


def can_decide_request(user: User, request, at) -> bool:
    """The officer decides, and nobody decides what they themselves asked for or helped to write."""
    return user.has_role(Role.OFFICER, at=at) and not _has_part(user, request)


def can_review_request(user: User, review, at) -> bool:
    """Whoever holds the role for that office today, so that one who left stops nothing; never on one's own."""
    held = user.has_role(review.role, at=at, office=review.request.office)
    return held and not _has_part(user, review.request)


def can_reconsider_request(user: User, request, at) -> bool:
    """The side that asked answers a denial."""
    return request.requested_by_id == user.pk and can_request_account(user, request.office, at)


def _has_part(user: User, request) -> bool:
    return request.requested_by_id == user.pk or request.writers.filter(pk=user.pk).exists()


def can_change_questions(user: User, _questions, at) -> bool:
    """What is asked of who wants an account is the officer's to say."""
    return user.has_role(Role.OFFICER, at=at)


def can_import_accounts(user: User, _import, at) -> bool:
    return user.has_role(Role.OFFICER, Role.ADMINISTRATOR, at=at)


def can_report_impostor(user: User, _impostor, at) -> bool:
    """Everybody may, signed in or not: see PUBLIC."""
    return bool(user.grants_at(at))


def can_handle_impostor(user: User, _impostor, at) -> bool:
    """The officer judges who passes for the city, and IT security, who may be asked at night."""
    return user.has_role(Role.OFFICER, Role.CIO, at=at)


def _has_full_control(user: User, account, at) -> bool:
    """A grant in the city besides, so that a name on an old roster opens nothing."""
    return bool(user.grants_at(at)) and account.administrators.full().filter(user=user).exists()
