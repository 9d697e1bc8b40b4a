"""A form that changes something: the same service call as the API's, in one transaction, and on to a page.

It may carry `_version`, the thing as it was shown: where somebody was faster, nothing is changed, and whoever comes
second reads which version they had, which there is now, and keeps what they typed.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final
from uuid import UUID

import msgspec
from litestar import Response

from market.console import handing_back, posted, rendering, sending
from market.console.visit import Visit
from market.parties import authors
from specs.kit.errors import VersionMismatch
from specs.kit.tenancy import Work
from specs.kit.versions import Versions

# the thing has changed under whoever typed
STALE: Final = 412
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


async def edited(request: Visit, change: Change, back: str, about: UUID | None = None) -> Response[Any]:
    """Do it, and see the page that `change` names; `back` is where the thing `about` is as it is now."""
    fields = await posted.fields(request)

    try:
        return await sending.once(request, lambda work: change(Edit(work, fields)))
    except VersionMismatch as mismatch:
        async with request.opened() as work:
            touch = await authors.last(work, about) if about else None
        said = dict(fields).get("_version")
        return await overtaken(
            request, "overtaken", shown=said, now=mismatch.params.get("version"), back=back, touch=touch
        )


async def overtaken(request: Visit, template: str, **holes: Any) -> Response[Any]:
    """412: who changed what, above the form with what was typed in it, which is from now on of the newer version.

    With scripts the form stays where it is, with files and all, and takes over what the answer says of the version.
    """
    newer = await handing_back.newer(request)
    stays = request.partial and newer is not None
    told = {
        **holes,
        "newer": newer is not None,
        "stamps": newer.stamps if newer and stays else {},
        # a form with rows is begun anew on its page: that says nothing of what anybody changed
        "others": tuple(newer.others()) if newer and stays and request.draw is None else (),
        # a form that htmx sent stands below, as it was typed
        "typed": () if request.partial else request.written,
    }
    if newer is None or stays:
        part = "parts/" if request.partial else ""
        page = rendering.html(request, f"{part}{template}.html", **told)
    else:
        page = await handing_back.renewed(request, newer, rendering.html(request, f"parts/{template}.html", **told))
    return rendering.sent(request, page, status=STALE, headers=rendering.beside(request))
