"""A form that changes something: the same service call as the API's, in one transaction, and on to a page.

It may carry `_version`, the thing as it was shown: where somebody was faster, nothing is changed, and whoever comes
second reads which version they had, which there is now, and keeps what they typed.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import msgspec
from litestar import Response

from market.console import handing_back, posted, rendering, sending
from market.console.visit import Visit
from specs.kit.errors import VersionMismatch
from specs.kit.tenancy import Work
from specs.kit.versions import Versions

Fields = Sequence[tuple[str, str]]


class Edit(msgspec.Struct, frozen=True):
    """What a form says, and the transaction in which it is done."""

    work: Work
    fields: Fields

    @property
    def versions(self) -> Versions:
        """What the form was made of."""
        return versions(self.fields)


Change = Callable[[Edit], Awaitable[str]]


def versions(fields: Fields) -> Versions:
    """As `If-Match` would name them; None where the form carries none, nothing that matches where it is no number."""
    said = dict(fields).get("_version")
    if said is None:
        return None
    return (int(said),) if said.isascii() and said.isdigit() and len(said) < 10 else ()


async def edited(request: Visit, change: Change, back: str) -> Response[Any]:
    """Do it, and see the page that `change` names; `back` is where the thing is as it is now."""
    fields = await posted.fields(request)
    try:
        async with request.opened() as work:
            path = await sending.first(request, work, lambda: change(Edit(work, fields)))
    except VersionMismatch as mismatch:
        said = dict(fields).get("_version")
        return await overtaken(request, "overtaken", shown=said, now=mismatch.params.get("version"), back=back)
    return rendering.see(request, path)


async def overtaken(request: Visit, template: str, **holes: Any) -> Response[Any]:
    """412: both versions above the form with what was typed in it, which is now of the newer one."""

    def above(_: Any = ()) -> str:
        return rendering.html(request, f"parts/{template}.html", typed=[], **holes)

    page = None if request.partial else await handing_back.handed_back(request, (), above, renewed=True)
    if page is None:
        # a form that htmx sent stands below, as it was typed
        part, typed = ("parts/", []) if request.partial else ("", request.written)
        page = rendering.html(request, f"{part}{template}.html", typed=typed, **holes)
    return rendering.sent(request, page, status=handing_back.STALE, headers=rendering.beside(request))
