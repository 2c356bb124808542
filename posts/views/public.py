"""What everybody reads: an office's page with its official posts, their permalinks, feeds and pictures."""

from zoneinfo import ZoneInfo

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import feedgenerator
from django.views.decorators.http import require_safe

from accounts.models import Account, Silence
from accounts.models.silence import office_silence
from city.clock import day_of
from city.models import Office, Term
from city.requests import CityRequest, is_from_nobody
from posts.forms import city_zone
from posts.gate import public_address
from posts.models import Dispatch, Media, Picture, Post
from posts.permissions import can_draft_post

IN_A_FEED = 30


def official_posts(office: Office | None = None):
    """Published posts, newest first, each with its pictures and where else it stands."""
    rows = (
        Post.objects.published()
        .select_related("office", "current")
        .prefetch_related("current__pictures__media")
    )
    rows = rows.filter(office=office) if office else rows
    return rows.order_by("-published_at", "-pk")


@login_not_required
@require_safe
def official(request: CityRequest) -> HttpResponse:
    """The offices whose official posts stand on the city's website."""
    today = day_of(request.at, ZoneInfo(city_zone()))
    offices = Office.objects.open_on(today)
    speaking = offices.filter(pk__in=Post.objects.published().values("office_id"))
    holders = Term.objects.on(today).select_related("person", "seat")
    names = {term.seat.office_id: term.person.name for term in holders}
    districts = offices.filter(kind="district").order_by("number")
    context = {
        "districts": [(office, names.get(office.pk, "")) for office in districts],
        "others": speaking.exclude(kind="district"),
        "newest": official_posts().prefetch_related(None)[:10],
    }
    return render(request, "posts/official.html", context)


@login_not_required
@require_safe
def public_post(request: CityRequest, post_id: int) -> HttpResponse:
    post = get_object_or_404(official_posts(), pk=post_id)
    return render(request, "posts/public_post.html", {"post": post, **around(request, post.office)})


@login_not_required
@require_safe
def district_page(request: CityRequest, number: int) -> HttpResponse:
    return page_of(request, get_object_or_404(Office, kind=Office.Kind.DISTRICT, number=number))


@login_not_required
@require_safe
def office_page(request: CityRequest, slug: str) -> HttpResponse:
    return page_of(request, get_object_or_404(Office, slug=slug))


def page_of(request: CityRequest, office: Office) -> HttpResponse:
    page = Paginator(official_posts(office), 20).get_page(request.GET.get("page"))
    context = {"page": page, "may_write": may_write(request, office), **around(request, office)}
    return render(request, "posts/office_page.html", context)


def may_write(request: CityRequest, office: Office) -> bool:
    """Whether this reader is somebody who writes for the office: they start from the page itself."""
    return request.user.is_authenticated and can_draft_post(request.user, office, request.at)


def around(request: CityRequest, office: Office) -> dict:
    """The office as the public meets it now: who holds the seat, how to reach it, and where else it speaks."""
    today = day_of(request.at, ZoneInfo(city_zone()))
    silence = office_silence(office, request.at)
    accounts = [] if silence else list(linked_accounts(office, request.at))
    term = Term.objects.on(today).filter(seat__office=office).select_related("person", "seat").first()
    if silence is None and not accounts:
        silence = Silence.objects.at(request.at).filter(account__office=office).order_by("-ends_at").first()
    return {"office": office, "term": term, "silence": silence, "accounts": accounts}


def linked_accounts(office: Office, at):
    """The office's accounts that the city stands behind, without those that are silent now."""
    silent = Silence.objects.at(at).filter(account__isnull=False).values("account_id")
    return Account.objects.public().filter(office=office).exclude(pk__in=silent).select_related("platform")


@login_not_required
@require_safe
def office_feed(request: CityRequest, slug: str, form: str) -> HttpResponse:
    """The official posts of an office as Atom or JSON Feed: the city's site is where they can be followed."""
    office = get_object_or_404(Office, slug=slug)
    posts = list(official_posts(office)[:IN_A_FEED])
    return json_feed(request, office, posts) if form == "json" else atom_feed(request, office, posts)


def page_address(request: CityRequest, office: Office) -> str:
    if office.kind == Office.Kind.DISTRICT:
        return request.build_absolute_uri(reverse("posts:district_page", args=[office.number]))
    return request.build_absolute_uri(reverse("posts:office_page", args=[office.slug]))


def title_of(post: Post) -> str:
    first = post.revision.text.strip().split("\n")[0]
    return first if len(first) <= 90 else f"{first[:89].rstrip()}…"


def atom_feed(request: CityRequest, office: Office, posts: list[Post]) -> HttpResponse:
    feed = feedgenerator.Atom1Feed(
        title=f"{office.name}: official posts",
        link=page_address(request, office),
        description=f"Official posts of {office.name}",
        feed_url=request.build_absolute_uri(),
        language="en",
    )
    for post in posts:
        address = public_address(post.pk)
        feed.add_item(
            title_of(post), address, described(post), unique_id=address, pubdate=post.published_at,
            updateddate=post.published_at, author_name=office.name,
        )  # fmt: skip
    return HttpResponse(feed.writeString("utf-8"), content_type="application/atom+xml; charset=utf-8")


def json_feed(request: CityRequest, office: Office, posts: list[Post]) -> JsonResponse:
    """JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/)."""
    items = [
        {
            "id": public_address(post.pk),
            "url": public_address(post.pk),
            "title": title_of(post),
            "content_text": described(post),
            "date_published": post.published_at and post.published_at.isoformat(),
            "attachments": [
                {
                    "url": picture_address(request, picture),
                    "mime_type": picture.media.mime,
                    "title": picture.alt,
                }
                for picture in post.revision.pictures.all()
            ],
        }
        for post in posts
    ]
    value = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": f"{office.name}: official posts",
        "home_page_url": page_address(request, office),
        "feed_url": request.build_absolute_uri(),
        "items": items,
    }
    return JsonResponse(
        value, content_type="application/feed+json", json_dumps_params={"ensure_ascii": False}
    )


def described(post: Post) -> str:
    """The text with a description of each picture, for readers that show text alone."""
    pictures = [f"Picture: {picture.alt}" for picture in post.revision.pictures.all()]
    link = [post.revision.link] if post.revision.link else []
    return "\n\n".join([post.revision.text, *link, *pictures])


def picture_address(request: CityRequest, picture: Picture) -> str:
    return request.build_absolute_uri(reverse("posts:picture", args=[picture.media_id]))


@login_not_required
@require_safe
def picture(request: CityRequest, sha256: str) -> HttpResponse:
    """The bytes of a picture: everybody's once it is published, before that only for who may see its post."""
    media = get_object_or_404(Media, pk=sha256)
    uses = Picture.objects.filter(media=media)
    shown = Dispatch.objects.filter(account=None, status=Dispatch.Status.SENT, revision__pictures__in=uses)
    if not shown.exists() and not may_see_unpublished(request, media, uses):
        raise Http404
    response = HttpResponse(media.body(), content_type=media.mime)
    response["Cache-Control"] = (
        "public, max-age=31536000, immutable" if shown.exists() else "private, no-store"
    )
    response["X-Content-Type-Options"] = "nosniff"
    return response


def may_see_unpublished(request: CityRequest, media: Media, uses) -> bool:
    if is_from_nobody(request):
        return False
    posts = Post.objects.visible_to(request.user, request.at).filter(revisions__pictures__in=uses)
    return media.uploaded_by_id == request.user.pk or posts.exists()
