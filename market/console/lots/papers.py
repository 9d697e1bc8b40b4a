"""Documents of a lot: a laboratory's report with the results that it proves, data sheets, photos."""

from typing import Any
from uuid import UUID

from litestar import Response, post
from litestar.params import FromPath

from market.console import posted, rendering, uploads
from market.console.lots import form
from market.console.lots.page import AT, KINDS
from market.console.screen import Screen
from market.console.visit import Visit
from market.documents.structs import DocumentKind, DocumentLink, LinkedKind

TAKING = Screen(kinds=KINDS, scope="documents:write", files=True)


@post("/lots/{id:uuid}/documents", request_max_body_size=None, opt={"screen": TAKING})
async def attach(id: FromPath[UUID], request: Visit) -> Response[Any]:
    """To the lot, and to those of its results that are ticked."""
    fields = await posted.fields(request)
    async with request.opened() as work:
        lot = (await form.FORM.stored(work, id)).listing
    ticked = {said for name, said in fields if name == "_assay"}
    links = [DocumentLink(LinkedKind.LOT, id)]
    links += [DocumentLink(LinkedKind.ASSAY, one.id) for one in lot.assays if str(one.id) in ticked]
    kind = uploads.kind_of(dict(fields).get("_kind"), DocumentKind.ASSAY_REPORT)
    await uploads.linked(request, kind, links)
    return rendering.see(request, f"{AT}/{id}#documents")


handlers = [attach]
