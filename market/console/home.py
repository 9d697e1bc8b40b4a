"""The start: what waits for you."""

from typing import Any

from litestar import Response, get

from market.console import rendering
from market.console.screen import Screen
from market.console.visit import Visit


@get("/", opt={"screen": Screen()})
async def home(request: Visit) -> Response[Any]:
    """A page of its own for each kind of organisation."""
    return rendering.page(request, "home.html")


handlers = [home]
