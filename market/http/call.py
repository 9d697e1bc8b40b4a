"""A request as our handlers see it: who calls, in which language, under which idempotency, and what the app has.

These are properties and not Litestar dependencies, because it resolves two independent dependencies in a task
group of their own, which costs more than most handlers.
"""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from typing import Any

from litestar import Request

from market.http import messages
from market.http.body import decode
from market.http.messages import Language
from market.http.parts import Parts
from market.parties.structs import Principal
from specs.kit.idempotency import Idempotency
from specs.kit.tenancy import Work


class Call(Request[Any, Any, Any]):
    """`auth` and `once` are set by the walls, before the handler runs."""

    async def json(self) -> Any:
        """The handler's own type, decoded once, strictly, from the text: no coercion, and no float for money.

        Litestar would go through plain objects and convert them leniently.
        """
        return decode(await self.body(), self.route_handler.parsed_fn_signature.parameters["data"].annotation)

    @property
    def parts(self) -> Parts:
        """What the composition root opened."""
        found: Parts = self.app.state.parts
        return found

    @property
    def language(self) -> Language:
        """The caller's language."""
        return messages.negotiate(self.headers.get("accept-language", "en"))

    @property
    def principal(self) -> Principal:
        """Who was let in."""
        found: Principal = self.scope["auth"]
        return found

    @property
    def once(self) -> Idempotency | None:
        """What makes this request the same as another, None without an `Idempotency-Key`."""
        found: Idempotency | None = self.scope.get("once")  # type: ignore[assignment]  # our own key in the ASGI scope
        return found

    def opened(self, *, begin: bool = True) -> AbstractAsyncContextManager[Work]:
        """One transaction in the caller's tenant: committed at the end of the block, rolled back when it raises."""
        caller = self.principal
        request_id: str = self.scope["request_id"]  # type: ignore[typeddict-item]  # same
        return self.parts.database.work(caller.tenant, actor=caller.actor, request_id=request_id, begin=begin)


async def work(request: Call) -> AsyncIterator[Work]:
    """The one transaction of a request: committed before the answer is sent, rolled back when it is refused."""
    async with request.opened() as opened:
        yield opened


async def single(request: Call) -> AsyncIterator[Work]:
    """Instead of `work`, for a service call that is one statement: its own transaction, two round trips fewer."""
    async with request.opened(begin=False) as opened:
        yield opened
