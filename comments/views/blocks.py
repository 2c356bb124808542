"""The ledger of blocks."""

from datetime import datetime

from django.db.models import Q
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from city.lists import Column, list_response
from city.models import User
from city.permissions import require
from city.requests import CityRequest
from comments import actions, permissions
from comments.forms import BlockFilters, LiftBlockForm, ReadBlockAgainForm
from comments.models import Block
from comments.procedure import procedure_at
from comments.views.answer import ask_and_do, one_act

WORDS = {"standing": ("Standing", "attention"), "over": ("Over", "neutral"), "lifted": ("Lifted", "good")}


def shown_blocks(filters: BlockFilters, user: User, at: datetime):
    """The blocks that the filters leave, newest first."""
    wanted = filters.values
    rows = Block.objects.visible_to(user, at).with_reading()
    status = wanted.get("status", "")
    if status == "again":
        rows = rows.to_be_read_again(at, procedure_at(at).read_again)
    elif status == "over":
        rows = rows.exclude(pk__in=Block.objects.at(at))
    elif status != "all":
        rows = rows.at(at)
    if text := (wanted.get("q") or "").replace("\x00", "").strip():
        rows = rows.filter(
            Q(author_handle__icontains=text.lstrip("@")) | Q(author_id=text) | Q(decision__reference=text)
        )
    related = ("account__platform", "decision__case", "decision__decided_by", "decision__seconded_by")
    return rows.select_related(*related).prefetch_related("measures").order_by("-starts_at", "-pk")


@require_safe
def list_blocks(request: CityRequest) -> HttpResponseBase:
    user, at = request.user, request.at
    require(permissions.can_see_blocks, user, None, at)
    filters = BlockFilters(request.GET)
    columns = [
        Column("Reference", lambda block: block.decision.reference),
        Column("Account", lambda block: str(block.account)),
        Column("Author", "author_handle"),
        Column("Author’s id", "author_id"),
        Column("From", "starts_at"),
        Column("Until", "ends_at"),
        Column("State", lambda block: WORDS[block.state_at(at)][0]),
        Column("Lifted", "lifted_at"),
        Column("Why", "lifted_why"),
        Column("Decided by", lambda block: block.decision.decided_by.name),
        Column("Seconded by", lambda block: block.decision.seconded_by.name),
    ]
    may = {
        "lift": permissions.can_lift_block(user, None, at),
        "read_again": permissions.can_read_block_again(user, None, at),
    }
    rows = shown_blocks(filters, user, at)
    context = {"filters": filters, "may": may}
    return list_response(request, "comments/list_blocks.html", rows, columns, name="blocks", context=context)


def block_or_404(request: CityRequest, pk: int) -> Block:
    rows = Block.objects.visible_to(request.user, request.at).select_related(
        "decision__case", "decision__record", "account__platform"
    )
    return get_object_or_404(rows, pk=pk)


@ask_and_do
def lift_block(request: CityRequest, pk: int) -> HttpResponse:
    block = block_or_404(request, pk)
    require(permissions.can_lift_block, request.user, block, request.at)
    form = LiftBlockForm(request.POST or None)
    back = block.decision.case.get_absolute_url()
    return one_act(
        request, form, actions.lift_block, block, said="The block is lifted; the network follows.", back=back
    )


@ask_and_do
def read_block_again(request: CityRequest, pk: int) -> HttpResponse:
    block = block_or_404(request, pk)
    require(permissions.can_read_block_again, request.user, block, request.at)
    form = ReadBlockAgainForm(request.POST or None)
    back = block.decision.case.get_absolute_url()
    return one_act(
        request, form, actions.read_block_again, block, said="The block was read again.", back=back
    )
