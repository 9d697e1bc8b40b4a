"""A person's own page: password, second factor, where they are signed in, and for which organisation they act."""

from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath

from market.console import rendering
from market.console.agents import called
from market.console.door import admitted
from market.console.paths import HOME, PROFILE
from market.console.proving import given
from market.console.screen import Screen
from market.console.sending import once
from market.console.visit import Visit
from specs.kit.tenancy import Work

OWN = {"screen": Screen()}


@get("/profile", opt=OWN)
async def read(request: Visit) -> Response[Any]:
    """As it is now."""
    own = await request.parts.people.profile.read(request.seated)
    return rendering.page(request, "people/profile.html", own=own, called=called)


@post("/profile/password", opt=OWN)
async def change_password(request: Visit) -> Response[Any]:
    """Every other browser is signed out."""
    profile, password = request.parts.people.profile, await request.text("/password")
    token = await profile.change_password(request.seated, await given(request), password, request.visitor)
    return admitted(request, token, PROFILE)


@post("/profile/second-factor/drop", opt=OWN)
async def drop_factor(request: Visit) -> Response[Any]:
    """Back to the page where it can be set up again."""
    await request.parts.people.profile.drop_factor(request.seated, await given(request), request.visitor)
    return rendering.see(request, PROFILE)


@post("/profile/sessions/{id:uuid}/end", opt=OWN)
async def end(id: FromPath[UUID], request: Visit) -> Response[Any]:
    """Sign another browser out."""

    async def ended(_: Work) -> str:
        await request.parts.people.profile.end(request.seated, id, request.visitor)
        return PROFILE

    return await once(request, ended)


@post("/profile/sessions/end-others", opt=OWN)
async def end_others(request: Visit) -> Response[Any]:
    """Sign every other browser out."""
    await request.parts.people.profile.end_others(request.seated, request.visitor)
    return rendering.see(request, PROFILE)


@post("/profile/organisation/{id:uuid}", opt=OWN)
async def switch(id: FromPath[UUID], request: Visit) -> Response[Any]:
    """Act for another of one's organisations from now on."""
    token = await request.parts.people.profile.switch(request.seated, id, request.visitor)
    return admitted(request, token, HOME)


handlers = [read, change_password, drop_factor, end, end_others, switch]
