"""/v1/documents: what a document is, what it speaks of, and who may see it; its bytes are in `document_contents`."""

from typing import Annotated, Any
from uuid import UUID

from litestar import Response, delete, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from market.documents import service as documents
from market.documents.structs import (
    Document,
    DocumentDraft,
    DocumentFilters,
    DocumentKind,
    DocumentLinks,
    DocumentOverseen,
    DocumentOverseenPage,
    DocumentPage,
    DocumentSeen,
)
from market.http import examples, walls
from market.http.call import Call
from market.http.listing_routes import PRIVATE, Cursor, Limit, written
from market.http.responses import conditional
from market.http.wire import Link, MergePatch, Version, Wire, merging
from market.parties.rights import WRITERS
from specs.kit.tenancy import Work

MANY = "documents"
KINDS = frozenset(WRITERS["document"])
OfKind = Annotated[DocumentKind | None, QueryParameter(description="Only of this kind.")]
OfObject = Annotated[UUID | None, QueryParameter(description="Only with a link to the object of this id.")]


@post(
    "/documents",
    operation_id="create_document",
    summary="Announce a document",
    description="Its content follows with PUT; a document that waits for it for a day is forgotten.",
    tags=["Documents"],
    opt={
        "wire": Wire(
            answer=Document,
            scope="documents:write",
            kinds=KINDS,
            tagged=True,
            located=True,
            problems=(422,),
            example=examples.DOCUMENT,
            links=tuple(Link(operation=f"{next_}_document") for next_ in ("get", "patch", "upload", "delete")),
        )
    },
)
async def create(data: JSONBody[DocumentDraft], work: NamedDependency[Work], request: Call) -> Response[Any]:
    """The document with its id and its tag."""
    return written(await documents.create(work, data, request.once), MANY)


@get(
    "/documents",
    operation_id="list_documents",
    summary="List your own documents, newest first",
    description="A coordinator lists those that speak of what lies in its jurisdiction.",
    tags=["Documents"],
    opt={
        "wire": Wire(answer=(DocumentPage, DocumentOverseenPage), scope="documents:read", tagged=True, problems=(304,))
    },
)
async def page(
    *,
    request: Call,
    work: NamedDependency[Work],
    kind: OfKind = None,
    object_id: OfObject = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response[Any]:
    """Those that others share are found by their ids, where they are shared."""
    filters = DocumentFilters(kind=kind, object_id=object_id)
    return conditional(request, await documents.page(work, request.principal, filters, limit, cursor), PRIVATE)


@get(
    "/documents/{id:uuid}",
    operation_id="get_document",
    summary="Read what a document is",
    description=(
        "Whole for its owner, and for a coordinator where it speaks of what lies in its jurisdiction. Whom it is "
        "shared with sees a generated file name until names are open, and not whose it is."
    ),
    tags=["Documents"],
    opt={"wire": Wire(answer=(Document, DocumentOverseen, DocumentSeen), scope="documents:read", tagged=True)},
)
async def read(id: FromPath[UUID], work: NamedDependency[Work], request: Call) -> Response[Any]:
    """As whoever asks may see it."""
    return written(await documents.read(work, request.principal, id), MANY)


@patch(
    "/documents/{id:uuid}",
    operation_id="patch_document",
    summary="Change what a document is linked to: JSON merge patch",
    description="RFC 7396: the array of links is replaced whole. Nothing else about a document changes.",
    tags=["Documents"],
    opt=merging(Document, DocumentLinks, "documents:write", KINDS, examples.DOCUMENT_PATCH),
)
async def change(
    id: FromPath[UUID],
    data: MergePatch,  # noqa: ARG001 - its text is merged
    request: Call,
    work: NamedDependency[Work],
) -> Response[Any]:
    """The document as it is then."""
    return written(await documents.patch(work, id, await request.body(), walls.if_match(request)), MANY)


@delete(
    "/documents/{id:uuid}",
    operation_id="delete_document",
    summary="Delete a document that nothing refers to",
    description="409 while it has links, or while another may see it.",
    tags=["Documents"],
    opt={"wire": Wire(scope="documents:write", kinds=KINDS, version=Version.HONOURED, problems=(409,))},
)
async def remove(id: FromPath[UUID], request: Call) -> None:
    """With its content."""
    await request.parts.contents.delete(request.opened, id, walls.if_match(request))


handlers = [create, page, read, change, remove]
