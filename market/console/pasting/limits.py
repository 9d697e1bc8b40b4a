"""A pasted table of limits: one row a limit, in the columns of whoever wrote it, with headers or without.

What is certain becomes a limit; what is not is told with its line and its text, and its row is kept as far as it goes.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Final

import msgspec

from market.console import conditions
from market.console.pasting import cells, limit_heads, measured, names, tables
from market.console.pasting.cells import BLANK, LONGEST, Cell, fold, narrow
from market.console.pasting.heads import analyte
from market.console.pasting.limit_heads import Column, Head
from market.console.pasting.vocabulary import BASES, NO, YES

# lines of one block, and columns where analytes stand side by side; a spec has no more limits than this either
MOST: Final = 100
# without headers, the columns of the lower and the upper end
_Ends = tuple[int, int] | None
_BASIS: Final = re.compile(
    r"(?<![\s(\[_-])[\s(\[_-]++(?P<said>(?:as|dry|wet)[ _](?:received|basis)|[^\s()\[\]_-]+)[)\]]?", re.IGNORECASE
)
# a column, and what stands in it
_Filled = tuple[Column, str]


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
    conditions: str = ""


class Pasted(msgspec.Struct, frozen=True):
    """All rows in order, and every doubt."""

    limits: tuple[PastedLimit, ...]
    doubts: tuple[Doubt, ...]


def read(text: str) -> Pasted:
    """From what a spreadsheet puts on the clipboard (tabs), CSV, or lines of a letter."""
    lines = [(line, [narrow(cell) for cell in row[:MOST]]) for line, row in tables.rows(text)]
    lines = limit_heads.upright([(line, row) for line, row in lines if any(row)])
    head = limit_heads.head(lines)
    body = lines[head.height :] if head else lines
    places = None if head else _places(body)
    doubts: list[Doubt] = []
    if head:
        doubts += [Doubt(line, "title", " ".join(filter(None, row))) for line, row in head.title]
        doubts += [Doubt(head.line, "column", c.said) for c in head.columns if c.kind == "unknown" and c.said]
    limits: list[PastedLimit] = []
    for line, row in body:
        if len(limits) == MOST:
            doubts.append(Doubt(line, "too_many", " ".join(row)))
            continue
        limit, found = _Row(line, row, head, places).limit()
        doubts += found
        if limit is not None:
            limits.append(limit)
    return Pasted(tuple(limits), tuple(doubts))


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

    def __init__(self, line: int, row: Sequence[str], head: Head | None, places: _Ends) -> None:
        self.line = line
        self.places = places
        self.row = row
        self.head = head
        self.doubts: list[Doubt] = []
        self.ends: dict[str, str] = {}
        self.unit: str | None = None
        self.basis = ""
        self.negotiable = False

    def limit(self) -> tuple[PastedLimit | None, list[Doubt]]:
        """The limit as far as it is understood; None where the line names nothing that could be limited."""
        said, rest = self._named()
        known, self.unit = analyte(said)
        for column, text in rest:
            self._take(column, text)
        if not self.ends and not (known and self.doubts):
            return None, [Doubt(self.line, "no_end", " ".join(self.row))]
        if not known:
            self._doubt("analyte", said)
        if self.unit is None and self.ends:
            self._doubt("no_unit", said)
        stated = self._conditions(said)
        made = PastedLimit(
            analytes="+".join(known) or said,
            ends=self.ends,
            unit=self.unit or "",
            basis=self.basis,
            negotiable=self.negotiable,
            conditions=stated,
        )
        return made, self.doubts

    def _named(self) -> tuple[str, list[_Filled]]:
        """The cell with the analyte, and the others with their columns."""
        if self.head is not None:
            at = self.head.analyte
            columns = (*self.head.columns, *[Column("extra")] * len(self.row))
            rest = [(columns[i], cell) for i, cell in enumerate(self.row) if i != at and cell]
            return (self.row[at] if at < len(self.row) else ""), rest
        at = next((i for i, cell in enumerate(self.row) if analyte(cell)[0]), -1)
        if at < 0:
            first, *others = filter(None, self.row)
            said, limited = names.apart(first)
            return said, [(Column("any"), cell) for cell in (limited, *others) if cell]
        kinds = dict(zip(self.places, ("min", "max"), strict=True)) if self.places else {}
        loose: list[_Filled] = []
        for i, cell in enumerate(self.row):
            if i != at and cell not in BLANK:
                plain = cells.read(cell, names.units()).plain is not None
                loose.append((Column(kinds.get(i, "any") if plain else "any"), cell))
        return self.row[at], loose

    def _take(self, column: Column, text: str) -> None:
        match column.kind:
            case "unit" if measure := measured.unit_and_basis(text, names.units()):
                self._unit(measure[0], text)
                self._based(measure[1], text)
            case "basis" if basis := BASES.get(fold(text)):
                self._based(basis, text)
            case "negotiable" if fold(text) in YES | NO:
                self.negotiable = fold(text) in YES
            case "unit" | "basis" | "negotiable":
                self._doubt("cell", text)
            case "min" | "max" | "limit" | "any":
                self._end(column, text)
            case "counter":
                pass
            case _:
                self._doubt("unused", text)

    def _end(self, column: Column, text: str) -> None:
        basis, bare = _undried(text)
        self._based(basis or column.basis, text)
        if column.kind == "any":
            unit = names.units().get(fold(bare))
            if unit or not bare:
                self._unit(unit, text)
                return
        cell: Cell = cells.read(bare, names.units())
        side = column.kind if column.kind in {"min", "max"} else None
        if not self._unit(cell.unit or column.unit, text):
            return
        if cell.trouble or (cell.plain is not None and side is None):
            self._doubt("not_detected" if measured.says_nothing(bare) else cell.trouble or "side", text)
            return
        said = dict(cell.ends)
        if cell.plain is not None and side is not None:
            said[side] = cell.plain
        clash = {end for end in said if end in self.ends and self.ends[end] != said[end]}
        if clash or (side and cell.ends and not all(end.endswith(side) for end in cell.ends)):
            self._doubt("cell", text)
            return
        self.ends |= said

    def _unit(self, unit: str | None, text: str) -> bool:
        """False where this line has said another one: then it is open which is meant."""
        if unit is None:
            return True
        if self.unit is not None and not names.alike(self.unit, unit):
            self._doubt("two_units", text)
            self.unit = ""
            return False
        self.unit = unit
        return True

    def _based(self, basis: str, text: str) -> None:
        """A line of two bases, dry and as received, is asked about: neither is taken."""
        if basis and self.basis not in {"", basis}:
            self._doubt("two_bases", text)
            self.basis = ""
        elif basis and not any(doubt.code == "two_bases" for doubt in self.doubts):
            self.basis = basis

    def _conditions(self, said: str) -> str:
        """What a name has in brackets: MFR (230 °C/2.16 kg)."""
        inside = names.beside(said)
        if basis := BASES.get(fold(inside)):
            self._based(basis, inside)
            return ""
        told = conditions.told(inside) if inside else ""
        if told is None:
            self._doubt("unused", inside)
        return told or ""

    def _doubt(self, code: str, text: str) -> None:
        self.doubts.append(Doubt(self.line, code, text))


def _undried(text: str) -> tuple[str, str]:
    """The basis that a cell says, and what else it holds: 0.5 % (dry), 5 mg/kg-dry, 乾量."""
    if basis := BASES.get(fold(text)):
        return basis, ""
    if len(text) > LONGEST:
        return "", text
    for found in _BASIS.finditer(text):
        if basis := BASES.get(fold(found["said"])):
            return basis, f"{text[: found.start()]} {text[found.end() :]}".strip()
    return "", text
