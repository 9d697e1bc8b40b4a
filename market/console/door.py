"""Signing in and out, and the page behind a one-time link."""

from typing import Annotated, Any

from litestar import Response, get, post
from litestar.params import FromPath, QueryParameter

from market.console import rendering
from market.console.paths import HOME, SIGN_IN, local
from market.console.screen import Screen
from market.console.visit import Visit
from market.http import cookies
from market.people import browsers, links
from market.people.service import is_theirs
from market.people.structs import LinkPurpose

PUBLIC = {"screen": Screen(public=True)}
UNFINISHED = {"screen": Screen(unfinished=True)}
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
    email, password = await request.text("email"), await request.text("password")
    token = await request.parts.people.sign_in(email, password, request.visitor)
    return known(request, admitted(request, token, local(await request.text("next"))), email)


@post("/sign-out", opt=UNFINISHED)
async def sign_out(request: Visit) -> Response[Any]:
    """The session ends here, and for every copy of its cookie."""
    await request.parts.people.sessions.end(request.seated, request.visitor.request_id)
    response = rendering.see(request, SIGN_IN)
    request.parts.cookies.drop(request, response)
    return response


@get("/link/{token:str}", opt=PUBLIC)
async def look(token: FromPath[str], request: Visit) -> Response[Any]:
    """What the link is for; looking burns nothing."""
    people = request.parts.people
    link = await links.look(people.database, token)
    known = await people.known(link)
    return rendering.page(
        request,
        "people/link.html",
        link=link,
        path=request.scope["path"],
        known=known is not None,
        theirs=known is not None and is_theirs(request.session, known),
    )


@post("/link/{token:str}", opt=PUBLIC)
async def use(token: FromPath[str], request: Visit) -> Response[Any]:
    """The first to press the button is signed in."""
    people, visitor = request.parts.people, request.visitor
    link = await links.look(people.database, token)
    match link.purpose:
        case LinkPurpose.SIGN_IN:
            opened = await people.sign_in_by(link, visitor)
        case LinkPurpose.INVITATION:
            opened = await people.accept(link, await request.text("/password"), request.session, visitor)
        case LinkPurpose.RESET:
            opened = await people.reset(link, await request.text("/password"), visitor)
    return known(request, admitted(request, opened, HOME), link.email)


def admitted(request: Visit, token: str, path: str) -> Response[Any]:
    """On to a page of ours, with the cookie of the session."""
    response = rendering.see(request, path)
    request.parts.cookies.keep(request, response, token)
    return response


def known(request: Visit, response: Response[Any], email: str) -> Response[Any]:
    """The browser is known for that address from now on: what others type keeps nobody out of it."""
    kept = browsers.fresh(request.parts.database.secret, email)
    request.parts.cookies.keep(request, response, kept, cookies.BROWSER)
    return response


handlers = [ask, sign_in, sign_out, look, use]
