"""A laboratory's table as it is pasted: one result a line, or one sample a line with a column for each analyte.

What is certain becomes a result; what is not is told with its line and its text, beside the result that it belongs to.
"""

from typing import Final

import msgspec

from market.console.pasting import heads, measured, tables
from market.console.pasting.cells import fold, narrow
from market.console.pasting.days import day
from market.console.pasting.heads import Head
from market.console.pasting.reporting import Doubt, PastedResult, Reporting
from market.console.pasting.result_words import SUMMARIES

# of a name, or of a result: each of them is tried
_WORDS: Final = 12
# what a line over a table says of all of it
_OF_ALL: Final = frozenset({"sample", "laboratory", "method", "basis", "sampled_on"})


class Pasted(msgspec.Struct, frozen=True):
    """All results in order, and every doubt."""

    results: tuple[PastedResult, ...]
    doubts: tuple[Doubt, ...]


def read(text: str, divisor: int | None = None) -> Pasted:
    """`divisor` is what a ± is to be divided by where the table does not say (2: expanded, k = 2)."""
    rows = [(line, [narrow(cell) for cell in _wider(row)]) for line, row in tables.rows(text)]
    rows = [(line, row) for line, row in rows if any(row)]
    at, head = _head(rows)
    sheet = _Sheet(head, divisor)
    for line, row in rows[:at]:
        sheet.above(line, row)
    for line, row in rows[at + (head is not None) :]:
        sheet.take(line, row)
    return Pasted(tuple(sheet.reporting.results), tuple(sheet.reporting.doubts))


def _wider(row: list[str]) -> list[str]:
    """A line that a document's table became has its columns between blanks: a name, a result, and the rest."""
    if len(row) != 1:
        return row
    cells = tables.words_apart(row[0])
    words = narrow(row[0]).split(" ")
    named = max((n for n in range(1, min(len(words), _WORDS)) if heads.analyte(" ".join(words[:n]))[0]), default=0)
    if len(cells) > 1 or not named:
        return cells
    name, rest = " ".join(words[:named]), words[named:]
    most = max(
        (n for n in range(1, min(len(rest), _WORDS) + 1) if heads.measures(" ".join(rest[:n]))), default=len(rest)
    )
    return [name, " ".join(rest[:most]), *rest[most:]]


def _value(cells: list[str]) -> str:
    """What stands behind a label: one cell, before the end of the line or the next label."""
    labels = [heads.kind(cell.partition(":")[0]) is not None for cell in cells[:2]]
    return "" if not cells or labels[0] or labels[1:] == [False] else cells[0]


def _repeats(cell: str) -> bool:
    """Whether a line begins so that sums up the others, or judges them."""
    return fold(cell) in SUMMARIES or heads.kind(cell) == "unused"


def _head(rows: list[tuple[int, list[str]]]) -> tuple[int, Head | None]:
    """Where the columns are named; at the top with nothing known of them where that is nowhere."""
    for i, (_, row) in enumerate(rows):
        found = heads.head(row)
        if found is not None:
            return i, found
        if heads.reports(row):
            break
    return 0, None


class _Sheet:
    """A table on its way to results."""

    def __init__(self, head: Head | None, divisor: int | None) -> None:
        self.head = head
        self.reporting = Reporting(divisor)
        self.unnamed = head is not None

    def above(self, line: int, row: list[str]) -> None:
        """A line over the table: what it says of all results, several labels side by side, or nothing that we use."""
        cells = [cell for cell in row if cell]
        unused = []
        while cells:
            label = cells.pop(0)
            kind = heads.kind(label.partition(":")[0])
            said = label.partition(":")[2].strip() or _value(cells)
            if kind in _OF_ALL and said:
                self._of_all(line, kind, said)
                cells = cells[1:] if cells[:1] == [said] else cells
            else:
                unused.append(label)
        if unused:
            self.reporting.doubt(line, "unused", " ".join(unused))

    def _of_all(self, line: int, kind: str, said: str) -> None:
        if kind == "sampled_on":
            found = day(said)
            if found is None:
                self.reporting.doubt(line, "date", said)
                return
            said = found.isoformat()
        elif kind == "basis":
            known = heads.basis(said)
            if known is None:
                self.reporting.doubt(line, "cell", said)
                return
            said = known
        self.reporting.common[kind] = said

    def take(self, line: int, row: list[str]) -> None:
        """A line of the table."""
        if self.head is None:
            self._loose(line, row)
            return
        units = self.head.units(row) if self.head.wide else None
        if units is not None:
            self.head = units
            return
        if self.unnamed:
            self.unnamed = False
            for said in self.head.unused:
                self.reporting.doubt(line - 1, "column", said)
        if self.head.wide:
            self._sample(line, row)
        else:
            self._result(line, row)

    def _result(self, line: int, row: list[str]) -> None:
        head = self.head
        if head is None:
            return
        said, cells = "", []
        for i, cell in enumerate(row):
            column = head.column(i)
            if column.kind == "analyte" and not said:
                said = cell
            elif cell and (column.kind != "unused" or measured.sign(cell)):
                cells.append((column, cell))
        if fold(said) in SUMMARIES:
            self.reporting.doubt(line, "unused", " ".join(cell for cell in row if cell))
        else:
            self.reporting.result(line, said, cells)

    def _sample(self, line: int, row: list[str]) -> None:
        """Every column of an analyte is a result of this sample."""
        head = self.head
        if head is None:
            return
        if any(_repeats(cell) for i, cell in enumerate(row) if cell and head.column(i).kind != "of"):
            self.reporting.doubt(line, "unused", " ".join(cell for cell in row if cell))
            return
        shared = [
            (c, cell) for i, cell in enumerate(row) if cell and (c := head.column(i)).kind not in {"of", "unused"}
        ]
        for i, cell in enumerate(row):
            column = head.column(i)
            if cell and column.kind == "of":
                value = msgspec.structs.replace(column, kind="value")
                self.reporting.result(line, column.said, [(value, cell), *shared])

    def _loose(self, line: int, row: list[str]) -> None:
        """Nothing is named: the cell that is an analyte's name, and what the others can only be."""
        at = next((i for i, cell in enumerate(row) if heads.analyte(cell)[0]), None)
        if at is None:
            label = next(cell for cell in row if cell)
            if heads.kind(label) or heads.kind(label.partition(":")[0]):
                self.above(line, row)
                return
            at = 0
        cells = [(heads.loose(cell), cell) for i, cell in enumerate(row) if i != at and cell]
        self.reporting.result(line, row[at], cells)
