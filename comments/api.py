"""The public API of the register: read-only, the same rows as the page."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404
from django.urls import include
from ninja import NinjaAPI, Query, Schema

from city.requests import CityRequest
from comments.register import as_published, published

PER_PAGE = 100

api = NinjaAPI(
    title="Decisions on comments",
    version="1",
    description="Every decision by which the city hid a comment or blocked an author, with its reasons. No names.",
    docs_url=None,
    openapi_url="/openapi.json",
    urls_namespace="comments:decisions_api",
)


class Act(Schema):
    """One act on the network; `state` is done only when the network was seen to show it."""

    act: str
    state: str


class PublishedDecision(Schema):
    """One decision as everybody may read it."""

    reference: str
    decided_at: str
    platform: str
    account: str
    account_url: str
    decision: str
    block_until: str | None
    ground: str
    definition: str
    clause: str
    policy: str
    facts: str
    evidence_sha256: str
    measures: list[Act]
    appeal: str | None
    appeal_reasons: str | None


class DecisionPage(Schema):
    """One page of decisions, newest first."""

    count: int
    page: int
    pages: int
    results: list[PublishedDecision]


class Wanted(Schema):
    q: str = ""
    page: int = 1


@api.get("", response=DecisionPage, summary="The register", url_name="decisions")
def decisions(request: CityRequest, wanted: Query[Wanted]) -> dict[str, Any]:
    """Decisions whose number or ground has the words of `q`, 100 on a page."""
    page = Paginator(published({"q": wanted.q[:100]}), PER_PAGE).get_page(wanted.page)
    rows = [as_published(row, request.at) for row in page.object_list]
    return {
        "count": page.paginator.count,
        "page": page.number,
        "pages": page.paginator.num_pages,
        "results": rows,
    }


@api.get("/{reference}", response=PublishedDecision, summary="One decision", url_name="decision")
def decision(request: CityRequest, reference: str) -> dict[str, Any]:
    """A decision by its number. 404 for a number that was never given."""
    return as_published(get_object_or_404(published(), reference=reference.replace("\x00", "")), request.at)


def api_urls():
    """The API's addresses, open to everybody: the sign-in requirement reads a mark on each view."""
    patterns, app_name, namespace = api.urls
    for pattern in patterns:
        assert pattern.callback is not None
        pattern.callback = login_not_required(pattern.callback)
    return include((patterns, app_name), namespace=namespace.rpartition(":")[2])
