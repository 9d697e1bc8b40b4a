"""GET /v1/catalogue/…: the reference data with its sources and flags. Public, and cached by entity tag."""

import functools
from collections.abc import Callable
from typing import Annotated, Any, Generic, TypeVar

import msgspec
from litestar import Response, get
from litestar.handlers import HTTPRouteHandler
from litestar.params import QueryParameter

from market.http.call import Call
from market.http.responses import conditional
from market.http.wire import Wire
from matching.reference import Prefecture
from specs.catalogue import shapes, views
from specs.catalogue.loader import version
from specs.catalogue.permit_views import PermitKindView, permit_kinds
from specs.kit import paging

T = TypeVar("T")
MOST = 1000
_CACHED = {"Cache-Control": "public, max-age=300"}


class Listed(msgspec.Struct, Generic[T], frozen=True, kw_only=True):
    """A page of reference data, and the version of the catalogue that it is from."""

    items: tuple[T, ...]
    next_cursor: str | None
    catalogue: str


# name of the list: (its rows, their type, what it is)
LISTS: dict[str, tuple[Callable[[], tuple[Any, ...]], Any, str]] = {
    "families": (views.families, shapes.FamilyView, "Families of materials"),
    "materials": (views.materials, shapes.MaterialView, "Materials"),
    "grades": (views.grades, shapes.GradeView, "Grades and their limits, as their standards print them"),
    "analytes": (views.analytes, shapes.AnalyteView, "Analytes and properties, with units and plausible values"),
    "steps": (views.steps, shapes.StepView, "Upgrade steps: what they remove, and what they cannot"),
    "regimes": (views.regimes, shapes.RegimeView, "Regulations with their dated limits"),
    "permit-kinds": (permit_kinds, PermitKindView, "Permits and notifications that the law knows"),
    "units": (views.units, shapes.UnitView, "Units and their conversion"),
    "forms": (views.forms, shapes.FormView, "Forms of material"),
    "prefectures": (views.prefectures, Prefecture, "Prefectures (ISO 3166-2:JP)"),
}


@functools.lru_cache(maxsize=256)
def _rows(name: str, family: str | None, material: str | None) -> tuple[Any, ...]:
    rows = LISTS[name][0]()
    if family is not None:
        rows = tuple(r for r in rows if family in getattr(r, "families", ()) or getattr(r, "family", None) == family)
    if material is not None:
        rows = tuple(r for r in rows if r.material == material)
    return rows


@functools.lru_cache(maxsize=256)
def _page(
    *,
    secret: bytes,
    name: str,
    limit: int,
    cursor: str | None,
    family: str | None = None,
    material: str | None = None,
) -> bytes:
    scope = ("catalogue", version(), name, family, material)
    start = 0 if cursor is None else paging.read(secret, scope, cursor, int)
    rows = _rows(name, family, material)
    onward = paging.sign(secret, scope, start + limit) if start + limit < len(rows) else None
    return msgspec.json.encode(Listed(items=rows[start : start + limit], next_cursor=onward, catalogue=version()))


Limit = Annotated[int, QueryParameter(ge=1, le=MOST, description="Most items on a page.")]
Cursor = Annotated[str | None, QueryParameter(max_length=512, description="`next_cursor` of the page before.")]
Family = Annotated[str | None, QueryParameter(max_length=64, description="Only of this family.")]
Material = Annotated[str | None, QueryParameter(max_length=64, description="Only of this material.")]


def _answer(request: Call, name: str, page: tuple[int, str | None], **filters: str | None) -> Response[Any]:
    limit, cursor = page
    content = _page(secret=request.parts.database.secret, name=name, limit=limit, cursor=cursor, **filters)
    return conditional(request, content, _CACHED)


def _plain(name: str) -> Callable[..., Response[Any]]:
    def page(request: Call, limit: Limit = MOST, cursor: Cursor = None) -> Response[Any]:
        return _answer(request, name, (limit, cursor))

    return page


def _of_family(name: str) -> Callable[..., Response[Any]]:
    def page(request: Call, family: Family = None, limit: Limit = MOST, cursor: Cursor = None) -> Response[Any]:
        return _answer(request, name, (limit, cursor), family=family)

    return page


def _of_material(name: str) -> Callable[..., Response[Any]]:
    def page(
        *,
        request: Call,
        family: Family = None,
        material: Material = None,
        limit: Limit = MOST,
        cursor: Cursor = None,
    ) -> Response[Any]:
        return _answer(request, name, (limit, cursor), family=family, material=material)

    return page


# the filters of each list; one without an entry has none
_FILTERED = {"materials": _of_family, "grades": _of_material, "analytes": _of_family, "steps": _of_family}


def _handler(name: str) -> HTTPRouteHandler:
    _, type_, summary = LISTS[name]
    listed: Any = Listed
    decorate = get(
        f"/catalogue/{name}",
        operation_id=f"list_{name.replace('-', '_')}",
        summary=summary,
        tags=["Catalogue"],
        sync_to_thread=False,
        opt={"wire": Wire(answer=listed[type_], tagged=True, problems=(304,))},
    )
    return decorate(_FILTERED.get(name, _plain)(name))


handlers = [_handler(name) for name in LISTS]
