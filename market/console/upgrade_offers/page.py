"""One's own offers: listed with how their claims stand to what was published, written, changed and withdrawn."""

from typing import Any, Final
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from market.console import posted, rendering
from market.console.editing import Edit, edited
from market.console.pointing import as_typed
from market.console.reading import decoded
from market.console.revising import Clash
from market.console.screen import Screen
from market.console.sending import once
from market.console.spec_choices import choices, families, steps
from market.console.typed import Typed
from market.console.upgrade_offers import form, saving
from market.console.visit import Visit
from market.parties.rights import WRITERS
from specs.kit.tenancy import Work
from specs.offer import service as offers
from specs.offer.structs import OfferListing, OfferPage

KINDS: Final = frozenset(WRITERS["upgrade_offer"])
READING: Final = Screen(kinds=KINDS, scope="listings:read")
WRITING: Final = Screen(kinds=KINDS, scope="listings:write")
AT: Final = "/console/upgrade-offers"
_PAGE: Final = 25


@get("/upgrade-offers", opt={"screen": READING})
async def page(work: NamedDependency[Work], request: Visit) -> Response[Any]:
    """The newest first, withdrawn ones too."""
    cursor = request.query_params.get("cursor")
    found = msgspec.json.decode(await offers.page(work, request.language, _PAGE, cursor), type=OfferPage)
    return rendering.page(request, "upgrade-offers/list.html", page=found, here=AT)


@get("/upgrade-offers/new", opt={"screen": WRITING})
async def new(request: Visit) -> Response[Any]:
    """An empty form."""
    return _form(request, form.fresh())


@get("/upgrade-offers/{id:uuid}", opt={"screen": READING})
async def read(id: FromPath[UUID], work: NamedDependency[Work], request: Visit) -> Response[Any]:
    """All of one's own offer, with what was published beside each claim."""
    answer = await saving.own(work, id, request.language)
    offer = decoded(answer, OfferListing)
    return rendering.page(request, "upgrade-offers/offer.html", offer=offer, version=answer.version)


@get("/upgrade-offers/{id:uuid}/edit", opt={"screen": WRITING})
async def edit(id: FromPath[UUID], work: NamedDependency[Work], request: Visit) -> Response[Any]:
    """What is stored, with the version that it was read at."""
    typed = saving.opened(await saving.own(work, id, request.language))
    return _form(request, typed)


@post("/upgrade-offers", status_code=200, opt={"screen": WRITING})
async def create(request: Visit) -> Response[Any]:
    """Open at once."""
    typed = await posted.typed(request)
    request.drawn(lambda: _form(request, typed))

    async def made(work: Work) -> str:
        with as_typed(typed, (form.REMOVAL,)):
            answer = await offers.create(work, form.offer(typed), request.language)
        return f"{AT}/{answer.id}"

    return await once(request, made)


@post("/upgrade-offers/{id:uuid}", status_code=200, opt={"screen": WRITING})
async def save(id: FromPath[UUID], request: Visit) -> Response[Any]:
    """Changed, or what somebody else changed meanwhile beside what was typed."""
    typed = await posted.typed(request)
    request.drawn(lambda: _form(request, typed))
    clash = await saving.save(request, id, typed)
    if not isinstance(clash, Clash):
        return clash
    return _form(request, clash.typed, status=412, clash=clash)


@post("/upgrade-offers/{id:uuid}/withdraw", status_code=200, opt={"screen": WRITING})
async def withdraw(id: FromPath[UUID], request: Visit) -> Response[Any]:
    """Nobody else finds it from then on."""

    async def drop(edit: Edit) -> str:
        await offers.withdraw(edit.work, id, request.language, edit.versions)
        return f"{AT}/{id}"

    return await edited(request, drop, f"{AT}/{id}", id)


@post("/upgrade-offers/editor", status_code=200, opt={"screen": WRITING})
async def change(request: Visit) -> Response[Any]:
    """The form again after one of its own buttons; nothing is stored, and nothing typed is lost."""
    typed = await posted.typed(request)
    match typed.text("_do").partition(":"):
        case ("row", _, _):
            typed.put(f"{form.REMOVAL}/{typed.next_row(form.REMOVAL)}/analyte", "")
        case ("drop", _, row) if row.isascii() and row.isdigit():
            typed.drop(form.REMOVAL, int(row))
        case _:
            pass
    return _form(request, typed)


def _form(request: Visit, typed: Typed, *, status: int = 200, **holes: Any) -> Response[Any]:
    template = "upgrade-offers/form.html" if request.partial else "upgrade-offers/editor.html"
    headers = rendering.beside(request, "#editor", "outerHTML")
    return rendering.page(
        request,
        template,
        status=status,
        headers=headers,
        typed=typed,
        steps=steps(request.language),
        families=families(request.language),
        choices=choices("", request.language),
        **{"clash": None, **holes},
    )


handlers = [page, new, read, edit, create, save, withdraw, change]
