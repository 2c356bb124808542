"""The registry's pages."""

from accounts.actions import imports, questions
from accounts.actions import requests as wishes
from accounts.actions.access_reviews import open_access_review
from accounts.models import Connection, Credential, DeclaredAccount, Errand, HandOver, Proof
from city.models import Seat, Term
from city.roles import Role
from tests.accounts.make import (
    OTHER_ANSWERS,
    make_account,
    make_administrator,
    make_platforms,
    make_questions,
)
from tests.conftest import NOW, make_office, make_user
from tests.permissions import ADMINISTRATOR_AND_OFFICER, EVERYBODY, Page, public

OFFICER = frozenset({Role.OFFICER})
ASKERS = frozenset({Role.OFFICER, Role.STAFF, Role.HEAD, Role.ALDER, Role.AIDE})
DECLARERS = frozenset({Role.OFFICER, Role.CLERK, Role.ALDER, Role.AIDE})
SECURITY = frozenset({Role.OFFICER, Role.CIO})


def build(world):
    platforms = make_platforms()
    make_questions()
    officer = world.people[Role.OFFICER]
    world.platform = platforms["x"]
    world.account = make_account("parks.testville.example")
    Connection.objects.create(
        account=world.account, service_url="https://bsky.social", identifier="x", secret="x", connected_at=NOW
    )
    world.holder = make_user("Hanna Holder")
    world.administrator = make_administrator(world.account, world.holder)
    world.review = open_access_review(office=world.account.office, by=officer, at=NOW)
    world.proof = Proof.objects.create(
        account=world.account, method="domain", asserted_by=officer, asserted_at=NOW
    )
    seat = Seat.objects.create(office=make_office(), title="A seat", first_election_year=2026)
    term = Term.objects.create(seat=seat, person=world.holder, starts_on=NOW.date())
    world.hand_over = HandOver.objects.create(term=term, opened_at=NOW)
    world.declared = DeclaredAccount.objects.create(
        person=world.holder, kind="personal", platform=world.platform, url="https://x.com/h", declared_at=NOW
    )
    world.credential = Credential.objects.create(
        account=world.account, place="vault", vault="V", vault_path="p", keeper=officer, rotated_on=NOW.date(),
        added_at=NOW,
    )  # fmt: skip
    world.errand = Errand.objects.create(
        account=world.account, kind="remove", about=make_user("Lea Leaver"), due_on=NOW.date(), opened_at=NOW
    )
    head = world.people[Role.HEAD]
    answers = {
        "platform": platforms["bluesky"],
        "name": "Zoo",
        "handle": "zoo.testville.example",
        "criterion": "audience",
        "purpose": "Animals",
        "audience": "Families",
        "generic_email": "zoo@testville.example",
        "primary_administrator": head,
        "backup_administrator": world.holder,
        **OTHER_ANSWERS,
    }
    office = world.parks
    draft = wishes.draft_request(by=head, at=NOW, office=office, **answers)
    world.request = wishes.submit_request(draft, by=head, at=NOW)
    world.request_review = world.request.reviews.get(role="cio")
    denied = wishes.draft_request(
        by=head, at=NOW, office=office, **(answers | {"handle": "no.testville.example"})
    )
    world.denied = wishes.submit_request(denied, by=head, at=NOW)
    wishes.deny_request(world.denied, by=officer, at=NOW, reason="No")
    world.draft = wishes.draft_request(by=officer, at=NOW, office=office)
    world.questions = questions.begin_questions(by=officer, at=NOW)
    world.own_question = questions.add_question(
        world.questions, by=officer, at=NOW, label="Which languages?", kind="short", asks=["new"], step="Audience",
        position=1,
    )  # fmt: skip
    data = f"Department,Platform,Handle\n{office.name},X,zoo\n".encode()
    world.confirmed = imports.check_import(by=officer, at=NOW, file_name="a.csv", data=data)
    world.import_ = imports.check_import(by=officer, at=NOW, file_name="b.csv", data=data)


def account(world):
    return [world.account.pk]


def administrator(world):
    return [world.administrator.pk]


def credential(world):
    return [world.credential.pk]


def batch(world):
    return [world.import_.pk]


def wish(world):
    return [world.request.pk]


