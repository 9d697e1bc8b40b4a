"""The start: what waits for you, what changed, and what is stuck."""

from typing import Any

from litestar import Response, get

from market.console import rendering
from market.console.cards import dealt
from market.console.screen import Screen
from market.console.visit import Visit


@get("/", opt={"screen": Screen()})
async def home(request: Visit) -> Response[Any]:
    """Cards for each kind of organisation; htmx gets them alone."""
    template = "home/cards.html" if request.partial else "home.html"
    return rendering.page(request, template, cards=await dealt(request))


handlers = [home]
