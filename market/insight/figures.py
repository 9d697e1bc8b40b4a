"""SQL of the published figures: one pass over the open listings, and what is stored of it.

What remains of an open listing falls to the months of its schedule from this month on, in their proportion; without
one, to the months of its window by days, from today on. Months beyond `HORIZON` are `later`. Whole kilograms are cut so
that they add up.
"""

# ruff: noqa: S608 - the texts that are put together are constants of this program; values are parameters

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Final

import asyncpg
import msgspec

from market.insight.cells import LEAST
from specs.listing.statements import TAKING

Row = Any
HORIZON: Final = 24
LATER: Final = "later"

# portions of a schedule from this month on; none where there is no schedule, or all of it has passed
_PLANNED: Final = """case when {l}.content -> 'quantity' -> 'schedule' -> 0 is not null then
      nullif(jsonb_path_query_array({l}.content, '$.quantity.schedule[*] ? (@.month >= $from && @.tonnes > 0)',
      jsonb_build_object('from', to_char($1::date, 'YYYY-MM'))), '[]') end"""
# one of each listing that may match; $1 is today in Japan
_OPEN: Final = f"""
with taken as (
  select coalesce(r.lot_id, r.spec_id) as id, sum(r.kg)::bigint as kg from reservation r where {TAKING} group by 1
), listed as (
  select 'demand' as side, s.tenant_id, s.id, s.material, s.prefecture, s.window_from, s.window_until, s.kg,
    case cardinality(s.grades) when 0 then 'none' when 1 then s.grades[1] else 'several' end as grade,
    {_PLANNED.format(l="s")} as planned
  from spec s where s.status = 'active' and s.visibility = 'matched'
  union all
  select 'supply', l.tenant_id, l.id, l.material, l.prefecture, l.window_from, l.window_until, l.kg,
    coalesce(l.grade, 'none'), {_PLANNED.format(l="l")}
  from lot l where l.status = 'active' and l.visibility = 'matched'
), opened as (
  select x.*, x.kg - coalesce(t.kg, 0) as left_kg, st.kg is not null as assessed,
    least(coalesce(st.matched_kg, 0), x.kg - coalesce(t.kg, 0)) as matched_kg, coalesce(st.near_kg, 0) as near_kg,
    greatest(x.window_from, $1) as begins, greatest(x.window_until, x.window_from, $1) as ends
  from listed x join organisation o on o.id = x.tenant_id and o.verified_at is not null
  left join taken t on t.id = x.id
  left join standing st on st.tenant_id = x.tenant_id and st.object_id = x.id
  where x.kg > coalesce(t.kg, 0)
), horizon as (
  select to_char(m, 'YYYY-MM') as month, m::date as first, (m + interval '1 month')::date - 1 as last
  from generate_series(date_trunc('month', $1::timestamp),
    date_trunc('month', $1::timestamp) + interval '{HORIZON} months' - interval '1 month', interval '1 month') m
  union all
  select '{LATER}', (date_trunc('month', $1::timestamp) + interval '{HORIZON} months')::date, date '9999-12-31'
), shared as (
  -- by days, which are whole numbers; of a schedule by tonnes
  select x.side, x.material, x.grade, x.prefecture, h.month, x.tenant_id, x.assessed, {{by_days}}
  from opened x join horizon h on h.first <= x.ends and h.last >= x.begins
  cross join lateral (select greatest(h.first, x.begins) - x.begins as before,
    least(h.last, x.ends) - x.begins + 1 as upto, x.ends - x.begins + 1 as whole) w
  where x.planned is null
  union all
  select x.side, x.material, x.grade, x.prefecture, w.month, x.tenant_id, x.assessed, {{by_tonnes}}
  from opened x cross join lateral (
    select month, upto - weight as before, upto, whole from (
      select month, weight, sum(weight) over (order by month) as upto, sum(weight) over () as whole from (
        select coalesce(h.month, '{LATER}') as month, sum(e.tonnes) as weight
        from jsonb_to_recordset(x.planned) as e (month text, tonnes numeric)
        left join horizon h on h.month = e.month group by 1) placed) summed
  ) w where x.planned is not null
), firm as (
  select side, material, grade, prefecture, month, tenant_id, sum(matched_kg)::bigint as matched_kg,
    sum(near_kg)::bigint as near_kg, sum(rest_kg)::bigint as rest_kg,
    coalesce(sum(matched_kg + near_kg + rest_kg) filter (where assessed), 0)::bigint as assessed_kg
  from shared group by 1, 2, 3, 4, 5, 6
)
select side, material, grade, prefecture, month, array_agg(tenant_id::text) as firms,
  sum(matched_kg)::bigint as matched_kg, sum(near_kg)::bigint as near_kg, sum(rest_kg)::bigint as rest_kg,
  sum(assessed_kg)::bigint as assessed_kg
from firm where matched_kg + near_kg + rest_kg > 0 group by 1, 2, 3, 4, 5
"""


def _cut(rounded: str) -> str:
    """SQL: a month's share of what is matched, near and left; what is `rounded` up to its end, less that before it."""
    kilograms = {"matched": "x.matched_kg", "near": _NEAR, "rest": f"(x.left_kg - x.matched_kg - {_NEAR})"}
    return ", ".join(
        f"{rounded.format(kg=kg, part='w.upto')} - {rounded.format(kg=kg, part='w.before')} as {name}_kg"
        for name, kg in kilograms.items()
    )


