"""/v1/permits: what firms declare that they may do, and what a coordinator of the place found of it."""

from typing import Annotated, Any
from uuid import UUID

from litestar import Response, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from market.http import examples, walls
from market.http.call import Call
from market.http.listing_routes import PRIVATE, Cursor, Limit, written
from market.http.responses import conditional
from market.http.wire import Link, MergePatch, Wire, act, merging
from market.parties.rights import WRITERS
from market.parties.structs import OrganisationKind
from market.permits import service as permits
from market.permits.structs import CheckDraft, OverseenPermit, OverseenPermits, PermitListing, PermitPage
from matching.permits.permit import Permit
from specs.kit.tenancy import Work

MANY = "permits"
KINDS = frozenset(WRITERS["permit"])
OVERSEERS = frozenset({OrganisationKind.COORDINATOR})
Checked = Annotated[bool | None, QueryParameter(description="Only those that were checked, or that were not.")]


@post(
    "/permits",
    operation_id="create_permit",
    summary="Declare a permit",
    description=(
        "Kinds are those of `/v1/catalogue/permit-kinds`. An industrial-waste permit has a number of 11 digits, each "
        "of which is checked. Until a coordinator has checked it, it counts conditionally: matches of waste are "
        "flagged. One that is expired, refused, or for another place or material blocks them. A yard to which an "
        "ordinance or the law on used equipment does not apply declares so with a kind whose `instrument` is "
        "`declaration`, and says why in `statement`: it is checked like a permit."
    ),
    tags=["Permits"],
    opt={
        "wire": Wire(
            answer=PermitListing,
            scope="permits:write",
            kinds=KINDS,
            tagged=True,
            located=True,
            problems=(422,),
            example=examples.PERMIT,
            links=tuple(Link(operation=f"{next_}_permit") for next_ in ("get", "patch", "withdraw")),
        )
    },
)
async def create(data: JSONBody[Permit], work: NamedDependency[Work], request: Call) -> Response[Any]:
    """The answer is the permit with its id and its tag."""
    return written(await permits.create(work, data, request.once), MANY)


@get(
    "/permits",
    operation_id="list_permits",
    summary="List your own permits, or those of the firms that you coordinate, newest first",
    tags=["Permits"],
    opt={
        "wire": Wire(answer=(PermitPage, OverseenPermits), scope="permits:read", tagged=True, problems=(304,)),
    },
)
async def page(
    *,
    request: Call,
    work: NamedDependency[Work],
    checked: Checked = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response[Any]:
    """A coordinator's reading is audited."""
    content = await permits.page(work, request.principal, limit, cursor, checked=checked)
    return conditional(request, content, PRIVATE)


@get(
    "/permits/{id:uuid}",
    operation_id="get_permit",
    summary="Read one permit",
    tags=["Permits"],
    opt={"wire": Wire(answer=(PermitListing, OverseenPermit), scope="permits:read", tagged=True)},
)
async def read(id: FromPath[UUID], work: NamedDependency[Work], request: Call) -> Response[Any]:
    """One's own, or one of the jurisdiction."""
    return written(await permits.read(work, request.principal, id), MANY)


@patch(
    "/permits/{id:uuid}",
    operation_id="patch_permit",
    summary="Change a permit: JSON merge patch",
    description="RFC 7396: null removes, arrays are replaced whole. What changes has to be checked again.",
    tags=["Permits"],
    opt=merging(PermitListing, Permit, "permits:write", KINDS, examples.PERMIT_PATCH),
)
async def change(
    id: FromPath[UUID],
    data: MergePatch,  # noqa: ARG001 - its text is merged
    request: Call,
    work: NamedDependency[Work],
) -> Response[Any]:
    """The permit as it is then."""
    return written(await permits.patch(work, id, await request.body(), walls.if_match(request)), MANY)


@post(
    "/permits/{id:uuid}/withdraw",
    operation_id="withdraw_permit",
    summary="Withdraw a permit",
    tags=["Permits"],
    status_code=200,
    opt=act(PermitListing, "permits:write", KINDS),
)
async def withdraw(id: FromPath[UUID], work: NamedDependency[Work], request: Call) -> Response[Any]:
    """It counts no more; its holder still reads it."""
    return written(await permits.withdraw(work, id, walls.if_match(request), request.once), MANY)


@post(
    "/permits/{id:uuid}/check",
    operation_id="check_permit",
    summary="Confirm or refuse a permit of the jurisdiction",
    description=(
        "`attestation` says how far the check went: a copy was seen, the public register agrees, or the authority was "
        "asked. The newest check counts, and a change of the permit takes it away."
    ),
    tags=["Permits"],
    status_code=200,
    opt=act(OverseenPermit, "permits:check", OVERSEERS, examples.PERMIT_CHECK, (409, 422)),
)
async def check(
    id: FromPath[UUID], data: JSONBody[CheckDraft], work: NamedDependency[Work], request: Call
) -> Response[Any]:
    """Never on a permit of one's own organisation."""
    return written(await permits.check(work, id, data, walls.if_match(request), request.once), MANY)


handlers = [create, page, read, change, withdraw, check]
