"""/v1/users: people of the caller's organisation."""

from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from market.http import examples
from market.http.call import Call
from market.http.listing_routes import PRIVATE, Cursor, Limit, written
from market.http.responses import Reply, conditional
from market.http.wire import Link, Wire
from market.parties import users
from market.parties.structs import User, UserDraft, UserPage
from market.people import inviting
from market.people.inviting import Handed
from specs.kit.tenancy import Work


@get(
    "/users",
    operation_id="list_users",
    summary="List the people of your organisation, newest first",
    tags=["Organisations"],
    opt={"wire": Wire(answer=UserPage, scope="organisations:read", tagged=True, problems=(304,))},
)
async def page(request: Call, work: NamedDependency[Work], limit: Limit = 50, cursor: Cursor = None) -> Response[Any]:
    """Newest first."""
    return conditional(request, await users.page(work, limit, cursor), PRIVATE)


@get(
    "/users/{id:uuid}",
    operation_id="get_user",
    summary="Read a person of your organisation",
    tags=["Organisations"],
    opt={"wire": Wire(answer=User, scope="organisations:read", tagged=True)},
)
async def read(id: FromPath[UUID], work: NamedDependency[Work]) -> Response[Any]:
    """One person."""
    return written(await users.read(work, id), "users")


@post(
    "/users",
    operation_id="create_user",
    summary="Add a person to your organisation",
    tags=["Organisations"],
    opt={
        "wire": Wire(
            answer=User,
            scope="organisations:write",
            tagged=True,
            located=True,
            problems=(409, 422),
            example=examples.USER,
            links=(Link(operation="get_user"),),
        )
    },
)
async def create(data: JSONBody[UserDraft], work: NamedDependency[Work], request: Call) -> Response[Any]:
    """The person with an id."""
    return written(await users.create(work, request.principal, data, request.once), "users")


def _handing(summary: str) -> dict[str, Any]:
    """How both links are declared: the answer is the only one that holds the link."""
    return {"summary": summary, "tags": ["Organisations"], "status_code": 200}


@post(
    "/users/{id:uuid}/invitation",
    operation_id="invite_user",
    **_handing("Make a one-time link by which a person signs in for the first time"),
    opt={"wire": Wire(answer=Handed, scope="organisations:write", problems=(409,))},
)
async def invite(id: FromPath[UUID], work: NamedDependency[Work], request: Call) -> Response[Any]:
    """Seven days; an earlier one works no more."""
    return Reply(await inviting.invite(work, request.principal, id, request.once))


@post(
    "/users/{id:uuid}/reset",
    operation_id="reset_user",
    **_handing("Make a one-time link by which a person chooses a new password"),
    opt={"wire": Wire(answer=Handed, scope="organisations:write", problems=(409,))},
)
async def reset(id: FromPath[UUID], work: NamedDependency[Work], request: Call) -> Response[Any]:
    """One hour; an earlier one works no more."""
    return Reply(await inviting.reset(work, request.principal, id, request.once))


handlers = [page, read, create, invite, reset]
