"""The lines and cells of what a clipboard brings: tabs from a spreadsheet, CSV, or a table copied out of a document."""

import csv
import re
from collections.abc import Iterable, Iterator
from typing import Final

from market.console.pasting.cells import narrow

# the same as above: 〃 and what else is written for it
_DITTO: Final = frozenset({"〃", "″", "′′", "々", "同上", "同じ", "ditto", "do."})
# what stands between the columns of a document's table
_GAP = re.compile(r"\s*\u3000+\s*| {2,}")
# no column begins with 000: it is a number's
_THOUSANDS = re.compile(r"(?<=[0-9]),(?=000(?![0-9]))|(?<=[<>≤≥≦≧=][0-9]),(?=[0-9]{3}(?![0-9]))")
# a ditto mark as it is typed, and no quotation
_TYPED_DITTO = re.compile(r'(?<=\t)"(?=\t|$)', re.MULTILINE)
# a comma that does not stand within a number, or a line of numbers only
_PARTING = re.compile(r"(?<![0-9]),|,(?![0-9])|^[0-9.,]+$", re.MULTILINE)


def rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Numbers of lines (from 1) with their cells; a ditto mark is what it repeats."""
    above: list[str] = []
    for line, row in _lines(text):
        told = [_repeated(cell, above[i : i + 1]) for i, cell in enumerate(row)]
        yield line, told
        if any(cell.strip() for cell in told):
            above = told


def _repeated(cell: str, above: Iterable[str]) -> str:
    return next(iter(above), cell) if narrow(cell).lower() in _DITTO else cell


def _lines(text: str) -> Iterator[tuple[int, list[str]]]:
    delimiter = next((mark for mark in ("\t", ";", "|") if mark in text), "," if _PARTING.search(text) else "\t")
    lines = _TYPED_DITTO.sub("〃", text.replace("\r\n", "\n").replace("\r", "\n")).split("\n")
    if delimiter == "\t" and '"' in text:
        reader = csv.reader(lines, delimiter="\t")
        yield from ((reader.line_num, row) for row in reader)
    elif delimiter == "\t":
        yield from enumerate((line.split("\t") for line in lines), 1)
    else:
        if delimiter == ",":
            lines = [_THOUSANDS.sub("", line) for line in lines]
        yield from enumerate((next(csv.reader([line], delimiter=delimiter), []) for line in lines), 1)


def words_apart(line: str) -> list[str]:
    """The cells of a line of a document's table: two blanks or a wide one are a gap, else each word is a cell."""
    cells = [cell for cell in _GAP.split(line.strip()) if cell]
    return cells if len(cells) > 1 else [line]
