"""A pasted table of limits: one row a limit, in the columns of whoever wrote it, with headers or without.

What is certain becomes a limit; what is not is told with its line and its text, and its row is kept as far as it goes.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Final

import msgspec

from market.console.pasting import cells, names, tables
from market.console.pasting.cells import Cell, fold, narrow
from market.console.pasting.vocabulary import BASES, KINDS, NO, YES

# lines of one block; a spec has no more limits than this either
MOST: Final = 100
# without headers, the columns of the lower and the upper end
_Ends = tuple[int, int] | None
# what a column holds, what stands in it, and the unit that its header names
_Filled = tuple[str, str, str | None]


class Doubt(msgspec.Struct, frozen=True):
    """What was not understood: a line (from 1), a code of the texts of `pasting`, and the text itself."""

    line: int
    code: str
    text: str


class PastedLimit(msgspec.Struct, frozen=True, kw_only=True):
    """A row of the limits table as it would be typed; `analytes` is the pasted name where it is unknown."""

    analytes: str
    ends: Mapping[str, str]
    unit: str
    basis: str
    negotiable: bool


class Pasted(msgspec.Struct, frozen=True):
    """All rows in order, and every doubt."""

    limits: tuple[PastedLimit, ...]
    doubts: tuple[Doubt, ...]


class _Column(msgspec.Struct, frozen=True):
    """What a column holds, its header, and the unit that its header names."""

    kind: str
    said: str
    unit: str | None = None


def read(text: str) -> Pasted:
    """From what a spreadsheet puts on the clipboard (tabs), or CSV."""
    rows = [(line, row) for line, row in tables.rows(text) if any(cell.strip() for cell in row)]
    columns = _columns(rows[0][1]) if rows else None
    body = rows[1:] if columns else rows
    places = None if columns else _places(body)
    doubts: list[Doubt] = []
    if columns:
        unknown = [c.said for c in columns if c.kind == "unknown"]
        doubts += [Doubt(rows[0][0], "column", said) for said in unknown if said]
    limits: list[PastedLimit] = []
    for line, row in body:
        if len(limits) == MOST:
            doubts.append(Doubt(line, "too_many", narrow(" ".join(row))))
            continue
        limit, found = _Row(line, row, columns, places).limit()
        doubts += found
        if limit is not None:
            limits.append(limit)
    return Pasted(tuple(limits), tuple(doubts))


def _columns(row: Sequence[str]) -> list[_Column] | None:
    """None where the first row is no header: it says no kind of column, or a number."""
    columns = [_column(cell) for cell in row]
    kinds = {column.kind for column in columns} - {"unknown"}
    if not kinds or any(re.fullmatch(r"[<>≤≥=]*\s*[0-9.,]+\s*%?", narrow(cell)) for cell in row if cell.strip()):
        return None
    named = any(names.analyte(cell)[0] for cell in row[:1])
    return None if named and "analyte" not in kinds else columns


def _column(cell: str) -> _Column:
    said = narrow(cell)
    bare, unit = said, None
    found = re.fullmatch(r"(?P<said>.*?)\s*[(\[](?P<unit>[^()\[\]]+)[)\]]", said)
    if fold(said) not in KINDS and found:
        bare = found["said"]
        unit = names.units().get(fold(found["unit"]))
    whole = KINDS.get(fold(said)) or KINDS.get(fold(bare))
    return _Column(whole or "unknown", said, unit)


def _places(rows: Sequence[tuple[int, list[str]]]) -> _Ends:
    """Where two bare numbers stand side by side in some line, and in no line elsewhere."""
    found = set()
    for _, row in rows:
        plain = [i for i, cell in enumerate(row) if i and cells.read(cell, names.units()).plain is not None]
        if len(plain) == 2 and plain[1] == plain[0] + 1:
            found.add((plain[0], plain[1]))
    return found.pop() if len(found) == 1 else None


class _Row:
    """One line on its way to a limit."""

    def __init__(self, line: int, row: Sequence[str], columns: Sequence[_Column] | None, places: _Ends) -> None:
        self.line = line
        self.places = places
        self.row = [narrow(cell) for cell in row]
        self.columns = columns
        self.doubts: list[Doubt] = []
        self.ends: dict[str, str] = {}
        self.unit: str | None = None
        self.basis = ""
        self.negotiable = False

    def limit(self) -> tuple[PastedLimit | None, list[Doubt]]:
        """The limit as far as it is understood; None where the line names nothing that could be limited."""
        said, rest = self._named()
        known, unit = names.analyte(said)
        if not known:
            self._doubt("analyte", said)
        for kind, text, header_unit in rest:
            self._take(kind, text, header_unit)
        self.unit = self.unit or unit
        if not self.ends and not self.doubts:
            self._doubt("no_end", " ".join(self.row))
        elif self.unit is None:
            self._doubt("no_unit", said)
        if not known and not self.ends:
            return None, self.doubts
        made = PastedLimit(
            analytes="+".join(known) or said,
            ends=self.ends,
            unit=self.unit or "",
            basis=self.basis,
            negotiable=self.negotiable,
        )
        return made, self.doubts

    def _named(self) -> tuple[str, list[_Filled]]:
        """The cell with the analyte, and the others with what their column holds."""
        if self.columns is None:
            at = next((i for i, cell in enumerate(self.row) if names.analyte(cell)[0]), 0)
            kinds = dict(zip(self.places, ("min", "max"), strict=True)) if self.places else {}
            loose: list[_Filled] = []
            for i, cell in enumerate(self.row):
                if i != at and cell:
                    plain = cells.read(cell, names.units()).plain is not None
                    loose.append((kinds.get(i, "any") if plain else "any", cell, None))
            return (self.row[at] if self.row else ""), loose
        headed = [column.kind for column in self.columns]
        at = headed.index("analyte") if "analyte" in headed else 0
        rest: list[_Filled] = []
        for i, cell in enumerate(self.row):
            column = self.columns[i] if i < len(self.columns) else _Column("extra", "")
            if i != at and cell:
                rest.append((column.kind, cell, column.unit))
        return (self.row[at] if at < len(self.row) else ""), rest

    def _take(self, kind: str, text: str, header_unit: str | None) -> None:
        match kind:
            case "unit" if unit := names.units().get(fold(text)):
                self.unit = unit
            case "basis" if basis := BASES.get(fold(text)):
                self.basis = basis
            case "negotiable" if fold(text) in YES | NO:
                self.negotiable = fold(text) in YES
            case "unit" | "basis" | "negotiable":
                self._doubt("cell", text)
            case "min" | "max" | "limit" | "any":
                self._end(kind, text, header_unit)
            case _:
                self._doubt("unused", text)

    def _end(self, kind: str, text: str, header_unit: str | None) -> None:
        if kind == "any":
            unit, basis = names.units().get(fold(text)), BASES.get(fold(text))
            if unit or basis:
                self.unit, self.basis = unit or self.unit, basis or self.basis
                return
        cell: Cell = cells.read(text, names.units())
        side = kind if kind in {"min", "max"} else None
        if cell.rest or (cell.plain is not None and side is None):
            self._doubt("side" if not cell.rest else "cell", text)
            self.unit = cell.unit or self.unit
            return
        said = dict(cell.ends)
        if cell.plain is not None and side is not None:
            said[side] = cell.plain
        clash = {end for end in said if end in self.ends and self.ends[end] != said[end]}
        if clash or (side and cell.ends and not all(end.endswith(side) for end in cell.ends)):
            self._doubt("cell", text)
            return
        self.ends |= said
        self.unit = cell.unit or self.unit or header_unit

    def _doubt(self, code: str, text: str) -> None:
        self.doubts.append(Doubt(self.line, code, text))
