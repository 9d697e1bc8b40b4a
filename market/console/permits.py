"""Permits: one's own, declared, changed and withdrawn; for a coordinator those of the jurisdiction, which it checks."""

from typing import Annotated, Any, Final
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath, QueryParameter

from market.console import forms, rendering, uploads
from market.console.editing import Edit, Fields, edited
from market.console.reading import decoded
from market.console.screen import Screen
from market.console.visit import Visit
from market.deals.queries import names
from market.documents import service as documents
from market.documents.structs import DocumentKind, DocumentLink, LinkedKind
from market.http.listing_routes import Cursor
from market.parties.rights import WRITERS
from market.parties.structs import OrganisationKind as Kind
from market.permits import service as permits
from market.permits.structs import Attestation, CheckDraft, OverseenPermit, OverseenPermits, PermitListing, PermitPage
from matching.permits.permit import Permit
from specs.kit.tenancy import Role

PAGE: Final = "/console/permits"
ROWS: Final = 50
ENDING: Final = 10
HOLDERS: Final = frozenset(WRITERS["permit"])
READING = {"screen": Screen(kinds=HOLDERS | {Kind.COORDINATOR}, scope="permits:read")}
WRITING = {"screen": Screen(kinds=HOLDERS, scope="permits:write")}
PROVING = {"screen": Screen(kinds=HOLDERS, scope="documents:write", files=True)}
CHECKING = {"screen": Screen(kinds=frozenset({Kind.COORDINATOR}), scope="permits:check")}
# which of them a list shows
LISTS: Final = {"unchecked": False, "checked": True, "all": None}
# kinds of which nobody can hold one yet
_PLANNED: Final = "plan"
Which = Annotated[str | None, QueryParameter(name="show", max_length=16)]
OfKind = Annotated[str | None, QueryParameter(max_length=64)]


@get("/permits", opt=READING)
async def page(request: Visit, show: Which = None, cursor: Cursor = None) -> Response[Any]:
    """Newest first, and what ends soon; a coordinator begins with those to check."""
    coordinates = request.principal.kind is Kind.COORDINATOR
    which = show if show in LISTS else "unchecked" if coordinates else "all"
    async with request.opened() as work:
        body = await permits.page(work, request.principal, ROWS, cursor, checked=LISTS[which])
        found: Any = msgspec.json.decode(body, type=OverseenPermits if coordinates else PermitPage)
        holders = await names(work, tuple({one.organisation_id for one in found.items})) if coordinates else {}
        ending = await permits.ending(work, request.principal, ENDING)
    return rendering.page(
        request, "permits/list.html", found=found, holders=holders, ending=ending, which=which, coordinates=coordinates
    )


@get("/permits/new", opt=WRITING)
async def new(request: Visit, kind: OfKind = None) -> Response[Any]:
    """An empty form."""
    return rendering.page(request, "permits/new.html", permit=None, kind=kind, **_choices(request))


@post("/permits", opt=WRITING)
async def create(request: Visit) -> Response[Any]:
    """And on to its page."""

    async def declare(edit: Edit) -> str:
        return _at((await permits.create(edit.work, forms.draft(edit.fields, Permit))).id)

    return await edited(request, declare, PAGE)


@get("/permits/{id:uuid}", opt=READING)
async def one(id: FromPath[UUID], request: Visit) -> Response[Any]:
    """With the acts that are open to whoever looks."""
    coordinates = request.principal.kind is Kind.COORDINATOR
    async with request.opened() as work:
        answer = await permits.read(work, request.principal, id)
        permit: Any = decoded(answer, OverseenPermit if coordinates else PermitListing)
        if coordinates:
            papers: Any = await documents.overseen_about(work, (id,))
        else:
            await work.as_role(Role.TENANT)
            papers = await documents.about(work, (id,))
        holders = await names(work, (permit.organisation_id,)) if coordinates else {}
    return rendering.page(
        request,
        "permits/one.html",
        permit=permit,
        holder=holders.get(permit.organisation_id) if coordinates else None,
        version=answer.version,
        papers=papers,
        attestations=tuple(Attestation),
        coordinates=coordinates,
        **_choices(request),
    )


@post("/permits/{id:uuid}", opt=WRITING)
async def change(id: FromPath[UUID], request: Visit) -> Response[Any]:
    """The whole form replaces what was declared; it has to be checked again."""

    async def patch(edit: Edit) -> str:
        return _at((await permits.patch(edit.work, id, _whole(edit.fields), edit.versions)).id)

    return await edited(request, patch, _at(id), id)


@post("/permits/{id:uuid}/documents", request_max_body_size=None, opt=PROVING)
async def attach(id: FromPath[UUID], request: Visit) -> Response[Any]:
    """Copies of the permit, for who checks it."""
    async with request.opened() as work:
        await permits.read(work, request.principal, id)
    await uploads.linked(request, DocumentKind.PERMIT, [DocumentLink(LinkedKind.PERMIT, id)])
    return rendering.see(request, f"{_at(id)}#documents")


@post("/permits/{id:uuid}/withdraw", opt=WRITING)
async def withdraw(id: FromPath[UUID], request: Visit) -> Response[Any]:
    """It counts no more."""

    async def drop(edit: Edit) -> str:
        return _at((await permits.withdraw(edit.work, id, edit.versions)).id)

    return await edited(request, drop, _at(id), id)


@post("/permits/{id:uuid}/check", opt=CHECKING)
async def check(id: FromPath[UUID], request: Visit) -> Response[Any]:
    """Confirm or refuse, and on to the next."""

    async def attest(edit: Edit) -> str:
        return _at((await permits.check(edit.work, id, forms.draft(edit.fields, CheckDraft), edit.versions)).id)

    return await edited(request, attest, _at(id), id)


def _at(permit: UUID) -> str:
    return f"{PAGE}/{permit}"


def _whole(fields: Fields) -> bytes:
    """The form as a patch of everything: a field left blank is emptied."""
    blank = msgspec.to_builtins(Permit(kind=""))
    return msgspec.json.encode({**blank, **msgspec.json.decode(forms.document(fields))})


def _choices(request: Visit) -> dict[str, Any]:
    """What a permit can be of; by instrument, as the catalogue has them."""
    known = request.parts.catalogue
    kinds: dict[str, list[str]] = {}
    for code, kind in known.permits.kinds.items():
        if kind.instrument != _PLANNED:
            kinds.setdefault(kind.instrument, []).append(code)
    return {"kinds": kinds, "catalogue": known}


handlers = [page, new, create, one, change, attach, withdraw, check]
