"""Freight tables: those that price today or will, a coordinator's own, one with its figures, and its form."""

from typing import Annotated, Any, Final, get_args
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath, QueryParameter

from market.console import rendering
from market.console.editing import Edit, edited
from market.console.freight import fares, form
from market.console.reading import decoded
from market.console.screen import Screen
from market.console.spec_choices import choices
from market.console.visit import Visit
from market.deals.queries import names
from market.http.listing_routes import Revision
from market.parties.structs import OrganisationKind as Kind
from matching.fares import Provenance
from specs.freight import service as tables
from specs.freight.structs import FreightTableFound, FreightTableRevisions, FreightTables
from specs.kit.tenancy import Role, Work

PAGE: Final = "/console/settings/freight"
REVISIONS: Final = 50
COORDINATORS: Final = frozenset({Kind.COORDINATOR})
READING: Final = {"screen": Screen(kinds=COORDINATORS, scope="listings:read")}
SETTING: Final = {"screen": Screen(kinds=COORDINATORS, scope="freight:write")}
Of = Annotated[UUID | None, QueryParameter(name="of")]


@get("/settings/freight", opt=READING)
async def page(request: Visit) -> Response[Any]:
    """What prices today, and where, and what is to come; apart from it what this coordinator has set, also before."""
    async with request.opened() as work:
        found = msgspec.json.decode(await tables.page(work, request.parts.editions), type=FreightTables)
        own = await tables.own(work)
        setters = await _setters(work, *(one.set_by for one in found.items))
    return rendering.page(request, "freight/list.html", found=found, own=own, setters=setters)


@get("/settings/freight/shipped", opt=READING)
async def shipped(request: Visit) -> Response[Any]:
    """The catalogue's, which nobody changes: it is where others begin."""
    found = msgspec.json.decode(tables.of_catalogue(), type=FreightTableFound)
    return _shown(request, found)


@get("/settings/freight/new", opt=SETTING)
async def new(request: Visit, of: Of = None) -> Response[Any]:
    """Begun with the figures of another, of the catalogue's without one."""
    async with request.opened() as work:
        body = tables.of_catalogue() if of is None else (await tables.read(work, of)).body
    found = msgspec.json.decode(body, type=FreightTableFound)
    return _form(request, found, PAGE)


@post("/settings/freight", opt=SETTING)
async def create(request: Visit) -> Response[Any]:
    """It counts from today, or from the day that the form names."""

    async def make(edit: Edit) -> str:
        figures = form.lines(edit.fields)
        with form.in_its_lines(figures, request.language):
            return _at((await tables.create(edit.work, form.draft(edit.fields, figures))).id)

    return await edited(request, make, PAGE)


@get("/settings/freight/{id:uuid}", opt=READING)
async def one(id: FromPath[UUID], request: Visit) -> Response[Any]:
    """The newest edition of anyone's."""
    async with request.opened() as work:
        answer = await tables.read(work, id)
        found = decoded(answer, FreightTableFound)
        body = await tables.revisions(work, id, REVISIONS)
        setters = await _setters(work, found.set_by)
    older = msgspec.json.decode(body, type=FreightTableRevisions).items
    return _shown(request, found, version=answer.version, setters=setters, older=older)


@get("/settings/freight/{id:uuid}/revisions/{rev:int}", opt=READING)
async def revision(id: FromPath[UUID], rev: Revision, request: Visit) -> Response[Any]:
    """As it priced then."""
    async with request.opened() as work:
        found = msgspec.json.decode(await tables.revision(work, id, rev), type=FreightTableFound)
        setters = await _setters(work, found.set_by)
    return _shown(request, found, setters=setters)


@get("/settings/freight/{id:uuid}/edit", opt=SETTING)
async def edit(id: FromPath[UUID], request: Visit) -> Response[Any]:
    """A new revision of it, begun with the newest."""
    async with request.opened() as work:
        answer = await tables.read(work, id)
    return _form(request, decoded(answer, FreightTableFound), _at(id), answer.version)


@post("/settings/freight/{id:uuid}", opt=SETTING)
async def replace(id: FromPath[UUID], request: Visit) -> Response[Any]:
    """The revision before it stays readable, and counts until the day that the form names."""

    async def put(edit: Edit) -> str:
        figures = form.lines(edit.fields)
        with form.in_its_lines(figures, request.language):
            draft = form.draft(edit.fields, figures)
            return _at((await tables.replace(edit.work, id, draft, edit.versions)).id)

    return await edited(request, put, _at(id), id)


@post("/settings/freight/{id:uuid}/withdraw", opt=SETTING)
async def withdraw(id: FromPath[UUID], request: Visit) -> Response[Any]:
    """Its prefectures go back to what else covers them."""

    async def drop(edit: Edit) -> str:
        return _at((await tables.withdraw(edit.work, id, edit.versions)).id)

    return await edited(request, drop, _at(id), id)


def _at(table: UUID) -> str:
    return f"{PAGE}/{table}"


async def _setters(work: Work, *organisations: UUID | None) -> dict[UUID, str]:
    await work.as_role(Role.COORDINATOR)
    return await names(work, tuple({one for one in organisations if one is not None}))


def _shown(request: Visit, found: FreightTableFound, **more: Any) -> Response[Any]:
    given = {"version": None, "setters": {}, "older": (), **more}
    own = found.set_by == request.principal.tenant
    return rendering.page(
        request, "freight/table.html", found=found, matrix=fares.matrix(found.table), own=own, **given
    )


def _form(request: Visit, found: FreightTableFound, save: str, version: int | None = None) -> Response[Any]:
    return rendering.page(
        request,
        "freight/form.html",
        found=found,
        save=save,
        version=version,
        fares=fares.written(found.table),
        source=fares.source(found.table) or {},
        flags=get_args(Provenance),
        prefectures=choices("", request.language).prefectures,
    )


handlers = [page, shipped, new, create, one, revision, edit, replace, withdraw]
