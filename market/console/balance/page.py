"""The market: its figures as a table, on the map and over time, and why demand is unmet."""

from typing import Any, Final

import msgspec
from litestar import Response, get

from market.console import handing_back, maps, rendering
from market.console.balance import figures
from market.console.balance.asked import Asked, Measure, asked, mistyped
from market.console.faults import Fault
from market.console.screen import Screen
from market.console.text import text
from market.console.visit import Visit
from market.insight import service as insight
from market.insight.structs import Balance, Column, Gaps, View
from market.parties.structs import OrganisationKind as Kind
from specs.kit.tenancy import Role

ROWS: Final = 100
# what a form is answered whose fields do not fit
MISTYPED: Final = 422
SEEING = {"screen": Screen(scope="balance:read")}
# how the table can be put together
GROUPS: Final = ("family", "material", "grade", "region", "prefecture", "month", "family,prefecture", "family,month")


class Found(msgspec.Struct, frozen=True):
    """The four answers of a page, in one transaction."""

    table: Balance
    places: Balance
    months: Balance
    gaps: Gaps


@get("/balance", opt=SEEING)
async def page(request: Visit) -> Response[Any]:
    """Everyone's figures are merged to five firms or more; a coordinator's are exact where it oversees."""
    wanted = asked(request)
    found = await _found(request, wanted)
    known = request.parts.catalogue
    regions = {code: one.region for code, one in known.prefectures.items()}
    drawn = rendering.html(
        request,
        "balance/page.html",
        asked=wanted,
        found=found,
        labels=[str(column) for column in Column if any(getattr(row, column) for row in found.table.items)],
        map=maps.drawn(figures.amounts(found.places.items, wanted.measure, regions)),
        supply=figures.months(found.months.items, "supply", request.language),
        demand=figures.months(found.months.items, "demand", request.language),
        label=figures.label,
        bars=figures.reasons(found.gaps.reasons),
        measures=tuple(Measure),
        groups=GROUPS,
        catalogue=known,
        oversees=request.principal.kind is Kind.COORDINATOR,
        exact=found.table.view is View.OVERSEEN,
    )
    wrong = tuple(Fault(f"/{name}", text(request.language, "balance.wrong_month")) for name in mistyped(request))
    if not wrong:
        return rendering.sent(request, drawn)
    return rendering.sent(request, handing_back.asked_again(request, drawn, wrong), status=MISTYPED)


async def _found(request: Visit, wanted: Asked) -> Found:
    principal = request.principal
    gaps = msgspec.structs.replace(wanted.wanted(), grade=None, region=None, from_=None, until=None)
    async with request.opened() as work:
        table = await insight.page(work, principal, wanted.wanted(), ROWS, wanted.cursor)
        await work.as_role(Role.TENANT)
        places = await insight.whole(work, principal, wanted.wanted(Column.PREFECTURE, everywhere=True))
        await work.as_role(Role.TENANT)
        months = await insight.whole(work, principal, wanted.wanted(Column.MONTH))
        await work.as_role(Role.TENANT)
        return Found(table, places, months, await insight.gaps(work, principal, gaps, request.language))


handlers = [page]
