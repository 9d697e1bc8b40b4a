"""/v1/notices: what the caller's organisation is told of, in the caller's language."""

from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter

from market.alerts import service as notices
from market.alerts.structs import Inbox, Notice
from market.http import messages
from market.http.call import Call
from market.http.listing_routes import PRIVATE, Cursor, Limit
from market.http.messages import Language
from market.http.responses import Reply, conditional, worded
from market.http.wire import Wire
from specs.kit.tenancy import Work
from specs.kit.wire import encode

Unread = Annotated[bool, QueryParameter(description="Only those that are not read yet.")]


class NoticeShown(Notice, frozen=True, kw_only=True):
    """A notice with its text."""

    reason: str


class NoticePage(msgspec.Struct, frozen=True, kw_only=True):
    """A page of notices, newest first, and how many are unread in all."""

    items: tuple[NoticeShown, ...]
    next_cursor: str | None
    unread: int


def shown(notice: Notice, language: Language) -> NoticeShown:
    """In words."""
    reason = messages.notice(notice.code, notice.params, language)
    return NoticeShown(**msgspec.structs.asdict(notice), reason=reason)


@get(
    "/notices",
    operation_id="list_notices",
    summary="List what your organisation was told of, newest first",
    description="Kept for 180 days. `unread` counts all that are not read, whatever the page shows.",
    tags=["Notices"],
    opt={"wire": Wire(answer=NoticePage, scope="notices:read", tagged=True, problems=(304,))},
)
async def page(
    *, request: Call, work: NamedDependency[Work], unread: Unread = False, limit: Limit = 50, cursor: Cursor = None
) -> Response[Any]:
    """Reading a page marks nothing as read."""
    found, more, count = await notices.page(work, limit, cursor, unread=unread)
    body = NoticePage(items=tuple(shown(n, request.language) for n in found), next_cursor=more, unread=count)
    return conditional(request, encode(body), {**PRIVATE, **worded(request.language)})


@post(
    "/notices/{id:uuid}/read",
    operation_id="read_notice",
    summary="Mark a notice as read",
    description="Again changes nothing.",
    tags=["Notices"],
    status_code=200,
    opt={"wire": Wire(answer=NoticeShown, scope="notices:write")},
)
async def read(id: FromPath[UUID], work: NamedDependency[Work], request: Call) -> Response[Any]:
    """The notice as it is then."""
    return Reply(shown(await notices.read(work, id), request.language), headers=worded(request.language))


@post(
    "/notices/read-all",
    operation_id="read_all_notices",
    summary="Mark all notices as read",
    description="Those that there are; what is told meanwhile stays unread and is counted in the answer.",
    tags=["Notices"],
    status_code=200,
    opt={"wire": Wire(answer=Inbox, scope="notices:write")},
)
async def read_all(work: NamedDependency[Work]) -> Inbox:
    """How many are unread then."""
    return await notices.read_all(work)


handlers = [page, read, read_all]
