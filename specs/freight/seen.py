"""Freight tables as every organisation sees them: who set each, when, from when it counts, and its sources."""

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from matching.fares import FreightTable, Sourced
from matching.reference import Catalogue
from matching.tariffs import Tariff
from specs.catalogue.loader import catalogue
from specs.freight.editions import stamp
from specs.freight.structs import (
    FreightTableFound,
    FreightTableHead,
    FreightTableListed,
    FreightTables,
    Standing,
    TableSource,
    TableStatus,
)


def head(row: Any, table: FreightTable) -> FreightTableHead:
    """Of a row with its content; a `status` other than that of the row stands for the whole table."""
    return FreightTableHead(
        id=row["id"],
        rev=row["rev"],
        stamp=stamp(row["id"], row["rev"]),
        status=TableStatus(row["status"]),
        standing=Standing(row["standing"]),
        prefectures=tuple(row["prefectures"]),
        from_=row["counts_from"],
        set_by=row["tenant_id"],
        set_at=row["set_at"],
        sources=sources(table, catalogue()),
    )


def found(row: Any, table: FreightTable) -> FreightTableFound:
    """The whole of it."""
    return FreightTableFound(**msgspec.structs.asdict(head(row, table)), table=table)


def shipped() -> FreightTableFound:
    """That of the catalogue, which nobody set."""
    known = catalogue()
    return FreightTableFound(
        id=None,
        rev=None,
        stamp=known.shipped,
        status=TableStatus.SHIPPED,
        standing=Standing.IN_FORCE,
        prefectures=(),
        from_=None,
        set_by=None,
        set_at=None,
        sources=sources(known.freight, known),
        table=known.freight,
    )


def listed(rows: Sequence[Any], tariffs: Sequence[Tariff], coming: Iterable[FreightTableHead]) -> FreightTables:
    """The shipped table, those in force of `rows`, whose contents the tariffs hold, and those to come."""
    known = catalogue().priced(tariffs)
    prices: dict[str, list[str]] = {}
    for code in known.prefectures:
        prices.setdefault(known.rated((code,))[0], []).append(code)
    own = shipped()
    told = {name: getattr(own, name) for name in FreightTableHead.__struct_fields__}
    items = [FreightTableListed(**told, counts_for=tuple(prices.get(own.stamp, ())))]
    tables = {one.stamp: one.table for one in tariffs}
    for row in rows:
        active = {**row, "status": TableStatus.ACTIVE, "standing": Standing.IN_FORCE, "prefectures": row["covers"]}
        one = head(active, tables[stamp(row["id"], row["rev"])])
        items.append(FreightTableListed(**msgspec.structs.asdict(one), counts_for=tuple(prices.get(one.stamp, ()))))
    items += [FreightTableListed(**msgspec.structs.asdict(one), counts_for=()) for one in coming]
    return FreightTables(items=tuple(items))


def sources(table: FreightTable, known: Catalogue) -> tuple[TableSource, ...]:
    """Each once, in the order of the table."""
    rows: tuple[Sourced, ...] = (*table.fares, *table.beyond, table.sea, table.truck_co2, table.ship_co2)
    rows = (*rows, table.fuel, table.diesel)
    told = dict.fromkeys((row.src, row.flag) for row in rows)
    return tuple(TableSource(src=src, title=known.sources.get(src, src), flag=flag) for src, flag in told)
