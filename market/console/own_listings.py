"""What the pages of one's own specs and lots do alike: narrow a list, and turn a listing that was seen as it is."""

from collections.abc import Awaitable, Mapping
from typing import Any

from litestar import Response

from market.console import posted, rendering
from market.console.editing import versions
from market.console.visit import Visit
from specs.kit.errors import VersionMismatch
from specs.kit.idempotency import Answer
from specs.kit.versions import Versions
from specs.listing.structs import Status


async def version(request: Visit) -> Versions:
    """The version that the page showed, which its form carries."""
    return versions(await posted.fields(request))


async def turned(request: Visit, turn: Awaitable[Answer], at: str, then: str) -> Response[Any]:
    """On to `then`; where another has saved since, the page `at` again: nobody publishes what they have not seen."""
    try:
        await turn
    except VersionMismatch:
        return rendering.see(request, f"{at}?changed=1")
    return rendering.see(request, then)


def narrowed(asked: Mapping[str, str]) -> dict[str, str]:
    """Only what is filled, and only what can be meant: a link with a wrong filter shows more, not an error."""
    found = {name: asked[name] for name in ("material", "status", "prefecture") if asked.get(name)}
    if found.get("status") not in tuple(Status):
        found.pop("status", None)
    return found
