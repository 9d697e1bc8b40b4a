"""SQL of the balance as it is read: sums over stored cells, under the policies of whoever asks."""

# ruff: noqa: S608 - the texts that are put together are constants of this program; values are parameters

from collections.abc import Sequence
from typing import Any, Final

from market.insight.structs import Column, Wanted
from specs.kit.tenancy import Work

Row = Any
# what a label hangs on is told with it
_COARSER: Final[dict[Column, tuple[Column, ...]]] = {
    Column.MATERIAL: (Column.FAMILY,),
    Column.GRADE: (Column.FAMILY, Column.MATERIAL),
    Column.PREFECTURE: (Column.REGION,),
    Column.MONTH: (Column.QUARTER,),
}


def _month(ends: tuple[str, ...]) -> str:
    """SQL: the first or last month of a quarter, as `2027-Q1`."""
    cases = " ".join(f"when 'Q{n}' then '{month}'" for n, month in enumerate(ends, 1))
    return f"left(quarter, 5) || case right(quarter, 2) {cases} end"


_FIRST: Final = _month(("01", "04", "07", "10"))
_LAST: Final = _month(("03", "06", "09", "12"))
# a cell is let through where it lies wholly inside: what is merged beyond a filter is not
_LET_THROUGH: Final = f"""exact = $1 and ($2::text is null or family = $2) and ($3::text is null or material = $3)
  and ($4::text is null or grade = $4) and ($5::text is null or region = $5)
  and ($6::text is null or prefecture = $6)
  and ($7::text is null or coalesce(month, {_FIRST}) >= $7) and ($8::text is null or coalesce(month, {_LAST}) <= $8)"""


def columns(wanted: Wanted) -> tuple[Column, ...]:
    """What is grouped by, with all that it hangs on, in the order of the labels."""
    asked = {c for one in wanted.group_by for c in (*_COARSER.get(one, ()), one)}
    return tuple(column for column in Column if column in asked)


def filters(wanted: Wanted) -> tuple[Any, ...]:
    """$2 to $8."""
    return tuple(
        getattr(wanted, name) for name in ("family", "material", "grade", "region", "prefecture", "from_", "until")
    )


_SUMS: Final = ", ".join(
    f"sum({kg}_kg) filter (where side = '{side}') as {side}_{kg}"
    for side in ("supply", "demand")
    for kg in ("matched", "near", "rest")
)


async def cells(work: Work, wanted: Wanted, *, exact: bool, limit: int | None, offset: int) -> list[Row]:
    """The total first, as a row with `whole`; then by labels, those that are null last."""
    names = columns(wanted)
    grouped = ", ".join(names)
    sets = f"grouping sets ((), ({grouped}))" if names else "grouping sets (())"
    whole = f"grouping({names[0]}) = 1" if names else "true"
    order = "".join(f", {name} nulls last" for name in names)
    found: list[Row] = await work.connection.fetch(
        f"""with summed as (
              select {"".join(f"{name}, " for name in names)}{whole} as whole, {_SUMS}
              from balance_cell where {_LET_THROUGH} group by {sets}
            ), numbered as (select *, row_number() over (order by not whole{order}) - 2 as place from summed)
            select * from numbered where whole or place >= $9 and ($10::bigint is null or place < $9 + $10)
            order by place""",
        *(exact, *filters(wanted), offset, limit),
    )
    return found


async def findings(work: Work, wanted: Wanted, *, exact: bool, kind: str) -> Sequence[Row]:
    """By code and what it is about, and for levers by material; the most kilograms first."""
    of = "material" if kind == "lever" else "null::text as material"
    found: Sequence[Row] = await work.connection.fetch(
        f"""select code, about, {of}, sum(kg)::bigint as kg from balance_finding
            where exact = $1 and kind = $2 and ($3::text is null or family = $3)
              and ($4::text is null or material = $4) and ($5::text is null or prefecture = $5)
            group by 1, 2, {"material" if kind == "lever" else "3"} order by kg desc, 1 nulls last, 2 nulls last, 3""",
        *(exact, kind, wanted.family, wanted.material, wanted.prefecture),
    )
    return found


async def snapshot(work: Work) -> Row | None:
    """When stock was last taken, and how much of the demand had been assessed."""
    return await work.connection.fetchrow("select as_of, demand_kg, assessed_kg from balance_snapshot")
