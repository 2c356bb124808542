"""The pages of posts: for the office that writes them, for who approves, and for everybody."""

from datetime import timedelta

from city.roles import Role
from posts.actions import Draft, approve_post, draft_post, keep_media, schedule_post, submit_post
from posts.sending import send_dispatch
from tests.conftest import NOW, make_user
from tests.permissions import EVERYBODY, READERS, Page, public
from tests.posts.make import TEXT, make_png


def build(world):
    world.writer = make_user("Wilma Writer", Role.AIDE, office=world.district)
    approver = make_user("Arno Approver", Role.AIDE, office=world.district)
    picture = keep_media(make_png(), by=world.writer, at=NOW)
    draft = Draft(TEXT, pictures=((picture, "A plow"),))
    world.post = submit_post(
        draft_post(world.district, draft, by=world.writer, at=NOW), by=world.writer, at=NOW
    )
    out = submit_post(draft_post(world.district, draft, by=world.writer, at=NOW), by=world.writer, at=NOW)
    approve_post(out, by=approver, at=NOW, seen=out.current_id)
    schedule_post(out, to=NOW, by=world.writer, at=NOW, second_factor_at=NOW)
    world.sent = send_dispatch(
        out.dispatches.get().pk, worker="test", clock=lambda: NOW + timedelta(seconds=1)
    )
    world.published, world.picture = out, picture


def post(world):
    return [world.post.pk]


#: Roles that write for District 3 (the clerk and the officer write for any office).
WRITES = frozenset({Role.ALDER, Role.AIDE, Role.CLERK, Role.OFFICER})
WRITES_SOMEWHERE = WRITES | {Role.STAFF, Role.HEAD}
SEES = READERS | {Role.ALDER, Role.AIDE}
APPROVES = frozenset({Role.ALDER, Role.AIDE, Role.OFFICER})
NO = (403, 404)

PAGES = {
    "posts:list_posts": Page(EVERYBODY),
    "posts:calendar": Page(EVERYBODY),
    "posts:choose_office": Page(WRITES_SOMEWHERE, answer=(200, 302)),
    "posts:draft_post": Page(WRITES, args=lambda world: [world.district.pk]),
    "posts:check_post": Page(WRITES, method="post", args=lambda world: [world.district.pk]),
    "posts:see_post": Page(SEES, refusal=404, args=post),
    "posts:change_post": Page(WRITES, refusal=NO, args=post),
    "posts:submit_post": Page(WRITES, refusal=NO, args=post),
    "posts:approve_post": Page(APPROVES, refusal=NO, args=post),
    "posts:return_post": Page(APPROVES, refusal=NO, args=post),
    "posts:schedule_post": Page(WRITES, refusal=NO, args=post),
    "posts:publish_now": Page(WRITES, refusal=NO, args=post),
    "posts:withdraw_post": Page(WRITES, refusal=NO, args=post),
    "posts:park_post": Page(WRITES, refusal=NO, args=post),
    "posts:unpark_post": Page(WRITES, refusal=NO, args=post),
    "posts:retry_dispatch": Page(WRITES, refusal=NO, args=lambda world: [world.sent.pk]),
    "posts:official": public(),
    "posts:public_post": public(args=lambda world: [world.published.pk]),
    "posts:picture": public(args=lambda world: [world.picture.pk]),
    "posts:district_page": public(args=lambda world: [3]),
    "posts:office_page": public(args=lambda world: [world.district.slug]),
    "posts:office_feed": public(args=lambda world: [world.district.slug, "atom"]),
}
