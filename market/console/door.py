"""Signing in and out, and the page behind a one-time link."""

from typing import Annotated, Any

from litestar import Response, get, post
from litestar.params import FromPath, QueryParameter

from market.console import rendering
from market.console.paths import HOME, SIGN_IN, local
from market.console.screen import Screen
from market.console.visit import Visit
from market.people import links

PUBLIC = {"screen": Screen(public=True)}
Next = Annotated[str | None, QueryParameter(name="next", max_length=2000)]


@get("/sign-in", opt=PUBLIC)
async def ask(request: Visit, next_: Next = None) -> Response[Any]:
    """Whoever is signed in has nothing to do here."""
    if request.session is not None:
        return rendering.see(request, local(next_))
    return rendering.page(request, "people/sign-in.html", wanted=local(next_))


@post("/sign-in", opt=PUBLIC)
async def sign_in(request: Visit) -> Response[Any]:
    """A new session under a new token, whatever cookie came with the form."""
    form = await request.form()
    token = await request.parts.people.sign_in(_text(form, "email"), _text(form, "password"), request.visitor)
    return _admitted(request, token, local(form.get("next")))


@post("/sign-out", opt={"screen": Screen(unfinished=True)})
async def sign_out(request: Visit) -> Response[Any]:
    """The session ends here and everywhere."""
    if request.session is not None:
        await request.parts.people.sessions.end(request.session, request.visitor.request_id)
    response = rendering.see(request, SIGN_IN)
    request.parts.cookies.drop(request, response)
    return response


@get("/link/{token:str}", opt=PUBLIC)
async def look(token: FromPath[str], request: Visit) -> Response[Any]:
    """What the link is for; looking burns nothing."""
    link = await links.look(request.parts.database, token)
    return rendering.page(request, "people/link.html", link=link, path=request.scope["path"])


@post("/link/{token:str}", opt=PUBLIC)
async def use(token: FromPath[str], request: Visit) -> Response[Any]:
    """The first to press the button is signed in."""
    people = request.parts.people
    link = await links.look(people.database, token)
    return _admitted(request, await people.sign_in_by(link, request.visitor), HOME)


def _text(form: Any, name: str) -> str:
    """A field as text: a file or nothing in its place is an empty one."""
    value = form.get(name)
    return value if isinstance(value, str) else ""


def _admitted(request: Visit, token: str, path: str) -> Response[Any]:
    response = rendering.see(request, path)
    request.parts.cookies.keep(request, response, token)
    return response


handlers = [ask, sign_in, sign_out, look, use]