PAGES = {
    "accounts:find_accounts": public(),
    "accounts:api:accounts": public(),
    "accounts:api:openapi-json": public(),
    "accounts:api:api-root": public(404),
    "accounts:list_accounts": Page(),
    "accounts:add_account": Page(ADMINISTRATOR_AND_OFFICER),
    "accounts:see_account": Page(args=account),
    "accounts:change_account": Page(OFFICER, args=account),
    "accounts:activate_account": Page(OFFICER, args=account),
    "accounts:pause_account": Page(SECURITY, args=account),
    "accounts:resume_account": Page(OFFICER, args=account),
    "accounts:begin_closing_account": Page(OFFICER, args=account),
    "accounts:retire_account": Page(OFFICER, args=account),
    "accounts:connect_account": Page(OFFICER, args=account),
    "accounts:disconnect_account": Page(OFFICER, args=account),
    "accounts:add_administrator": Page(OFFICER, args=account),
    "accounts:change_administrator": Page(OFFICER, args=administrator),
    "accounts:remove_administrator": Page(OFFICER, args=administrator),
    "accounts:attest_second_factor": Page(SECURITY, args=administrator),
    "accounts:confirm_duties": Page(SECURITY, args=administrator),
    "accounts:list_administrators": Page(),
    "accounts:change_key_rules": Page(SECURITY),
    "accounts:add_credential": Page(OFFICER, args=account),
    "accounts:rotate_credential": Page(OFFICER, args=credential),
    "accounts:end_credential": Page(OFFICER, args=credential),
    "accounts:reveal_credential": Page(OFFICER, args=credential),
    "accounts:list_access_reviews": Page(),
    "accounts:open_access_review": Page(OFFICER),
    "accounts:see_access_review": Page(args=lambda world: [world.review.pk]),
    "accounts:answer_review_line": Page(
        OFFICER, answer=302, method="post", args=lambda world: [world.review.lines.get().pk]
    ),
    "accounts:assert_proof": Page(OFFICER, args=account),
    "accounts:check_proof": Page(OFFICER, answer=302, method="post", args=lambda world: [world.proof.pk]),
    "accounts:withdraw_proof": Page(OFFICER, args=lambda world: [world.proof.pk]),
    "accounts:list_hand_overs": Page(),
    "accounts:see_hand_over": Page(args=lambda world: [world.hand_over.pk]),
    "accounts:list_declared_accounts": Page(),
    "accounts:declare_account": Page(DECLARERS),
    "accounts:end_declared_account": Page(
        frozenset({Role.OFFICER, Role.CLERK}), args=lambda world: [world.declared.pk]
    ),
    "accounts:list_errands": Page(),
    "accounts:complete_errand": Page(OFFICER, args=lambda world: [world.errand.pk]),
    "accounts:deactivate_user": Page(
        ADMINISTRATOR_AND_OFFICER, refusal=(403, 404), args=lambda world: [world.holder.pk]
    ),
    "accounts:list_platforms": Page(),
    "accounts:change_platform": Page(SECURITY, args=lambda world: [world.platform.pk]),
    "accounts:list_requests": Page(),
    "accounts:draft_request": Page(ASKERS),
    # City-wide roles read every request, and an office its own; for others there is no such request.
    "accounts:see_request": Page(EVERYBODY, answer=(200, 404), args=wish),
    "accounts:change_request": Page(OFFICER, refusal=404, args=lambda world: [world.draft.pk, 1]),
    "accounts:advise_on_request": Page(
        OFFICER, refusal=404, method="post", args=lambda world: [world.draft.pk]
    ),
    "accounts:submit_request": Page(OFFICER, refusal=404, args=lambda world: [world.draft.pk]),
    "accounts:list_questions": Page(),
    "accounts:begin_questions": Page(OFFICER, answer=302, method="post"),
    "accounts:add_question": Page(OFFICER, args=lambda world: [world.questions.pk]),
    "accounts:adopt_questions": Page(
        OFFICER, answer=302, method="post", args=lambda world: [world.questions.pk]
    ),
    "accounts:change_question": Page(OFFICER, args=lambda world: [world.own_question.pk]),
    "accounts:remove_question": Page(
        OFFICER, answer=302, method="post", args=lambda world: [world.own_question.pk]
    ),
    "accounts:approve_request": Page(OFFICER, refusal=(403, 404), args=wish),
    "accounts:deny_request": Page(OFFICER, refusal=(403, 404), args=wish),
    "accounts:review_request": Page(
        frozenset({Role.CIO}), refusal=(403, 404), args=lambda world: [world.request_review.pk]
    ),
    "accounts:reconsider_request": Page(
        frozenset({Role.HEAD}), refusal=(403, 404), args=lambda world: [world.denied.pk]
    ),
    "accounts:withdraw_request": Page(frozenset({Role.HEAD}), refusal=(403, 404), args=wish),
    "accounts:list_imports": Page(ADMINISTRATOR_AND_OFFICER),
    "accounts:check_import": Page(ADMINISTRATOR_AND_OFFICER),
    "accounts:see_import": Page(ADMINISTRATOR_AND_OFFICER, args=batch),
    "accounts:follow_import": Page(ADMINISTRATOR_AND_OFFICER, args=batch),
    "accounts:confirm_import": Page(
        ADMINISTRATOR_AND_OFFICER, answer=(302, 409), method="post", args=lambda world: [world.confirmed.pk]
    ),
    "accounts:discard_import": Page(ADMINISTRATOR_AND_OFFICER, answer=(302, 409), method="post", args=batch),
}
