"""The composer: a post is begun and changed here, with the gate's verdict beside it."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from city.models import Office
from city.permissions import require
from city.refusals import Refusal
from city.requests import CityRequest
from posts import actions, gate, permissions, rules
from posts.actions import Draft, keep_media
from posts.forms import NO_RECORD, PLACES, ComposePostForm, initial_of
from posts.gate import Moment, Wording
from posts.models import Media, Post, Revision
from posts.rules import Drawn
from records.models import Record

ask_and_do = require_http_methods(["GET", "HEAD", "POST"])
#: Stands for the number of a post that is not saved yet, when its length is counted.
NOT_YET = 1_000_000


@ask_and_do
def choose_office(request: CityRequest) -> HttpResponse:
    """Who writes for one office goes straight to its composer."""
    require(permissions.can_draft_posts, request.user, None, request.at)
    own = Office.objects.open_on(request.at.date()).order_by("kind", "number", "name")
    offices = [office for office in own if permissions.can_draft_post(request.user, office, request.at)]
    if len(offices) == 1:
        return redirect("posts:draft_post", offices[0].pk)
    return render(request, "posts/choose_office.html", {"offices": offices})


@ask_and_do
def draft_post(request: CityRequest, office_id: int) -> HttpResponse:
    office = get_object_or_404(Office, pk=office_id)
    require(permissions.can_draft_post, request.user, office, request.at)
    begun = answer_to(request.GET.get("answers", ""))
    form = ComposePostForm(request.POST or None, request.FILES or None, office=office, initial=begun)
    if request.method == "POST" and form.is_valid():
        post = saved(
            request, form, lambda draft: actions.draft_post(office, draft, by=request.user, at=request.at)
        )
        if post:
            return after_saving(request, form, post)
    return render(request, "posts/draft_post.html", composer(request, form, office))


def answer_to(record: str) -> dict[str, str]:
    """What stands in the composer at first when somebody answers an archived message."""
    return {"record": record, "exemption": Revision.Exemption.ANSWER} if record.isdecimal() else {}


@ask_and_do
def change_post(request: CityRequest, post_id: int) -> HttpResponse:
    post = get_object_or_404(Post.objects.visible_to(request.user, request.at), pk=post_id)
    require(permissions.can_change_post, request.user, post, request.at)
    form = ComposePostForm(
        request.POST or None, request.FILES or None, office=post.office, initial=initial_of(post)
    )
    if request.method == "POST" and form.is_valid():
        seen = form.cleaned_data["seen"]
        kept = saved(
            request,
            form,
            lambda draft: actions.change_post(post, draft, by=request.user, at=request.at, seen=seen),
        )
        if kept:
            return after_saving(request, form, kept)
    return render(request, "posts/change_post.html", composer(request, form, post.office, post))


@require_POST
def check_post(request: CityRequest, office_id: int) -> HttpResponse:
    """The verdict on what stands in the composer, while it is written."""
    office = get_object_or_404(Office, pk=office_id)
    require(permissions.can_draft_post, request.user, office, request.at)
    form = ComposePostForm(request.POST, office=office)
    return render(request, "posts/_verdict.html", composer(request, form, office))


def saved(request: CityRequest, form: ComposePostForm, act) -> Post | None:
    """Keep the pictures and carry the act out; a refusal stands beside its field and nothing typed is lost."""
    try:
        return act(draft_of(request, form))
    except Refusal as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        return None


def after_saving(request: CityRequest, form: ComposePostForm, post: Post) -> HttpResponse:
    """Saved is saved, also when the gate does not let it go further: then it says why."""
    if request.POST.get("do") != "submit":
        messages.success(request, "Saved as a draft. Nobody else is asked yet.")
        return redirect(post)
    try:
        actions.submit_post(post, by=request.user, at=request.at)
    except Refusal as refusal:
        messages.error(request, f"It is saved, but cannot be submitted yet: {refusal.message}")
        return redirect("posts:change_post", post.pk)
    messages.success(request, "Submitted. Somebody other than you must approve it.")
    return redirect(post)


def draft_of(request: CityRequest, form: ComposePostForm) -> Draft:
    """What was typed, with its pictures kept."""
    values = form.cleaned_data
    message = values["record"]
    if message and not Record.objects.visible_to(request.user, request.at).filter(pk=message.pk).exists():
        raise Refusal(NO_RECORD, field="record")
    pictures = []
    for place in PLACES:
        upload, name = values.get(f"picture_{place}"), values.get(f"media_{place}")
        if values.get(f"remove_{place}"):
            continue
        if upload:
            pictures.append((kept_picture(request, form, place, upload), values[f"alt_{place}"]))
        elif media := Media.objects.filter(pk=name).first():
            pictures.append((media, values[f"alt_{place}"]))
    named = ("text", "link", "message", "citation", "scheduled_for")
    return Draft(
        **{name: values[name] for name in named},
        targets=tuple(values["targets"]),
        pictures=tuple(pictures),
        record=message,
        exemption=values["exemption"] or "none",
    )


def keep_uploads(request: CityRequest, form: ComposePostForm) -> None:
    """Pictures that came with a form which is shown again: nobody chooses them twice."""
    form.data = typed = request.POST.copy()
    for place in PLACES:
        upload = request.FILES.get(f"picture_{place}")
        if not upload or f"picture_{place}" in form.errors:
            continue
        upload.seek(0)
        with suppress(Refusal):
            media = keep_media(upload.read(), by=request.user, at=request.at)
            typed[f"media_{place}"] = form.cleaned_data[f"media_{place}"] = media.pk


def kept_picture(request: CityRequest, form: ComposePostForm, place: int, upload) -> Media:
    try:
        return keep_media(upload.read(), by=request.user, at=request.at)
    except Refusal as refusal:
        raise Refusal(refusal.message, field=f"picture_{place}") from refusal


def composer(request: CityRequest, form: ComposePostForm, office: Office, post: Post | None = None) -> dict:
    """What the composer shows: the form, its pictures, the verdict, and how it will look on each network."""
    if form.is_bound:
        form.is_valid()
        keep_uploads(request, form)
    values = form.cleaned_data if form.is_bound else form.initial
    chosen = list(form.offered.filter(pk__in=[getattr(t, "pk", t) for t in values.get("targets", [])]))
    wording = wording_in(request, form, office, values, post)
    when = values.get("scheduled_for")
    asked = {"by": request.user, "at": request.at, "moment": Moment.COMPOSE}
    speaks = max(when, request.at) if when else request.at
    written = bool(wording.text.strip() or wording.pictures)
    return {
        "form": form,
        "office": office,
        "post": post,
        "slots": list(form.slots()),
        "written": written,
        "previews": previews(wording, chosen),
        "verdict": gate.verdict_everywhere(wording, chosen, speaks_at=speaks, **asked),
    }


def wording_in(
    request: CityRequest, form: ComposePostForm, office: Office, values: Mapping[str, Any], post: Post | None
) -> Wording:
    """The unsaved wording as the gate sees it. A picture that is only chosen counts without its size."""
    drawn = []
    kept = {
        name: media.size
        for name, media in Media.objects.in_bulk([values.get(f"media_{n}") or "" for n in PLACES]).items()
    }
    for place in PLACES:
        name = values.get(f"media_{place}") or ""
        chosen = (
            bool(values.get(f"picture_{place}") or form.data.get(f"picture_{place}"))
            if form.is_bound
            else False
        )
        if (name in kept or chosen) and not values.get(f"remove_{place}"):
            drawn.append(Drawn(values.get(f"alt_{place}") or "", kept.get(name, 0)))
    return Wording(
        office=office,
        author=request.user,
        text=(values.get("text") or "").replace("\r\n", "\n"),
        link=values.get("link") or "",
        pictures=tuple(drawn),
        exemption=values.get("exemption") or "none",
        permalink=gate.public_address(post.pk if post else NOT_YET),
    )


def previews(wording: Wording, accounts) -> list[dict]:
    """How it will read in each place, and how much room is left there."""
    shown = []
    for account in (None, *accounts):
        text = wording.delivered_to(account)
        limits = rules.LIMITS[account.platform.module if account else "website"]
        used = rules.characters(text)
        left = limits.characters - used
        shown.append(
            {
                "place": account or "The city’s website",
                "text": text,
                "used": used,
                "left": left,
                "limits": limits,
            }
        )
    return shown
