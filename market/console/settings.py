"""Settings: where one's own login, people, keys and policies are."""

from typing import Any, Final
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath

from market.console import forms, posted, rendering
from market.console.editing import Edit, edited
from market.console.reading import decoded
from market.console.screen import Screen
from market.console.sending import same
from market.console.visit import Visit
from market.http.listing_routes import Cursor
from market.parties import keys
from market.parties.rights import manages
from market.parties.structs import ApiKeyDraft, ApiKeyPage, IssuedApiKey
from market.parties.structs import OrganisationKind as Kind

KEYS: Final = "/console/settings/keys"
ROWS: Final = 50
ALL = {"screen": Screen()}
KEEPING = {"screen": Screen(scope="keys:write")}


@get("/settings", opt=ALL)
async def page(request: Visit) -> Response[Any]:
    """Where everything is."""
    return rendering.page(request, "settings/home.html", coordinates=request.principal.kind is Kind.COORDINATOR)


@get("/settings/keys", opt=KEEPING)
async def listed(request: Visit, cursor: Cursor = None) -> Response[Any]:
    """Newest first, revoked ones too; and a form for one more."""
    async with request.opened() as work:
        found = msgspec.json.decode(await keys.page(work, ROWS, cursor), type=ApiKeyPage)
    principal = request.principal
    # who does not manage the organisation makes keys of their own only
    own = None if manages(principal.role) else principal.user
    return rendering.page(request, "settings/keys.html", found=found, scopes=sorted(principal.scopes), own=own)


@post("/settings/keys", opt=KEEPING)
async def create(request: Visit) -> Response[Any]:
    """The secret, shown once: this page is not to be reached again."""
    draft = forms.draft(await posted.fields(request), ApiKeyDraft)
    async with request.opened() as work:
        answer = await keys.create(work, request.principal, draft, await same(request))
    return rendering.page(request, "settings/key.html", key=decoded(answer, IssuedApiKey))


@post("/settings/keys/{id:uuid}/revoke", opt=KEEPING)
async def revoke(id: FromPath[UUID], request: Visit) -> Response[Any]:
    """It opens nothing from now on, in other processes from the next seconds on."""

    async def end(edit: Edit) -> str:
        await keys.revoke(edit.work, id)
        return KEYS

    answer = await edited(request, end, KEYS)
    request.parts.forget_key(id)
    return answer


handlers = [page, listed, create, revoke]
