"""/v1/organisations: one's own; for a coordinator those of its jurisdiction, which it verifies."""

from typing import Annotated, Any
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, QueryParameter

from market.http.call import Call
from market.http.listing_routes import PRIVATE, Cursor, Limit, written
from market.http.responses import conditional
from market.http.wire import Wire
from market.parties import organisations
from market.parties.structs import Organisation, OrganisationKind, OrganisationPage
from specs.kit.tenancy import Work

OfKind = Annotated[OrganisationKind | None, QueryParameter(name="kind", description="Only of this kind.")]
Verified = Annotated[bool | None, QueryParameter(description="Only verified ones, or only those that are not.")]


@get(
    "/organisations",
    operation_id="list_organisations",
    summary="List your organisation, or those that you coordinate",
    tags=["Organisations"],
    opt={"wire": Wire(answer=OrganisationPage, scope="organisations:read", tagged=True, problems=(304,))},
)
async def page(
    *,
    request: Call,
    work: NamedDependency[Work],
    verified: Verified = None,
    kind: OfKind = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response[Any]:
    """A coordinator's reading is audited."""
    content = await organisations.page(work, request.principal, limit, cursor, verified=verified, kind=kind)
    return conditional(request, content, PRIVATE)


@get(
    "/organisations/{id:uuid}",
    operation_id="get_organisation",
    summary="Read an organisation",
    tags=["Organisations"],
    opt={"wire": Wire(answer=Organisation, scope="organisations:read", tagged=True)},
)
async def read(id: FromPath[UUID], work: NamedDependency[Work], request: Call) -> Response[Any]:
    """One's own, or one of the jurisdiction."""
    return written(await organisations.read(work, request.principal, id), "organisations")


def _verification(action: str, summary: str, *, verified: bool) -> HTTPRouteHandler:
    @post(
        f"/organisations/{{id:uuid}}/{action}",
        operation_id=f"{action}_organisation",
        summary=summary,
        description="Only verified organisations are matched, and seen by others.",
        tags=["Organisations"],
        status_code=200,
        opt={
            "wire": Wire(
                answer=Organisation, scope="organisations:write", kinds=frozenset({"coordinator"}), tagged=True
            )
        },
    )
    async def turned(
        id: FromPath[UUID],
        work: NamedDependency[Work],
        request: Call,
    ) -> Response[Any]:
        answer = await organisations.verify(work, request.principal, id, request.once, verified=verified)
        return written(answer, "organisations")

    return turned


handlers = [
    page,
    read,
    _verification("verify", "Vouch for an organisation of the jurisdiction", verified=True),
    _verification("unverify", "Take the vouching back", verified=False),
]
