"""What the pages of one's own specs and lots do alike: narrow a list, and turn a listing that was seen as it is."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from uuid import UUID

from litestar import Response

from market.console import posted, rendering
from market.console.editing import versions
from market.console.sending import once
from market.console.visit import Visit
from specs.kit.errors import VersionMismatch
from specs.kit.idempotency import Answer
from specs.kit.tenancy import Work
from specs.kit.versions import Versions
from specs.listing.structs import Status

# of a listing that was seen at these versions
Turn = Callable[[Work, UUID, Versions], Awaitable[Answer]]


async def turned(request: Visit, turn: Turn, listing: UUID, at: str, then: str) -> Response[Any]:
    """On to `then`; where another has saved since, the page `at` again: nobody publishes what they have not seen."""
    seen = versions(await posted.fields(request))

    async def act(work: Work) -> str:
        await turn(work, listing, seen)
        return then

    try:
        return await once(request, act)
    except VersionMismatch:
        return rendering.see(request, f"{at}?changed=1")


def narrowed(asked: Mapping[str, str]) -> dict[str, str]:
    """Only what is filled, and only what can be meant: a link with a wrong filter shows more, not an error."""
    found = {name: asked[name] for name in ("material", "status", "prefecture") if asked.get(name)}
    if found.get("status") not in tuple(Status):
        found.pop("status", None)
    return found
