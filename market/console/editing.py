"""A form that changes something: the same service call as the API's, in one transaction, and on to a page.

It may carry `_version`, the thing as it was shown: where somebody was faster, nothing is changed, and whoever comes
second reads which version they had, which there is now, and keeps what they typed.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import msgspec
from litestar import Response

from market.console import posted, rendering
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
            path = await change(Edit(work, fields))
    except VersionMismatch as mismatch:
        return _overtaken(request, fields, back, mismatch)
    return rendering.see(request, path)


def _overtaken(request: Visit, fields: Fields, back: str, mismatch: VersionMismatch) -> Response[Any]:
    """412 with both versions and what was typed."""
    return rendering.page(
        request,
        "parts/overtaken.html" if request.partial else "overtaken.html",
        status=412,
        headers=rendering.beside(request),
        shown=dict(fields).get("_version"),
        now=mismatch.params.get("version"),
        typed=[text for name, text in fields if name.startswith("/") and text.strip()],
        back=back,
    )
