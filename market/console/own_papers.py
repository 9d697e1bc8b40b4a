"""Documents on what they speak of: a permit, a lot, its results. One that speaks of nothing more is gone."""

from contextlib import suppress
from typing import Any, Final
from uuid import UUID

import msgspec
from litestar import Response, post
from litestar.params import FromPath

from market.console import posted
from market.console.paths import HOME, local
from market.console.screen import Screen
from market.console.sending import once
from market.console.visit import Visit
from market.documents import service as documents
from market.documents.errors import DocumentInUse
from market.documents.structs import DocumentLinks
from market.http.documents import KINDS
from specs.kit import wire
from specs.kit.errors import NotFound
from specs.kit.tenancy import Work

REMOVING: Final = Screen(kinds=KINDS, scope="documents:write")


@post("/documents/{id:uuid}/remove", status_code=200, opt={"screen": REMOVING})
async def remove(id: FromPath[UUID], request: Visit) -> Response[Any]:
    """From the thing that the form names; whole where nothing else refers to it."""
    fields = dict(await posted.fields(request))
    about = _identity(fields.get("_about", ""))

    async def unlinked(work: Work) -> str:
        found = next((one for one in await documents.about(work, (about,)) if one.id == id), None)
        if found is None:
            raise NotFound
        left = tuple(link for link in found.links if link.object_id != about)
        await documents.patch(work, id, wire.encode(DocumentLinks(links=left)), None)
        return local(fields.get("next", HOME))

    answer = await once(request, unlinked)
    # it may be gone already by the same form
    with suppress(DocumentInUse, NotFound):
        await request.parts.contents.delete(request.opened, id)
    return answer


def _identity(text: str) -> UUID:
    try:
        return msgspec.convert(text, UUID)
    except msgspec.ValidationError:
        raise NotFound from None


handlers = [remove]
