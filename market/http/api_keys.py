"""/v1/api-keys: the keys of the caller's organisation. A secret is shown once, when its key is made."""

from typing import Any
from uuid import UUID

from litestar import Response, delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from market.http import examples
from market.http.call import Call
from market.http.listing_routes import PRIVATE, Cursor, Limit, written
from market.http.responses import conditional
from market.http.wire import Link, Wire
from market.parties import keys
from market.parties.structs import ApiKey, ApiKeyDraft, ApiKeyPage, IssuedApiKey
from specs.kit.tenancy import Work


@get(
    "/api-keys",
    operation_id="list_api_keys",
    summary="List your organisation's keys, newest first",
    tags=["Organisations"],
    opt={"wire": Wire(answer=ApiKeyPage, scope="keys:write", tagged=True, problems=(304,))},
)
async def page(request: Call, work: NamedDependency[Work], limit: Limit = 50, cursor: Cursor = None) -> Response[Any]:
    """Revoked ones too; never a secret."""
    return conditional(request, await keys.page(work, limit, cursor), PRIVATE)


@get(
    "/api-keys/{id:uuid}",
    operation_id="get_api_key",
    summary="Read a key, without its secret",
    tags=["Organisations"],
    opt={"wire": Wire(answer=ApiKey, scope="keys:write", tagged=True)},
)
async def read(id: FromPath[UUID], work: NamedDependency[Work]) -> Response[Any]:
    """One key."""
    return written(await keys.read(work, id), "api-keys")


@post(
    "/api-keys",
    operation_id="create_api_key",
    summary="Make a key; its secret is in this answer only",
    tags=["Organisations"],
    opt={
        "wire": Wire(
            answer=IssuedApiKey,
            scope="keys:write",
            tagged=True,
            located=True,
            problems=(422,),
            example=examples.API_KEY,
            links=(Link(operation="get_api_key"), Link(operation="revoke_api_key")),
        )
    },
)
async def create(
    data: JSONBody[ApiKeyDraft],
    work: NamedDependency[Work],
    request: Call,
) -> Response[Any]:
    """Without scopes, a key with all rights of its maker."""
    return written(await keys.create(work, request.principal, data, request.once), "api-keys")


@delete(
    "/api-keys/{id:uuid}",
    operation_id="revoke_api_key",
    summary="Revoke a key",
    description="It stays listed. Revoking it again changes nothing.",
    tags=["Organisations"],
    opt={"wire": Wire(scope="keys:write")},
)
async def revoke(id: FromPath[UUID], work: NamedDependency[Work], request: Call) -> None:
    """The key opens nothing from now on, in other processes from the next seconds on."""
    await keys.revoke(work, id)
    request.parts.forget_key(id)


handlers = [page, read, create, revoke]
