"""A page that nobody made."""

from litestar import get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from market.console.screen import Screen


@get("/{rest:path}", opt={"screen": Screen(public=True)})
async def nowhere(rest: FromPath[str]) -> None:  # noqa: ARG001 - whatever was asked for
    """404 as a page, in the visitor's language."""
    raise NotFoundException


handlers = [nowhere]
