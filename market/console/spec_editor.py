"""The editor of a spec: new or stored, its rows, what is pasted, and what it would get as it is typed."""

import asyncio
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from market.console import posted, rendering, spec_counts, spec_form, spec_rows
from market.console.forms import names_of_fields
from market.console.revising import Clash, marked
from market.console.screen import Screen
from market.console.sending import once
from market.console.spec_choices import choices
from market.console.typed import Typed
from market.console.visit import Visit
from market.parties.rights import WRITERS
from matching.listings import Spec
from specs.kit import clock
from specs.kit.tenancy import Work

WRITING = Screen(kinds=frozenset(WRITERS["spec"]), scope="listings:write")
AT = "/console/specs"
# how far ahead a new spec looks, until a person says otherwise
_AHEAD = timedelta(days=90)


@get("/specs/new", opt={"screen": WRITING})
async def new(request: Visit) -> Response[Any]:
    """An empty form: the day after tomorrow's month is nobody's to guess, so dates are of the next quarter."""
    today = clock.today(clock.now())
    typed = spec_form.fresh()
    typed.put("/delivery/from", today.isoformat())
    typed.put("/delivery/until", (today + _AHEAD).isoformat())
    return _form(request, typed)


@get("/specs/{id:uuid}/edit", opt={"screen": WRITING})
async def edit(id: FromPath[UUID], work: NamedDependency[Work], request: Visit) -> Response[Any]:
    """What is stored, with the version that it was read at."""
    found = await spec_form.FORM.stored(work, id)
    typed = spec_form.typed(found.content)
    marked(typed, id, found.listing.rev, found.version)
    return _form(request, typed)


@post("/specs", status_code=200, opt={"screen": WRITING})
async def create(request: Visit) -> Response[Any]:
    """A draft; published at once where that button was used."""
    typed = await posted.typed(request)
    request.drawn(lambda: _form(request, typed))
    publish = typed.text("_then") == "publish"

    async def made(work: Work) -> str:
        spec = await spec_form.FORM.create(work, typed, publish=publish)
        return f"{AT}/{spec}/matches" if publish else f"{AT}/{spec}"

    return await once(request, made)


@post("/specs/{id:uuid}", status_code=200, opt={"screen": WRITING})
async def save(id: FromPath[UUID], request: Visit) -> Response[Any]:
    """A new revision, or what somebody else changed meanwhile beside what was typed."""
    typed = await posted.typed(request)
    request.drawn(lambda: _form(request, typed))
    clash = await spec_form.FORM.save(request, id, typed)
    if not isinstance(clash, Clash):
        return clash
    marked(clash.typed, id, clash.rev, clash.version)
    return _form(request, clash.typed, status=412, clash=clash)


@post("/specs/editor", status_code=200, opt={"screen": WRITING})
async def change(request: Visit) -> Response[Any]:
    """The form again after one of its own buttons; nothing is stored, and nothing typed is lost."""
    typed = await posted.typed(request)
    # the longest table that is taken is read for a second or two
    done = await asyncio.to_thread(spec_rows.do, typed, typed.text("_do"), clock.today(clock.now()))
    counted = await spec_counts.of(request, typed) if typed.text("_do") == "count" else None
    return _form(request, done.typed, pasted=done.pasted, counted=counted)


@post("/specs/count", status_code=200, opt={"screen": WRITING})
async def count(request: Visit) -> Response[Any]:
    """With these limits so many lots conform: what the engine says while someone types."""
    counted = await spec_counts.of(request, await posted.typed(request))
    return rendering.page(request, "specs/count.html", counted=counted)


def _form(request: Visit, typed: Typed, *, status: int = 200, **holes: Any) -> Response[Any]:
    given = {"pasted": None, "counted": None, "clash": None, **holes}
    template = "specs/form.html" if request.partial else "specs/editor.html"
    headers = rendering.beside(request, "#editor", "outerHTML")
    return rendering.page(
        request,
        template,
        status=status,
        headers=headers,
        typed=typed,
        sources=spec_rows.sources(typed, request.language),
        choices=choices(typed.text("/material"), request.language),
        fields=names_of_fields(Spec),
        **given,
    )


def soon(today: date) -> str:
    """The end of what counts as open while no window is given."""
    return (today + timedelta(days=365)).isoformat()


handlers = [new, edit, create, save, change, count]
