"""A form that is sent twice, by a second click or a reload, does once what it says, and leads twice to the same page.

Each form carries a token of its own (`_once`). With what was typed it is the key under which the page that came of it
is kept for a day: whoever goes back, changes something and sends again sends another form.
"""

import hashlib
from collections.abc import Awaitable, Callable
from typing import Any, Final
from uuid import UUID

import msgspec
from litestar import Response

from market.console import rendering
from market.console.visit import Visit
from specs.kit import idempotency
from specs.kit.idempotency import Answer, Idempotency, keyed
from specs.kit.tenancy import Role, Work

_LONGEST: Final = 100
# what is kept is where it leads, not a thing
_NOTHING: Final = UUID(int=0)


async def same(request: Visit, of: str = "") -> Idempotency | None:
    """What makes this form the same as another; None for one that carries no token, or files.

    `of`: which of the things that it is about, where each is done by itself.
    """
    token = await request.text("_once")
    # files are read as they come, and two of one name may differ
    if not 0 < len(token) <= _LONGEST or request.incoming is not None:
        return None
    body = msgspec.json.encode(request.sent)
    return keyed(f"{request.scope['path']}{of}", f"form {hashlib.sha256(body).hexdigest()}", body)


async def first(request: Visit, work: Work, act: Callable[[], Awaitable[str]], of: str = "") -> str:
    """The path that `act` leads to, or led to when this form was sent before. The work has begun."""
    sent = await same(request, of)
    former = await idempotency.claim(work, sent)
    if former is not None:
        return former.body.decode()
    path = await act()
    await work.as_role(Role.TENANT)
    await idempotency.keep(work, sent, Answer(id=_NOTHING, rev=0, version=0, body=path.encode(), status=303))
    return path


async def once(request: Visit, act: Callable[[Work], Awaitable[str]]) -> Response[Any]:
    """Do it in one transaction, and see the page that it leads to."""
    async with request.opened() as work:
        path = await first(request, work, lambda: act(work))
    return rendering.see(request, path)
