"""The public API of the directory: read-only, the same rows as the page “Find our accounts”."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from ninja import Field, NinjaAPI, Query, Schema

from accounts.directory import listed_accounts, shown_url
from accounts.models import Platform
from accounts.reading import Kind
from accounts.verification import Answer, Verdict, proven_on, verify
from city.models import Office
from city.requests import CityRequest
from city.throttle import API, ApiThrottle, throttled

PER_PAGE = 100
#: How long a reader may keep an answer: short, because a silence begins at an instant.
KEPT = "public, max-age=60"

api = throttled(
    NinjaAPI(
        title="The city’s official accounts",
        version="1",
        description="Which social media accounts are the city’s own. Public, read-only, the same rows as the page "
        f"/find/. One network may ask {API.hard} times in {API.window} seconds; above that the answer is 429, and "
        "Retry-After says for how many seconds.",
        docs_url=None,
        openapi_url="/openapi.json",
        urls_namespace="accounts:api",
        throttle=[ApiThrottle()],
    )
)


class ListedAccount(Schema):
    """One account of the city."""

    id: int
    name: str
    platform: str = Field(description="Short name of the platform, for example bluesky.")
    platform_name: str
    handle: str = Field(description="Without @; empty where the platform gives an account only a number.")
    platform_id: str = Field(description="The platform's own immutable id; empty where it is not known.")
    url: str | None = Field(
        description="The account's address; null while `notice` says that it is not shown."
    )
    notice: str | None = Field(description="Why the address is not shown at present.")
    office: str
    office_slug: str
    district: int | None = Field(description="Number of the district, where the account is a district's.")
    language: str
    status: str = Field(description="active, paused or closing")


class AccountPage(Schema):
    """One page of accounts."""

    count: int = Field(description="How many accounts there are on all pages.")
    page: int
    pages: int
    results: list[ListedAccount]


class Wanted(Schema):
    """Which accounts."""

    q: str = Field("", max_length=200, description="Words, a handle, or an address in any form.")
    office: str = Field("", max_length=120, description="Short name of an office, as in office_slug.")
    district: int | None = Field(None, ge=0, le=32767)
    platform: str = Field("", max_length=30, description="Short name of a platform.")
    language: str = Field("", max_length=12, description="Code of a language, for example es.")
    page: int = Field(1, ge=1, le=1_000_000)


class Question(Schema):
    """Which account is asked about."""

    q: str = Field(
        max_length=5000,
        description="Any form: an address of the account or of one of its posts, @handle, user@server, a platform's id.",
    )
    platform: str = Field("", max_length=30, description="Short name of the platform, for a bare handle.")


class Meant(Schema):
    """An account of the city in an answer."""

    name: str
    platform: str
    handle: str
    platform_id: str
    office: str
    status: str
    url: str | None = Field(description="null for a retired account, and while the city must not link to it.")
    proven_on: str | None = Field(
        description="The last day on which it was seen that the city holds it; null if that is too long ago."
    )


class VerifyAnswer(Schema):
    """What the city says about it."""

    answer: Answer = Field(
        description="proven and asserted: it is ours. retired: it was. impostor: it passes for the city and is not. "
        "not_ours: nothing of ours. cannot_tell: `sentence` says what is missing."
    )
    sentence: str = Field(description="The answer for people.")
    more: list[str] = Field(description="What they should know besides.")
    read_as: Kind = Field(description="What was given.")
    platform: str | None
    handle: str | None
    platform_id: str | None
    canonical: str | None = Field(description="The one address of the account that was read.")
    accounts: list[Meant] = Field(description="The accounts of ours that are meant.")
    looks_like: list[Meant] = Field(description="Accounts of ours with which it could be confused.")


class Waiting(Schema):
    """Asked too often: Retry-After says for how many seconds to wait."""

    detail: str


@api.get(
    "verify",
    response={200: VerifyAnswer, 429: Waiting},
    summary="Is this account ours?",
    url_name="verify",
)
def verify_one(request: CityRequest, response: HttpResponse, asked: Query[Question]) -> dict[str, Any]:
    """What the city says about one account. It is never opened. An unknown platform is a 404."""
    on = get_object_or_404(Platform, slug=asked.platform.replace("\x00", "")) if asked.platform else None
    response["Cache-Control"] = KEPT
    return _verdict(verify(asked.q, at=request.at, city=request.city, on=on))


def _verdict(verdict: Verdict) -> dict[str, Any]:
    found = verdict.found
    return {
        "answer": verdict.answer,
        "sentence": verdict.sentence,
        "more": verdict.more,
        "read_as": found.kind,
        "platform": found.platform.slug if found.platform else None,
        "handle": found.handle or None,
        "platform_id": found.native_id or None,
        "canonical": found.url or None,
        "accounts": [_meant(row) for row in verdict.accounts],
        "looks_like": [_meant(row) for row in verdict.alike],
    }


def _meant(row: Any) -> dict[str, Any]:
    proven = proven_on(row)
    return {
        "name": row.name,
        "platform": row.platform.slug,
        "handle": row.handle,
        "platform_id": row.native_id,
        "office": row.office.name,
        "status": row.status,
        "url": (shown_url(row) or None) if row.status in row.PUBLIC else None,
        "proven_on": proven.isoformat() if proven else None,
    }


@api.get(
    "accounts", response={200: AccountPage, 429: Waiting}, summary="The city’s accounts", url_name="accounts"
)
def accounts(request: CityRequest, response: HttpResponse, wanted: Query[Wanted]) -> dict[str, Any]:
    """The accounts that the filters leave, 100 on a page. An unknown office or platform is a 404."""
    filters: dict[str, Any] = {"q": wanted.q.replace("\x00", ""), "district": wanted.district}
    filters["language"] = wanted.language.replace("\x00", "")
    if wanted.office:
        filters["office"] = get_object_or_404(Office, slug=wanted.office.replace("\x00", ""))
    if wanted.platform:
        filters["platform"] = get_object_or_404(Platform, slug=wanted.platform.replace("\x00", ""))
    page = Paginator(listed_accounts(filters, request.at), PER_PAGE).get_page(wanted.page)
    response["Cache-Control"] = KEPT
    results = [_listed(row) for row in page.object_list]
    return {
        "count": page.paginator.count,
        "page": page.number,
        "pages": page.paginator.num_pages,
        "results": results,
    }


def _listed(row: Any) -> dict[str, Any]:
    return {
        "id": row.pk,
        "name": row.name,
        "platform": row.platform.slug,
        "platform_name": row.platform.name,
        "handle": row.handle,
        "platform_id": row.native_id,
        "url": shown_url(row) or None,
        "notice": row.notice or None,
        "office": row.office.name,
        "office_slug": row.office.slug,
        "district": row.office.number,
        "language": row.language,
        "status": row.status,
    }


def public_urls():
    """The API's addresses, open to everybody: the sign-in requirement reads a mark on each view."""
    patterns, app_name, namespace = api.urls
    for pattern in patterns:
        assert pattern.callback is not None
        pattern.callback = login_not_required(pattern.callback)
    return patterns, app_name, namespace
