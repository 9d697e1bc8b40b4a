"""What the address asks of the market: the API's own filters, and what the map shades. A blank field is no filter."""

import re
from enum import StrEnum
from typing import Annotated, Final
from urllib.parse import urlencode

import msgspec
from msgspec import Meta, field

from market.console.visit import Visit
from market.http.balance import Month, columns
from market.http.refusal import Refusal
from market.http.shapes import field_error
from market.insight.structs import BalanceRow, Column, View, Wanted

PAGE: Final = "/console/balance"
_Code = Annotated[str, Meta(max_length=64)]
_Month = Annotated[str, Meta(pattern=Month, max_length=7)]


class Measure(StrEnum):
    """What the map shades."""

    UNMET = "unmet"
    NEAR_MISS = "near_miss"
    MATCHED = "matched"
    DEMAND = "demand"
    UNSOLD = "unsold"
    SUPPLY = "supply"

    def of(self, row: BalanceRow) -> float | None:
        """Its tonnes in a row; None where they are not told."""
        side = row.supply if self in (Measure.UNSOLD, Measure.SUPPLY) else row.demand
        name = "tonnes" if self in (Measure.DEMAND, Measure.SUPPLY) else self.value
        tonnes: float | None = None if side is None else getattr(side, name)
        return tonnes


class Asked(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The address as a value; with nothing given, all the market by family."""

    view: View | None = None
    group_by: Annotated[str, Meta(max_length=80)] = "family"
    measure: Measure = Measure.UNMET
    family: _Code | None = None
    material: _Code | None = None
    grade: _Code | None = None
    region: _Code | None = None
    prefecture: _Code | None = None
    from_: _Month | None = field(default=None, name="from")
    until: _Month | None = None
    cursor: Annotated[str, Meta(max_length=1000)] | None = None

    def wanted(self, *group_by: Column, everywhere: bool = False) -> Wanted:
        """For the service; `everywhere` leaves out the place, for a map from which another can be chosen."""
        return Wanted(
            view=self.view,
            group_by=group_by or columns(self.group_by),
            family=self.family,
            material=self.material,
            grade=self.grade,
            region=None if everywhere else self.region,
            prefecture=None if everywhere else self.prefecture,
            from_=self.from_,
            until=self.until,
        )

    def query(self, *left_out: str, **changes: str | None) -> str:
        """The address's query with some of it changed; a page's cursor is never kept."""
        fields = {**msgspec.to_builtins(self), **changes}
        return urlencode({name: text for name, text in fields.items() if text and name not in {"cursor", *left_out}})

    def at(self, **changes: str | None) -> str:
        """This page with some of its query changed."""
        query = self.query(**changes)
        return f"{PAGE}?{query}" if query else PAGE


def mistyped(visit: Visit) -> tuple[str, ...]:
    """The months that are none: not every browser has a field for months that takes nothing else."""
    given = {name: visit.query_params.get(name) for name in ("from", "until")}
    return tuple(name for name, text in given.items() if text and not re.fullmatch(Month, text))


def asked(visit: Visit) -> Asked:
    """Raises Refusal; names that the page does not know are left aside, and months that are mistyped."""
    known = {one.encode_name for one in msgspec.structs.fields(Asked)} - set(mistyped(visit))
    given = {name: text for name, text in visit.query_params.items() if name in known and text}
    try:
        return msgspec.convert(given, Asked)
    except msgspec.ValidationError as error:
        raise Refusal("invalid_parameter", errors=(field_error(str(error)),)) from None
