"""The editor of a lot: new or stored, its table of results, and what is pasted into it."""

from datetime import timedelta
from typing import Annotated, Any
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter

from market.console import posted, results_form
from market.console.lots import form
from market.console.lots.page import AT, WRITING
from market.console.revising import Clash, marked
from market.console.sending import once
from market.console.typed import Typed
from market.console.visit import Visit
from specs.kit import clock
from specs.kit.tenancy import Work

# how long a new lot is offered, until a person says otherwise
_AHEAD = timedelta(days=60)
Like = Annotated[UUID | None, QueryParameter(name="like")]


@get("/lots/new", opt={"screen": WRITING})
async def new(work: NamedDependency[Work], request: Visit, like: Like = None) -> Response[Any]:
    """An empty form, or one as another lot has it, but for what was measured of that one, and its days."""
    today = clock.today(clock.now())
    typed = form.fresh() if like is None else form.like((await form.FORM.stored(work, like)).content)
    typed.put("/available/from", today.isoformat())
    typed.put("/available/until", (today + _AHEAD).isoformat())
    return _form(request, typed)


@get("/lots/{id:uuid}/edit", opt={"screen": WRITING})
async def edit(id: FromPath[UUID], work: NamedDependency[Work], request: Visit) -> Response[Any]:
    """What is stored, with the version that it was read at."""
    found = await form.FORM.stored(work, id)
    typed = form.typed(found.content)
    marked(typed, id, found.listing.rev, found.version)
    return _form(request, typed)


@post("/lots", status_code=200, opt={"screen": WRITING})
async def create(request: Visit) -> Response[Any]:
    """A draft, or at once on the market where that button was used."""
    typed = await posted.typed(request)
    request.drawn(lambda: _form(request, typed))
    publish = typed.text("_then") == "publish"

    async def made(work: Work) -> str:
        lot = await form.FORM.create(work, typed, publish=publish)
        return f"{AT}/{lot}/matches" if publish else f"{AT}/{lot}"

    return await once(request, made)


@post("/lots/{id:uuid}", status_code=200, opt={"screen": WRITING})
async def save(id: FromPath[UUID], request: Visit) -> Response[Any]:
    """A new revision, or what somebody else changed meanwhile beside what was typed."""
    typed = await posted.typed(request)
    request.drawn(lambda: _form(request, typed))
    clash = await form.FORM.save(request, id, typed)
    if not isinstance(clash, Clash):
        return clash
    marked(clash.typed, id, clash.rev, clash.version)
    return _form(request, clash.typed, status=412, clash=clash)


@post("/lots/editor", status_code=200, opt={"screen": WRITING})
async def change(request: Visit) -> Response[Any]:
    """The form again after one of its own buttons; nothing is stored, and nothing typed is lost."""
    typed = await posted.typed(request)
    match typed.text("_do").partition(":"):
        case ("month", _, _):
            typed.put(f"{form.SCHEDULE}/{typed.next_row(form.SCHEDULE)}/month", "")
        case ("undo_month", _, row) if row.isascii() and row.isdigit():
            typed.drop(form.SCHEDULE, int(row))
        case (action, colon, row):
            done = await results_form.done(typed, f"{action}{colon}{row}")
            return _form(request, done.typed, pasted=done.pasted)
    return _form(request, typed)


@post("/lots/check", status_code=200, opt={"screen": WRITING})
async def check(request: Visit) -> Response[Any]:
    """What is to be said beside each result, while someone types."""
    return await results_form.noted(request)


def _form(request: Visit, typed: Typed, **holes: Any) -> Response[Any]:
    given = {"clash": None, **holes}
    material = typed.text("/material")
    return results_form.shown(request, typed, "lots/form.html", "lots/editor.html", material=material, **given)


handlers = [new, edit, create, save, change, check]
