"""Where a table of limits names its columns: below its title, in one line or two, or down its first column."""

import re
from collections.abc import Sequence
from itertools import zip_longest
from typing import Final

import msgspec

from market.console.pasting import cells, measured, names
from market.console.pasting.cells import fold
from market.console.pasting.vocabulary import KINDS

# lines: no title is longer
_FAR: Final = 20
_TWO: Final = 2
_FIGURE: Final = re.compile(r"[<>≤≥=~]*\s*[0-9.,]+\s*%?")
_UNIT_BEHIND: Final = re.compile(
    r"(?P<said>.*?)(?:\s*[(\[](?P<inside>[^()\[\]]+)[)\]]|[\s/:]+(?P<last>\S+)|(?P<share>%))"
)
# what a second line of heads divides
_DIVIDING: Final = frozenset({"min", "max", "unit"})

# a line's number, and its cells in one width
Line = tuple[int, list[str]]


class Column(msgspec.Struct, frozen=True):
    """What a column holds, its header, and the unit and the basis that its header names."""

    kind: str = "unknown"
    said: str = ""
    unit: str | None = None
    basis: str = ""


class Head(msgspec.Struct, frozen=True):
    """The columns, and the lines over the first limit: a title, and the heads from `line` on."""

    columns: tuple[Column, ...]
    line: int
    title: tuple[Line, ...]
    height: int

    @property
    def analyte(self) -> int:
        """Which column names what is limited: the first where none says so."""
        return next((i for i, column in enumerate(self.columns) if column.kind == "analyte"), 0)


def upright(lines: Sequence[Line]) -> list[Line]:
    """With a line for each analyte, where they stand side by side."""
    for i, (line, row) in enumerate(lines[:_FAR]):
        if any(_says_a_limit(cell) for cell in row):
            break
        if len({codes for cell in row if (codes := names.analyte(cell)[0])}) >= _TWO:
            turned = zip_longest(*(row for _, row in lines[i:]), fillvalue="")
            return [*lines[:i], *((line, list(column)) for column in turned if any(column))]
    return list(lines)


def head(lines: Sequence[Line]) -> Head | None:
    """None where no line names columns before the first limit."""
    for i, (line, row) in enumerate(lines[:_FAR]):
        columns = _columns(row)
        if columns is None:
            if any(_says_a_limit(cell) for cell in row):
                return None
            continue
        divided = _divided(columns, lines[i + 1][1]) if i + 1 < len(lines) else None
        return Head(tuple(divided or columns), line, tuple(lines[:i]), i + (2 if divided else 1))
    return None


def _says_a_limit(cell: str) -> bool:
    found = cells.read(cell, names.units())
    return bool(found.ends or found.plain) and found.trouble is None


def _columns(row: Sequence[str]) -> list[Column] | None:
    """None where a line is no header: it says no kind of column, or a number, or is one text."""
    columns = [_column(cell) for cell in row]
    kinds = {column.kind for column in columns} - {"unknown"}
    if not kinds or sum(map(bool, row)) < _TWO or any(_FIGURE.fullmatch(cell) for cell in row):
        return None
    return None if "analyte" not in kinds and names.analyte(row[0])[0] else columns


def _divided(columns: Sequence[Column], row: Sequence[str]) -> list[Column] | None:
    """With a second line of heads, which stands below a cell that was merged; its unit holds for all below it."""
    below = [_column(cell) for cell in row]
    units = [measured.unit_and_basis(cell, names.units()) if cell else None for cell in row]
    if not any(row) or any(
        cell and not unit and column.kind not in _DIVIDING for cell, column, unit in zip(row, below, units, strict=True)
    ):
        return None
    made, merged = [], Column()
    for i in range(max(len(columns), len(row))):
        above = columns[i] if i < len(columns) else Column()
        merged = above if above.said else merged
        own, unit = (below[i], units[i]) if i < len(row) else (Column(), None)
        if unit is not None:
            made.append(msgspec.structs.replace(above, unit=unit[0], basis=unit[1]))
        elif own.said:
            made.append(Column(own.kind, own.said, own.unit or merged.unit, own.basis or merged.basis))
        else:
            made.append(above)
    return made


def _column(said: str) -> Column:
    if cells.scaled(said):
        return Column("unknown", said)
    found = None if fold(said) in KINDS else _UNIT_BEHIND.fullmatch(said)
    if found is None:
        return Column(KINDS.get(fold(said), "unknown"), said)
    measure = measured.unit_and_basis(found["inside"] or found["last"] or "%", names.units())
    unit, basis = measure or (None, "")
    bare = found["said"] if measure or found["inside"] else said
    return Column(KINDS.get(fold(bare), "unknown"), said, unit, basis)
