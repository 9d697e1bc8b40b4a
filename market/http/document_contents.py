"""/v1/documents/{id}/content: the bytes, streamed both ways and never whole in memory."""

from typing import Any, Final
from uuid import UUID

from litestar import Response, get, put
from litestar.params import FromPath
from litestar.response import Stream

from market.documents.contents import Told
from market.documents.naming import disposition
from market.documents.structs import Document
from market.http import digests, examples
from market.http.call import Call
from market.http.documents import KINDS, MANY
from market.http.listing_routes import written
from market.http.wire import Wire

# a document is somebody else's page: it is saved, never shown in place, and never kept by what stands between
_GUARDED: Final = {
    "Cache-Control": "private, no-store",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "same-origin",
}


@put(
    "/documents/{id:uuid}/content",
    operation_id="upload_document",
    summary="Upload the content of a document, once",
    description=(
        "The raw bytes, as `application/octet-stream` or under the media type that was announced, which they are "
        "checked against. The same bytes again change nothing, others are refused."
    ),
    tags=["Documents"],
    request_max_body_size=None,
    opt={
        "wire": Wire(
            answer=Document,
            scope="documents:write",
            kinds=KINDS,
            upload=True,
            tagged=True,
            problems=(409,),
            example=examples.DOCUMENT_CONTENT,
        )
    },
)
async def upload(id: FromPath[UUID], request: Call) -> Response[Any]:
    """The document with its size and digest; `pending` where a scanner has to look first."""
    return written(await request.parts.contents.put(request.opened, id, request.stream(), _told(request)), MANY)


@get(
    "/documents/{id:uuid}/content",
    operation_id="download_document",
    summary="Download the content of a document",
    description=(
        "For its owner, a coordinator and whom it is shared with; the last bytes only if they are undamaged. Until "
        "names are open others download a copy without metadata, and are refused with `names_not_open` where there is "
        "none."
    ),
    tags=["Documents"],
    opt={
        "wire": Wire(answer=bytes, scope="documents:read", tagged=True, problems=(409,), media_type="*/*"),
    },
)
async def download(id: FromPath[UUID], request: Call) -> Stream:
    """With a file name that tells no more than the caller may know."""
    content = await request.parts.contents.get(request.opened, request.principal, id)
    headers = {
        **_GUARDED,
        "Content-Type": content.media_type.value,
        "Content-Length": str(content.size),
        "Content-Disposition": disposition(content.name),
        "ETag": f'"{content.sha256.hex()}"',
        "Repr-Digest": digests.field(content.sha256),
    }
    return Stream(content.chunks, headers=headers)


def _told(request: Call) -> Told:
    name = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    return Told(request.content_length, name or None, digests.announced(request))


handlers = [upload, download]