_NEAR: Final = "least(x.near_kg, x.left_kg - x.matched_kg)"
_CELLS: Final = _OPEN.format(
    by_days=_cut("(2 * {kg} * {part} + w.whole) / (2 * w.whole)"),
    by_tonnes=_cut("round({kg} * {part} / w.whole)::bigint"),
)


async def cells(connection: asyncpg.Connection, today: date) -> list[Row]:
    """By side, material, grade, prefecture and month: kilograms, and the firms behind them."""
    # some hundred thousand months of listings are hashed in memory rather than sorted on disk, in however long it takes
    await connection.execute("set local work_mem = '64MB'; set local statement_timeout = '50s'")
    rows: list[Row] = await connection.fetch(_CELLS, today)
    return rows


_FINDINGS: Final = """
select kind, material, prefecture, object_kind, code, about, array_agg(distinct tenant_id::text) as firms,
  sum(kg)::bigint as kg
from (
  select 'gap' as kind, s.material, s.prefecture, st.object_kind, g.code, g.about, st.tenant_id, g.kg
  from standing st join spec s on s.tenant_id = st.tenant_id and s.id = st.object_id and s.status = 'active'
  cross join lateral jsonb_to_recordset(st.gaps) as g (code text, about text, kg bigint)
  union all
  select 'lever', x.material, x.prefecture, st.object_kind, g.code, g.about, st.tenant_id, g.kg
  from standing st
  join lateral (
    select material, prefecture, status from spec where tenant_id = st.tenant_id and id = st.object_id
    union all select material, prefecture, status from lot where tenant_id = st.tenant_id and id = st.object_id
  ) x on x.status = 'active'
  cross join lateral jsonb_to_recordset(st.levers) as g (code text, about text, kg bigint)
) told group by 1, 2, 3, 4, 5, 6
"""


async def findings(connection: asyncpg.Connection) -> list[Row]:
    """What gaps fail by, and what levers would let through: by material, prefecture and kind of listing."""
    rows: list[Row] = await connection.fetch(_FINDINGS)
    return rows


_LISTINGS: Final = """select ((select count(*) from spec where status = 'active')
  + (select count(*) from lot where status = 'active'))::int as listings"""
_DUE: Final = f"""
select coalesce((select b.as_of <= $1 or $2 and (b.assessed_kg < b.demand_kg
  or abs(o.listings - b.listings) >= greatest($3, b.listings / 10)) from balance_snapshot b), true) from ({_LISTINGS}) o
"""


async def due(connection: asyncpg.Connection, before: datetime, *, assessed: bool) -> bool:
    """Whether the figures are from `before` or earlier, or, now that all is `assessed`, of less than there is: some
    demand was not assessed then, or a tenth of the listings, five at least, has come or gone."""
    return bool(await connection.fetchval(_DUE, before, assessed, LEAST))


class CellRow(msgspec.Struct, frozen=True):
    """A cell as it is stored; None where labels are merged."""

    exact: bool
    side: str
    family: str | None
    material: str | None
    grade: str | None
    region: str | None
    prefecture: str | None
    quarter: str | None
    month: str | None
    firms: int
    matched_kg: int
    near_kg: int
    rest_kg: int


class FindingRow(msgspec.Struct, frozen=True):
    """A finding as it is stored."""

    exact: bool
    kind: str
    family: str | None
    material: str | None
    prefecture: str | None
    code: str | None
    about: str | None
    firms: int
    kg: int


async def replace(
    connection: asyncpg.Connection, as_of: datetime, told: Sequence[CellRow], found: Sequence[FindingRow], assessed: int
) -> None:
    """All published figures at once: a reader sees those before or these. `assessed` kilograms of demand."""
    demand = sum(c.matched_kg + c.near_kg + c.rest_kg for c in told if c.exact and c.side == "demand")
    await connection.execute("delete from balance_cell")
    await connection.execute("delete from balance_finding")
    await _insert(connection, "balance_cell", CellRow, told)
    await _insert(connection, "balance_finding", FindingRow, found)
    await connection.execute(
        f"""insert into balance_snapshot (id, as_of, demand_kg, assessed_kg, listings)
            select 1, $1, $2, $3, listings from ({_LISTINGS}) o
            on conflict (id) do update set as_of = excluded.as_of, demand_kg = excluded.demand_kg,
              assessed_kg = excluded.assessed_kg, listings = excluded.listings""",
        *(as_of, demand, min(assessed, demand)),
    )


_TYPES: Final = {bool: "boolean", int: "bigint"}


async def _insert(connection: asyncpg.Connection, table: str, shape: Any, rows: Sequence[Any]) -> None:
    names = shape.__struct_fields__
    arrays = ", ".join(
        f"${n}::{_TYPES.get(field.type, 'text')}[]" for n, field in enumerate(msgspec.structs.fields(shape), 1)
    )
    await connection.execute(
        f"insert into {table} ({', '.join(names)}) select * from unnest({arrays})",
        *([getattr(row, name) for row in rows] for name in names),
    )
