"""What specs and lots have in common on the wire: list, read, patch, publish, withdraw, revisions."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Response, get, patch, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, PathParameter, QueryParameter

from market.http import walls
from market.http.call import Call
from market.http.refusal import FieldError, Refusal
from market.http.responses import Reply, conditional, entity_tag
from market.http.wire import MergePatch, Version, Wire, merging
from market.parties import listings as reading
from specs.kit.idempotency import Answer
from specs.kit.tenancy import Work
from specs.listing.service import Listings
from specs.listing.structs import Filters, Status

MOST = 200
PRIVATE = {"Cache-Control": "private, no-cache"}

Limit = Annotated[int, QueryParameter(ge=1, le=MOST, description="Most items on a page.")]
Cursor = Annotated[str | None, QueryParameter(max_length=512, description="`next_cursor` of the page before.")]
Code = Annotated[str | None, QueryParameter(min_length=1, max_length=64, description="Only with this code.")]
OfStatus = Annotated[Status | None, QueryParameter(description="Only in this status.")]
OfPrefecture = Annotated[
    str | None, QueryParameter(pattern="^JP-[0-9]{2}$", max_length=5, description="Only in this prefecture.")
]
From = Annotated[date | None, QueryParameter(name="from", description="Window ends on this day or later.")]
Until = Annotated[date | None, QueryParameter(name="until", description="Window begins on this day or earlier.")]
Revision = Annotated[int, PathParameter(ge=1, le=2_147_483_647)]


class Noun(msgspec.Struct, frozen=True, kw_only=True):
    """How a listing is called in paths and operation ids, and the types of its answers.

    `seen` and `page` are tuples of what one or another caller is answered.
    """

    one: str
    many: str
    tag: str
    listing: Any
    seen: tuple[Any, ...]
    page: tuple[Any, ...]
    revision: Any
    revisions: Any
    patch_of: Any
    kinds: frozenset[str]
    patch_example: dict[str, Any]


def written(answer: Answer, many: str) -> Response[Any]:
    """A listing with its tag; a new one with its place."""
    headers = {"ETag": entity_tag(answer.body) if answer.redacted else f'"{answer.version}"'}
    if answer.status == 201:
        headers["Location"] = f"/v1/{many}/{answer.id}"
    return Reply(answer.body, status_code=answer.status, headers=headers)


def routes(listings: Listings[Any], noun: Noun) -> list[HTTPRouteHandler]:
    """The seven routes that need to know nothing of what the content means."""
    return [
        _page(listings, noun),
        _read(listings, noun),
        _patch(listings, noun),
        _turn(listings, noun, "publish", "Publish a draft"),
        _turn(listings, noun, "withdraw", "Withdraw a draft or an active listing"),
        _revisions(listings, noun),
        _revision(listings, noun),
    ]


def _page(listings: Listings[Any], noun: Noun) -> HTTPRouteHandler:
    @get(
        f"/{noun.many}",
        operation_id=f"list_{noun.many}",
        summary=f"List your {noun.many}, newest first",
        description="A coordinator lists what its jurisdiction has published.",
        tags=[noun.tag],
        opt={"wire": Wire(answer=noun.page, scope="listings:read", tagged=True, problems=(304,))},
    )
    async def page(
        *,
        request: Call,
        work: NamedDependency[Work],
        material: Code = None,
        grade: Code = None,
        status: OfStatus = None,
        prefecture: OfPrefecture = None,
        from_: From = None,
        until: Until = None,
        limit: Limit = 50,
        cursor: Cursor = None,
    ) -> Response[Any]:
        _refuse_reversed(from_, until)
        filters = Filters(
            material=material, grade=grade, status=status, prefecture=prefecture, from_=from_, until=until
        )
        return conditional(
            request, await reading.page(work, request.principal, listings, filters, limit, cursor), PRIVATE
        )

    return page


def _refuse_reversed(from_: date | None, until: date | None) -> None:
    """No window overlaps days that end before they begin; an empty or a wrong list would hide the slip."""
    if from_ is not None and until is not None and until < from_:
        params = {"from_": from_.isoformat(), "until": until.isoformat()}
        error = FieldError(parameter="until", code="dates_reversed", params=params)
        raise Refusal("invalid_parameter", errors=(error,))


def _read(listings: Listings[Any], noun: Noun) -> HTTPRouteHandler:
    @get(
        f"/{noun.many}/{{id:uuid}}",
        operation_id=f"get_{noun.one}",
        summary=f"Read one {noun.one}",
        description="Whole for its owner, and for a coordinator of its place; redacted for a matched party.",
        tags=[noun.tag],
        opt={"wire": Wire(answer=noun.seen, scope="listings:read", tagged=True)},
    )
    async def read(id: FromPath[UUID], request: Call) -> Response[Any]:
        answer = await reading.look(request.parts.database, request.opened(), request.principal, listings, id)
        return written(answer, noun.many)

    return read


def _patch(listings: Listings[Any], noun: Noun) -> HTTPRouteHandler:
    @patch(
        f"/{noun.many}/{{id:uuid}}",
        operation_id=f"patch_{noun.one}",
        summary=f"Change a {noun.one}: JSON merge patch into a new revision",
        description="RFC 7396: null removes, arrays are replaced whole. Older revisions stay readable.",
        tags=[noun.tag],
        opt=merging(noun.listing, noun.patch_of, "listings:write", noun.kinds, noun.patch_example),
    )
    async def change(
        id: FromPath[UUID],
        data: MergePatch,  # noqa: ARG001 - its text is merged
        request: Call,
        work: NamedDependency[Work],
    ) -> Response[Any]:
        answer = await listings.patch(work, id, await request.body(), walls.if_match(request))
        return written(answer, noun.many)

    return change


def _turn(listings: Listings[Any], noun: Noun, action: str, summary: str) -> HTTPRouteHandler:
    turn = listings.publish if action == "publish" else listings.withdraw

    @post(
        f"/{noun.many}/{{id:uuid}}/{action}",
        operation_id=f"{action}_{noun.one}",
        summary=summary,
        tags=[noun.tag],
        status_code=200,
        opt={
            "wire": Wire(
                answer=noun.listing,
                scope="listings:write",
                kinds=noun.kinds,
                version=Version.HONOURED,
                tagged=True,
                problems=(409,),
            )
        },
    )
    async def turned(
        id: FromPath[UUID],
        request: Call,
        work: NamedDependency[Work],
    ) -> Response[Any]:
        return written(await turn(work, id, walls.if_match(request), request.once), noun.many)

    return turned


def _revisions(listings: Listings[Any], noun: Noun) -> HTTPRouteHandler:
    @get(
        f"/{noun.many}/{{id:uuid}}/revisions",
        operation_id=f"list_{noun.one}_revisions",
        summary=f"Every content that the {noun.one} had, newest first",
        tags=[noun.tag],
        opt={"wire": Wire(answer=noun.revisions, scope="listings:read", tagged=True, problems=(304,))},
    )
    async def revisions(
        id: FromPath[UUID],
        request: Call,
        work: NamedDependency[Work],
        limit: Limit = 50,
        cursor: Cursor = None,
    ) -> Response[Any]:
        return conditional(request, await listings.revisions(work, id, limit, cursor), PRIVATE)

    return revisions


def _revision(listings: Listings[Any], noun: Noun) -> HTTPRouteHandler:
    @get(
        f"/{noun.many}/{{id:uuid}}/revisions/{{rev:int}}",
        operation_id=f"get_{noun.one}_revision",
        summary=f"One content that the {noun.one} had",
        tags=[noun.tag],
        opt={"wire": Wire(answer=noun.revision, scope="listings:read", tagged=True, problems=(304,))},
    )
    async def revision(id: FromPath[UUID], rev: Revision, request: Call, work: NamedDependency[Work]) -> Response[Any]:
        return conditional(request, await listings.revision(work, id, rev), PRIVATE)

    return revision
