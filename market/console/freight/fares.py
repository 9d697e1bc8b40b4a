"""Fares as people keep them: distances down, trucks across, and a line for each 50 km beyond the longest of them.

    km      2 t     4 t     10 t
    100     33,080  38,200  53,000
    +50     9,580   10,950  14,620

Where figures of one table have several sources, each stands in a line of its own with its source.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec

from market.console.pasting import tables
from market.console.typed import said
from market.http.refusal import FieldError, Refusal
from matching.fares import Fare, FreightTable, Further
from matching.fault import Fault, fault
from specs.kit.errors import Invalid

AT: Final = "/table/fares"
# characters, within what one cell of a CSV may have: a line for each prefecture with each is less
_LONGEST: Final = 100_000
_LONG: Final = ("truck_t", "km", "jpy", "src", "flag", "note")
_NUMBER: Final = re.compile(r"[0-9]+(?:[.][0-9]+)?", re.ASCII)
# how the line begins that holds for every further 50 km
_BEYOND: Final = ("+", "以降", "以遠", "beyond", "each")
Source = Mapping[str, str]


class Line(msgspec.Struct, frozen=True):
    """A figure of the text, and where it stands: `km` is None beyond the longest distance."""

    line: int
    truck_t: float
    km: float | None
    jpy: float
    source: Source


class Matrix(msgspec.Struct, frozen=True, kw_only=True):
    """The fares of a table as they are shown: one row for each distance, a cell for each truck."""

    trucks: tuple[float, ...]
    rows: tuple[tuple[float, tuple[float | None, ...]], ...]
    beyond: tuple[float | None, ...]


def matrix(table: FreightTable) -> Matrix:
    """Whatever their sources are."""
    trucks = tuple(sorted({fare.truck_t for fare in table.fares}))
    prices = {(fare.km, fare.truck_t): fare.jpy for fare in table.fares}
    further = {one.truck_t: one.jpy_per_50km for one in table.beyond}
    distances = sorted({fare.km for fare in table.fares})
    return Matrix(
        trucks=trucks,
        rows=tuple((km, tuple(prices.get((km, truck)) for truck in trucks)) for km in distances),
        beyond=tuple(further.get(truck) for truck in trucks),
    )


def source(table: FreightTable) -> Source | None:
    """Where all fares of a table come from; None where they are of several sources."""
    found = {(one.src, one.flag, one.note) for one in (*table.fares, *table.beyond)}
    return dict(zip(("src", "flag", "note"), found.pop(), strict=True)) if len(found) == 1 else None


def written(table: FreightTable) -> str:
    """As `read` takes it, with tabs."""
    if source(table) is None:
        lines = [*map(_long, table.fares), *map(_long, table.beyond)]
        return "\n".join("\t".join(map(str, line)) for line in (_LONG, *lines))
    found = matrix(table)
    head = "\t".join(["km", *(f"{said(truck)} t" for truck in found.trucks)])
    body = ["\t".join([said(km), *(_cell(price) for price in prices)]) for km, prices in found.rows]
    last = ["\t".join(["+50", *map(_cell, found.beyond)])] if any(found.beyond) else []
    return "\n".join([head, *body, *last])


def _long(one: Fare | Further) -> Sequence[object]:
    told = (one.src, one.flag, one.note)
    if isinstance(one, Fare):
        return (said(one.truck_t), said(one.km), said(one.jpy), *told)
    return (said(one.truck_t), "+50", said(one.jpy_per_50km), *told)


def _cell(price: float | None) -> str:
    return "" if price is None else said(price)


def read(text: str, every: Source) -> list[Line]:
    """`every` is the source of figures that name none. Raises Invalid, which names the line, and Refusal."""
    if len(text) > _LONGEST:
        raise Refusal(
            "invalid_body", errors=(FieldError(pointer=AT, code="text_too_long", params={"limit": _LONGEST}),)
        )
    lines = [(n, [cell.strip() for cell in row]) for n, row in tables.rows(text.strip("\ufeff\r\n"))]
    filled = [(n, row) for n, row in lines if any(row)]
    if not filled:
        return []
    (at, head), *rows = filled
    names = [name.lower() for name in head]
    if "jpy" in names:
        return [_named(n, dict(zip(names, row, strict=False)), every) for n, row in rows]
    trucks = [_number(at, cell) for cell in head[1:] if cell]
    return [
        Line(n, truck, _distance(n, row[0]), _number(n, cell), every)
        for n, row in rows
        for truck, cell in zip(trucks, row[1:], strict=False)
        if cell
    ]


def _named(line: int, cells: Mapping[str, str], every: Source) -> Line:
    own = {name: cells[name] for name in ("src", "flag", "note") if cells.get(name)}
    truck, price = _number(line, cells.get("truck_t", "")), _number(line, cells.get("jpy", ""))
    return Line(line, truck, _distance(line, cells.get("km", "")), price, {**every, **own})


def _distance(line: int, cell: str) -> float | None:
    return None if any(mark in cell.lower() for mark in _BEYOND) else _number(line, cell)


def _number(line: int, cell: str) -> float:
    """Of "33,080", "2t車", "¥100"; not of a cell with two numbers or none."""
    found = _NUMBER.findall(unicodedata.normalize("NFKC", cell).replace(",", ""))
    if len(found) != 1:
        raise Invalid(faults=(fault(AT, "cell_no_number", line=line, given=cell),))
    return float(found[0])


def document(lines: Sequence[Line]) -> dict[str, list[dict[str, Any]]]:
    """`fares` and `beyond` as a program would post them."""
    fares = [
        {"truck_t": one.truck_t, "km": one.km, "jpy": one.jpy, **one.source} for one in lines if one.km is not None
    ]
    beyond = [{"truck_t": one.truck_t, "jpy_per_50km": one.jpy, **one.source} for one in lines if one.km is None]
    return {"fares": fares, "beyond": beyond}


def told(faults: Sequence[Fault], lines: Sequence[Line]) -> tuple[tuple[Fault, int | None], ...]:
    """Faults with the line of the text that each of a figure speaks of."""
    by_name = {
        "fares": [one for one in lines if one.km is not None],
        "beyond": [one for one in lines if one.km is None],
    }
    return tuple((one, _line(one.pointer, by_name)) for one in faults)


def _line(pointer: str, by_name: Mapping[str, Sequence[Line]]) -> int | None:
    name, _, rest = pointer.removeprefix("/table/").partition("/")
    number = rest.partition("/")[0]
    if name not in by_name or not number.isdigit() or int(number) >= len(by_name[name]):
        return None
    return by_name[name][int(number)].line
