"""The balance as it is read. Everyone reads the merged figures; a coordinator reads the exact ones where it oversees.

A coordinator of prefectures reads the exact cells of these, one of everything all of them; one of a programme's members
alone has no exact cells, as cells are of places. It may read each listing behind them, so nothing is merged for it, and
the look is audited.
"""

from typing import Any, Final

import msgspec

from market.insight import reading
from market.insight.standing import Cause, Lever
from market.insight.structs import (
    Balance,
    BalanceRow,
    Column,
    DemandSide,
    Gaps,
    Reason,
    SupplySide,
    Totals,
    Unlocking,
    View,
    Wanted,
)
from market.parties.structs import OrganisationKind, Principal
from matching.evaluation import Params
from matching.explain import render
from specs.catalogue.loader import catalogue
from specs.kit import audit, paging
from specs.kit.errors import Forbidden
from specs.kit.tenancy import Role, Work
from specs.listing.structs import KG

MOST_LEVERS: Final = 10
# causes that are about an analyte or a gate
_ABOUT_SOMETHING: Final = frozenset({Cause.LIMIT, Cause.TEST, Cause.GATE})
Row = Any


async def page(work: Work, principal: Principal, wanted: Wanted, limit: int, cursor: str | None = None) -> Balance:
    """A page of rows with the totals of all of them. Raises Forbidden, InvalidCursor."""
    scope = ("balance", work.owner, wanted)
    offset = 0 if cursor is None else paging.read(work.secret, scope, cursor, int)
    found = await _balance(work, principal, wanted, limit + 1, offset)
    if len(found.items) <= limit:
        return found
    more = paging.sign(work.secret, scope, offset + limit)
    return msgspec.structs.replace(found, items=found.items[:limit], next_cursor=more)


async def whole(work: Work, principal: Principal, wanted: Wanted) -> Balance:
    """Every row. Raises Forbidden."""
    return await _balance(work, principal, wanted, None, 0)


async def gaps(work: Work, principal: Principal, wanted: Wanted, language: str = "en") -> Gaps:
    """Why demand is unmet, and what would meet it. Raises Forbidden."""
    view = await _opened(work, principal, wanted)
    exact = view is View.OVERSEEN
    head = await reading.snapshot(work)
    told = await reading.findings(work, wanted, exact=exact, kind="gap")
    levers = await reading.findings(work, wanted, exact=exact, kind="lever")
    whole_kg = sum(row["kg"] for row in told)
    return Gaps(
        as_of=head and head["as_of"],
        view=view,
        assessed=_assessed(head),
        reasons=tuple(_reason(row, whole_kg, language, exact=exact) for row in told),
        levers=tuple(_lever(row, language) for row in levers[:MOST_LEVERS]),
    )


async def _opened(work: Work, principal: Principal, wanted: Wanted) -> View:
    """Which figures; afterwards a coordinator's work goes on under its jurisdiction."""
    oversees = principal.kind is OrganisationKind.COORDINATOR
    view = wanted.view or (View.OVERSEEN if oversees else View.MERGED)
    if view is View.OVERSEEN:
        if not oversees:
            raise Forbidden({"kind": principal.kind.value})
        await work.as_role(Role.COORDINATOR)
        await audit.record(work, "oversee", "balance", None, filters=wanted)
    return view


async def _balance(work: Work, principal: Principal, wanted: Wanted, limit: int | None, offset: int) -> Balance:
    view = await _opened(work, principal, wanted)
    head = await reading.snapshot(work)
    rows = await reading.cells(work, wanted, exact=view is View.OVERSEEN, limit=limit, offset=offset)
    total = next(row for row in rows if row["whole"])
    names = reading.columns(wanted)
    return Balance(
        as_of=head and head["as_of"],
        view=view,
        assessed=_assessed(head),
        totals=Totals(supply=_supply(total), demand=_demand(total)),
        items=tuple(_row(row, names) for row in rows if not row["whole"]),
        next_cursor=None,
    )


def _assessed(head: Row | None) -> float | None:
    if head is None:
        return None
    return round(head["assessed_kg"] / head["demand_kg"], 4) if head["demand_kg"] else 1.0


def _row(row: Row, names: tuple[Column, ...]) -> BalanceRow:
    labels = {column.value: row[column] if column in names else None for column in Column}
    rest = any(row[name] is None for name in names)
    return BalanceRow(**labels, rest=rest, supply=_supply(row), demand=_demand(row))


def _supply(row: Row) -> SupplySide | None:
    if row["supply_matched"] is None:
        return None
    matched, near, rest = (int(row[f"supply_{name}"]) for name in ("matched", "near", "rest"))
    return SupplySide(tonnes=(matched + near + rest) / KG, matched=matched / KG, near_miss=near / KG, unsold=rest / KG)


def _demand(row: Row) -> DemandSide | None:
    if row["demand_matched"] is None:
        return None
    matched, near, rest = (int(row[f"demand_{name}"]) for name in ("matched", "near", "rest"))
    return DemandSide(tonnes=(matched + near + rest) / KG, matched=matched / KG, near_miss=near / KG, unmet=rest / KG)


def _reason(row: Row, whole_kg: int, language: str, *, exact: bool) -> Reason:
    code, params = told("gap", row["code"], row["about"])
    return Reason(
        code=code,
        params=params,
        reason=render(f"balance.{code}", params, language, catalogue()),
        share=round(row["kg"] / whole_kg, 2),
        tonnes=row["kg"] / KG if exact else None,
    )


def _lever(row: Row, language: str) -> Unlocking:
    code, params = told("lever", row["code"], row["about"])
    tonnes = row["kg"] / KG
    params = {**params, "material": row["material"], "tonnes": tonnes}
    return Unlocking(
        code=code,
        params=params,
        reason=render(f"balance.{code}", params, language, catalogue()),
        material=row["material"],
        tonnes=tonnes,
    )


def told(kind: str, code: str | None, about: str | None) -> tuple[str, Params]:
    """The code of a message and its parameters; several things that are told as one are named so."""
    if code is None:
        return f"{kind}_other", {}
    if code in _ABOUT_SOMETHING and not about:
        return f"{kind}_{code}_any", {}
    if code == Cause.GATE:
        return f"{kind}_{about}", {}
    if code == Lever.STEP:
        return f"{kind}_{code}", {"step": about}
    return f"{kind}_{code}", {"analytes": about.split("+")} if about else {}
