"""The market's balance as the wire shows it. Tonnes are wet; a figure that is merged elsewhere is null, never zero."""

from datetime import datetime
from enum import StrEnum

import msgspec

from matching.evaluation import Params


class View(StrEnum):
    """Figures of five firms or more for everyone, or the exact ones of a coordinator's jurisdiction."""

    MERGED = "merged"
    OVERSEEN = "overseen"


class Column(StrEnum):
    """What rows can be grouped by."""

    FAMILY = "family"
    MATERIAL = "material"
    GRADE = "grade"
    REGION = "region"
    PREFECTURE = "prefecture"
    QUARTER = "quarter"
    MONTH = "month"


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """Which cells, and how they are put together. Months are inclusive, as `2027-01`."""

    view: View | None = None
    group_by: tuple[Column, ...] = (Column.FAMILY,)
    family: str | None = None
    material: str | None = None
    grade: str | None = None
    region: str | None = None
    prefecture: str | None = None
    from_: str | None = None
    until: str | None = None


class SupplySide(msgspec.Struct, frozen=True, kw_only=True):
    """What is on offer: of it `matched` finds a spec, `near_miss` would with a change, `unsold` has none."""

    tonnes: float
    matched: float
    near_miss: float
    unsold: float


class DemandSide(msgspec.Struct, frozen=True, kw_only=True):
    """What is wanted: of it `matched` finds a lot, `near_miss` would with a change, `unmet` has none."""

    tonnes: float
    matched: float
    near_miss: float
    unmet: float


class Totals(msgspec.Struct, frozen=True, kw_only=True):
    """Both sides of all that the filters let through."""

    supply: SupplySide | None
    demand: DemandSide | None


class BalanceRow(msgspec.Struct, frozen=True, kw_only=True):
    """Both sides under these labels. A label is null where it is not grouped by, or where what was merged is told:
    `rest` says so, and the row is then what is left of the coarser label beside the rows that name a finer one."""

    family: str | None
    material: str | None
    grade: str | None
    region: str | None
    prefecture: str | None
    quarter: str | None
    month: str | None
    rest: bool
    supply: SupplySide | None
    demand: DemandSide | None


class Balance(msgspec.Struct, frozen=True, kw_only=True):
    """A page of rows; `as_of` is null before the first figures. `assessed` is the share of the demand, of all Japan,
    whose matches were worked out by then; what was not yet counts as unmet."""

    as_of: datetime | None
    view: View
    assessed: float | None
    totals: Totals
    items: tuple[BalanceRow, ...]
    next_cursor: str | None


class Reason(msgspec.Struct, frozen=True, kw_only=True):
    """Why demand is not matched: its share of all that is not, and the tonnes, which only the exact view has."""

    code: str
    params: Params
    reason: str
    share: float
    tonnes: float | None


class Unlocking(msgspec.Struct, frozen=True, kw_only=True):
    """A single change, and the tonnes that it would let through beside the matches; levers overlap."""

    code: str
    params: Params
    reason: str
    material: str
    tonnes: float


class Gaps(msgspec.Struct, frozen=True, kw_only=True):
    """Why demand is unmet, the largest share first, and the ten changes that would unlock most."""

    as_of: datetime | None
    view: View
    assessed: float | None
    reasons: tuple[Reason, ...]
    levers: tuple[Unlocking, ...]
