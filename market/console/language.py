"""Japanese or English, by the visitor's choice."""

from typing import Any

from litestar import Response, post
from litestar.datastructures import Cookie

from market.console import rendering
from market.console.paths import local
from market.console.screen import Screen
from market.console.text import LANGUAGES
from market.console.visit import LANGUAGE_COOKIE, Visit

_YEAR = 365 * 24 * 3600


@post("/language", opt={"screen": Screen(public=True)})
async def choose(request: Visit) -> Response[Any]:
    """Kept in the browser: it is no secret, and it is asked before anyone signs in."""
    form = await request.form()
    answer = rendering.see(request, local(form.get("next")))
    chosen = form.get("language")
    if chosen in LANGUAGES:
        if request.session is not None:
            await request.parts.people.profile.speak(request.session, chosen)
        answer.set_cookie(
            Cookie(LANGUAGE_COOKIE, path="/console", value=chosen, max_age=_YEAR, samesite="lax", httponly=True)
        )
    return answer


handlers = [choose]
