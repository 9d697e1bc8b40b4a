"""The code of the second factor: asked for after the password, and set up with an app."""

from typing import Any

from litestar import Response, get, post

from market.console import rendering
from market.console.door import UNFINISHED, Next, admitted
from market.console.paths import PROFILE, local
from market.console.proving import given
from market.console.visit import Visit
from market.people.structs import Standing


@get("/sign-in/code", opt=UNFINISHED)
async def ask(request: Visit, next_: Next = None) -> Response[Any]:
    """Whoever owes no code goes on."""
    if request.seated.standing is not Standing.CODE:
        return rendering.see(request, local(next_))
    return rendering.page(request, "people/code.html", wanted=local(next_))


@post("/sign-in/code", opt=UNFINISHED)
async def answer(request: Visit) -> Response[Any]:
    """The same session under a new token."""
    token = await request.parts.people.factors.answer(request.seated, await request.text("code"), request.visitor)
    return admitted(request, token, local(await request.text("next")))


@get("/sign-in/second-factor", opt=UNFINISHED)
async def offer(request: Visit) -> Response[Any]:
    """The same secret until it is confirmed; for those who may choose, and for those who must."""
    offered = await request.parts.people.factors.offered(request.seated)
    if offered is None:
        return rendering.see(request, PROFILE)
    return rendering.page(request, "people/second-factor.html", offered=offered)


@post("/sign-in/second-factor", opt=UNFINISHED)
async def confirm(request: Visit) -> Response[Any]:
    """No redirect: the recovery codes are on this page only."""
    code = await request.text("code")
    confirmed = await request.parts.people.factors.confirm(request.seated, code, await given(request), request.visitor)
    response = rendering.page(request, "people/recovery.html", recovery=confirmed.recovery)
    request.parts.cookies.keep(request, response, confirmed.token)
    return response


handlers = [ask, answer, offer, confirm]
