"""/v1/balance: supply, demand and what is between them, by material, place and month; and why demand is unmet."""

from typing import Annotated, Any

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import QueryParameter

from market.http.call import Call
from market.http.listing_routes import PRIVATE, Code, Cursor, OfPrefecture
from market.http.refusal import FieldError, Refusal
from market.http.responses import conditional, worded
from market.http.wire import Wire
from market.insight import service as insight
from market.insight.sheet import balance_sheet
from market.insight.structs import Balance, Column, Gaps, View, Wanted
from specs.kit.tenancy import Work
from specs.kit.wire import encode

MOST = 1_000
CSV = "text/csv"
_VARYING = PRIVATE | {"Vary": "Accept"}
Limit = Annotated[int, QueryParameter(ge=1, le=MOST, description="Most rows on a page.")]
OfView = Annotated[
    View | None,
    QueryParameter(
        description="`merged` (five firms or more, for everyone) or `overseen` (exact, for coordinators where they "
        "oversee). Without it coordinators get the latter."
    ),
]
_COLUMN = "|".join(Column)
GroupBy = Annotated[
    str,
    QueryParameter(
        pattern=f"^({_COLUMN})(,({_COLUMN})){{0,{len(Column) - 1}}}$",
        max_length=80,
        description=f"Columns, joined by commas: {', '.join(Column)}. What a column hangs on comes with it.",
    ),
]
OfRegion = Annotated[str | None, QueryParameter(min_length=1, max_length=64, description="Only in this region.")]
Month = "^[0-9]{4}-(0[1-9]|1[0-2])$"
FromMonth = Annotated[
    str | None, QueryParameter(name="from", pattern=Month, max_length=7, description="Only this month and later.")
]
UntilMonth = Annotated[
    str | None, QueryParameter(name="until", pattern=Month, max_length=7, description="Only this month and earlier.")
]
_ABOUT = (
    "Open listings of verified firms, in tonnes, by the months of their schedules, or else by the days of their "
    "windows. A tonne of a lot counts for one spec: `matched` is what all can get at once, `near_miss` what a change "
    "would add, the rest is `unmet` or `unsold`. Figures of fewer than five firms are merged upwards (prefecture to "
    "region to all of Japan, month to quarter to all months, grade to material to family to all), and a filter lets "
    "through what lies wholly inside of it. `none` and `several` stand for grades of listings that do not name one. "
    "Stock is taken hourly, and sooner when a tenth of the listings has changed."
)


def columns(text: str) -> tuple[Column, ...]:
    """400 where one is unknown."""
    names = text.split(",")
    for name in names:
        if name not in set(Column):
            params: dict[str, object] = {"value": name[:64], "allowed": [str(column) for column in Column]}
            raise Refusal(
                "invalid_parameter", errors=(FieldError(parameter="group_by", code="invalid_choice", params=params),)
            )
    return tuple(Column(name) for name in names)


@get(
    "/balance",
    operation_id="get_balance",
    summary="Supply, demand, matched, near-miss and unmet tonnes",
    description=_ABOUT + " With `Accept: text/csv` every row as a table, as `/v1/balance.csv`.",
    tags=["Market"],
    opt={"wire": Wire(answer=Balance, scope="balance:read", tagged=True, problems=(304,))},
)
async def page(
    *,
    request: Call,
    work: NamedDependency[Work],
    group_by: GroupBy = "family",
    view: OfView = None,
    family: Code = None,
    material: Code = None,
    grade: Code = None,
    region: OfRegion = None,
    prefecture: OfPrefecture = None,
    from_: FromMonth = None,
    until: UntilMonth = None,
    limit: Limit = 200,
    cursor: Cursor = None,
) -> Response[Any]:
    """A page of rows, or the whole table."""
    wanted = Wanted(
        view=view,
        group_by=columns(group_by),
        family=family,
        material=material,
        grade=grade,
        region=region,
        prefecture=prefecture,
        from_=from_,
        until=until,
    )
    if wants_csv(request.headers.get("accept", "")):
        return await _table(request, work, wanted)
    return conditional(request, encode(await insight.page(work, request.principal, wanted, limit, cursor)), _VARYING)


@get(
    "/balance.csv",
    operation_id="get_balance_table",
    summary="The same as a table, for a spreadsheet",
    description="Every row at once, in UTF-8; texts that could be read as formulas are written as texts.",
    tags=["Market"],
    opt={"wire": Wire(answer=str, scope="balance:read", tagged=True, problems=(304,), media_type=CSV)},
)
async def table(
    *,
    request: Call,
    work: NamedDependency[Work],
    group_by: GroupBy = "family",
    view: OfView = None,
    family: Code = None,
    material: Code = None,
    grade: Code = None,
    region: OfRegion = None,
    prefecture: OfPrefecture = None,
    from_: FromMonth = None,
    until: UntilMonth = None,
) -> Response[Any]:
    """The whole table."""
    wanted = Wanted(
        view=view,
        group_by=columns(group_by),
        family=family,
        material=material,
        grade=grade,
        region=region,
        prefecture=prefecture,
        from_=from_,
        until=until,
    )
    return await _table(request, work, wanted)


@get(
    "/balance/gaps",
    operation_id="get_balance_gaps",
    summary="Why demand is unmet, and the ten changes that would unlock most",
    description=(
        "`reasons` share out all demand that no lot matches, near misses included: by limit, missing result, price, "
        "freight, window, gate, and what no lot is left for; a tonne that fails by several counts for each in equal "
        "parts. `levers` are single changes (a limit moved, a treatment, a test, a price, a freight, a window) with "
        "what each alone would let through beside the matches; they overlap. What is merged is of five firms or more, "
        "for levers on each side, in two digits; where it is by prefecture only the exact figures are."
    ),
    tags=["Market"],
    opt={"wire": Wire(answer=Gaps, scope="balance:read", tagged=True, problems=(304,))},
)
async def gaps(
    *,
    request: Call,
    work: NamedDependency[Work],
    view: OfView = None,
    family: Code = None,
    material: Code = None,
    prefecture: OfPrefecture = None,
) -> Response[Any]:
    """In words."""
    wanted = Wanted(view=view, family=family, material=material, prefecture=prefecture)
    found = await insight.gaps(work, request.principal, wanted, request.language)
    return conditional(request, encode(found), PRIVATE | worded(request.language))


def wants_csv(accept: str) -> bool:
    """Whether a table is asked for rather than JSON; of the two the one that is named first."""
    named = [part.partition(";")[0].strip().lower() for part in accept.split(",")]
    return CSV in named and "application/json" not in named[: named.index(CSV)]


async def _table(request: Call, work: Work, wanted: Wanted) -> Response[Any]:
    text = balance_sheet(await insight.whole(work, request.principal, wanted))
    headers = _VARYING | {"Content-Disposition": 'attachment; filename="balance.csv"'}
    return conditional(request, text.encode(), headers, CSV)


handlers = [page, table, gaps]
