"""Writing: beginning a post and changing what it says. Each saving is a new revision; the old ones stay."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction

from accounts.models import Account
from city import log
from city.canonical import digest, sha256
from city.log import clean
from city.models import Office, User
from city.permissions import require
from city.refusals import Refusal
from posts import permissions
from posts.models import Dispatch, Media, Picture, Post, Revision
from posts.pictures import prepared
from records.models import Record


@dataclass(frozen=True)
class Draft:
    """What a person typed. `pictures` are (media, alternative text) in their order."""

    text: str
    link: str = ""
    targets: tuple[Account, ...] = ()
    pictures: tuple[tuple[Media, str], ...] = ()
    exemption: str = Revision.Exemption.NONE
    citation: str = ""
    message: str = ""
    record: Record | None = None
    scheduled_for: datetime | None = None


@transaction.atomic
def keep_media(body: bytes, *, by: User, at: datetime) -> Media:
    """Keep one picture under the hash of its bytes. Raises NotAPicture for what cannot be shown."""
    picture = prepared(body)
    name = sha256(picture.body)
    media, new = Media.objects.get_or_create(
        sha256=name,
        defaults={
            "mime": picture.mime,
            "size": len(picture.body),
            "width": picture.width,
            "height": picture.height,
            "uploaded_by": by,
            "uploaded_at": at,
        },
    )
    if new and not default_storage.exists(media.path):
        default_storage.save(media.path, ContentFile(picture.body))
    return media


@transaction.atomic
def draft_post(office: Office, draft: Draft, *, by: User, at: datetime) -> Post:
    """Begin a post. Nothing leaves before somebody else approves it."""
    require(permissions.can_draft_post, by, office, at)
    post = Post.objects.create(office=office, author=by, created_at=at, scheduled_for=draft.scheduled_for)
    revision = _save_revision(post, draft, by=by, at=at)
    log.note(post, verb="post.drafted", by=by, at=at, also=[office, revision])
    return post


@transaction.atomic
def change_post(post: Post, draft: Draft, *, by: User, at: datetime, seen: int | None = None) -> Post:
    """Save another wording. An approval is of one wording, so this clears it and calls deliveries off.

    `seen`: the number of the wording that the person had before them; Stale if somebody saved another.
    """
    require(permissions.can_change_post, by, post, at)
    post = locked(post)
    if not post.can_change:
        raise Refusal(
            f"This post is {post.get_status_display().lower()}; what it says cannot be changed any more."
        )
    if seen is not None and post.revision.number != seen:
        raise Refusal(
            "Somebody else has saved another wording since you opened it. Compare before you save yours."
        )
    before = post.status
    cancel_deliveries(post, "The wording was changed before it was sent.", by=by, at=at)
    revision = _save_revision(post, draft, by=by, at=at)
    if before == Post.Status.DRAFT:
        Post.objects.filter(pk=post.pk).update(scheduled_for=draft.scheduled_for)
        post.refresh_from_db()
        log.note(post, verb="post.changed", by=by, at=at, data={"revision": revision.number}, also=[revision])
        return post
    _back_to_draft(post, draft, revision, by=by, at=at)
    return post


def locked(post: Post) -> Post:
    """The post as it is now, and nobody else changes it until this transaction ends."""
    return (
        Post.objects.select_for_update(of=("self",))
        .select_related("office", "author", "current")
        .get(pk=post.pk)
    )


def cancel_deliveries(post: Post, why: str, *, by, at: datetime) -> None:
    """Call off what has not been sent. Raises Refusal while a worker is sending it."""
    open_rows = list(post.dispatches.select_for_update().exclude(status__in=("sent", "cancelled")))
    if any(dispatch.status == Dispatch.Status.SENDING for dispatch in open_rows):
        raise Refusal("It is being sent at this moment. Wait a minute and look at what came of it.")
    for dispatch in open_rows:
        log.move(
            dispatch, to=Dispatch.Status.CANCELLED, by=by, at=at, verb="dispatch.cancelled", reason=why,
            also=[post], error=why, failure="", not_before=None,
        )  # fmt: skip


def _back_to_draft(post: Post, draft: Draft, revision: Revision, *, by: User, at: datetime) -> None:
    data = {"revision": revision.number, "clears": post.status}
    log.move(
        post, to=Post.Status.DRAFT, by=by, at=at, verb="post.changed", data=data, also=[revision], why="",
        scheduled_for=draft.scheduled_for, scheduled_by=None, second_factor_at=None,
    )  # fmt: skip


def _save_revision(post: Post, draft: Draft, *, by: User, at: datetime) -> Revision:
    others = [account for account in draft.targets if account.office_id != post.office_id]
    if others:
        raise Refusal(f"{others[0]} does not belong to {post.office}.", field="targets")
    number = post.current.number + 1 if post.current else 1
    text = clean(draft.text).replace("\r\n", "\n")
    fields: dict[str, Any] = {
        "text": text,
        "link": clean(draft.link),
        "targets": sorted({account.pk for account in draft.targets}),
        **_exemption(draft),
    }
    pictures = [(media, clean(alt).strip()) for media, alt in draft.pictures]
    content = {
        "post": post.pk,
        "number": number,
        "author": by.pk,
        **fields,
        "record": fields["record"].pk if fields["record"] else None,
        "pictures": [[media.pk, alt] for media, alt in pictures],
    }
    revision = Revision.objects.create(
        post=post, number=number, author=by, saved_at=at, content_hash=digest(content), **fields
    )
    Picture.objects.bulk_create(
        Picture(revision=revision, place=place, media=media, alt=alt)
        for place, (media, alt) in enumerate(pictures, start=1)
    )
    Post.objects.filter(pk=post.pk).update(current=revision)
    post.current = revision
    return revision


def _exemption(draft: Draft) -> dict:
    """The ground and what it rests on; what belongs to another ground is left out."""
    kinds = Revision.Exemption
    citation, message = clean(draft.citation).strip(), clean(draft.message).strip()
    if draft.exemption == kinds.ANSWER and not (message or draft.record):
        raise Refusal("Attach the constituent’s message that this answers.", field="message")
    if draft.exemption in (kinds.OFFICIAL, kinds.EMERGENCY) and not citation:
        raise Refusal(
            "Name the law, ordinance, resolution or declaration that this carries out.", field="citation"
        )
    answers = draft.exemption == kinds.ANSWER
    named = draft.exemption in (kinds.OFFICIAL, kinds.EMERGENCY)
    return {
        "exemption": draft.exemption,
        "citation": citation if named else "",
        "message": message if answers else "",
        "record": draft.record if answers else None,
    }
