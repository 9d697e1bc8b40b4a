"""What the columns of a laboratory's table are: kinds of cells, or analytes of which each line has a result."""

import re
from collections.abc import Sequence
from typing import Final

import msgspec

from market.console.pasting import measured, names
from market.console.pasting.cells import fold, scaled
from market.console.pasting.days import day
from market.console.pasting.result_words import AROUND, KINDS
from market.console.pasting.vocabulary import BASES

_BRACKETS: Final = re.compile(r"(?P<said>.*?)\s*[(\[](?P<inside>[^()\[\]]+)[)\]]")
_K: Final = re.compile(r"k\s*=\s*(?P<k>[123])(\.0)?", re.IGNORECASE | re.ASCII)
_LOOSE: Final = 2
_BEHIND: Final = tuple(around.strip() for around in AROUND)


class Column(msgspec.Struct, frozen=True, kw_only=True):
    """`kind` of `KINDS`, `of` an analyte, `scaled` or `any`; with the unit, basis and k that its header names."""

    kind: str
    said: str = ""
    unit: str | None = None
    basis: str = ""
    factor: int | None = None


class Head(msgspec.Struct, frozen=True):
    """The columns of a table; `wide` where analytes stand side by side."""

    columns: tuple[Column, ...]
    wide: bool

    @property
    def unused(self) -> tuple[str, ...]:
        """Headers of columns that say nothing of a result, or that nobody knows."""
        return tuple(c.said for c in self.columns if c.kind in {"unused", "scaled"} and c.said)

    def column(self, at: int) -> Column:
        """Beyond the last header there may be anything."""
        return self.columns[at] if at < len(self.columns) else Column(kind="any")

    def units(self, row: Sequence[str]) -> "Head | None":
        """With the units of a line that holds nothing else."""
        found = [measured.unit_and_basis(cell, names.units()) if cell else None for cell in row]
        others = [cell for cell, unit in zip(row, found, strict=True) if cell and unit is None and not scaled(cell)]
        if (not any(found) and not any(map(scaled, row))) or any(kind(cell) != "unit" for cell in others):
            return None
        columns = list(self.columns)
        for i, unit in enumerate(found[: len(columns)]):
            if scaled(row[i]):
                columns[i] = Column(kind="unused", said=f"{columns[i].said} {row[i]}")
            elif unit is not None:
                columns[i] = msgspec.structs.replace(columns[i], unit=unit[0], basis=unit[1])
        return Head(tuple(columns), self.wide)


def head(row: Sequence[str]) -> Head | None:
    """None where this line names no columns."""
    columns = [_column(cell) for cell in row]
    kinds = [column.kind for column in columns]
    if "analyte" in kinds and ("value" in kinds or len(set(kinds) - {"unused"}) >= _LOOSE):
        # there may be more of a result below a head that says nothing: < beside its number
        return Head(tuple(c if c.said or c.kind != "unused" else Column(kind="any") for c in columns), wide=False)
    # ND is a result, whatever the symbol of neodymium is
    named = [
        () if scaled(cell) or (cell.isupper() and measured.says_nothing(cell)) else analyte(cell)[0] for cell in row
    ]
    if sum(bool(codes) for codes in named) < _LOOSE or any(c.isdigit() for cell in row for c in cell[:1]):
        return None
    wide = [
        msgspec.structs.replace(stated(cell), kind="of", said=cell) if codes else column
        for cell, codes, column in zip(row, named, columns, strict=True)
    ]
    return Head(tuple(wide), wide=True)


def kind(said: str) -> str | None:
    """What a header means."""
    bare = said.rstrip(":").strip()
    inside = _BRACKETS.fullmatch(bare)
    return KINDS.get(fold(bare)) or (KINDS.get(fold(inside["said"])) if inside else None)


def _column(cell: str) -> Column:
    found = kind(cell)
    if found is None:
        return Column(kind="unused", said=cell)
    if scaled(cell):
        return Column(kind="scaled", said=cell)
    made = msgspec.structs.replace(stated(cell), kind=found, said=cell)
    if found == "expanded":
        return msgspec.structs.replace(made, kind="uncertainty", factor=made.factor or 2)
    if found == "uncertainty" and made.factor is None and "標準" in cell + "標準" * cell.lower().startswith("standard"):
        return msgspec.structs.replace(made, factor=1)
    return made


def stated(cell: str) -> Column:
    """The unit, the basis or the k in the brackets of a header."""
    unit, basis_said, factor = None, "", None
    for inside in re.findall(r"[(\[]([^()\[\]]+)[)\]]", cell):
        measure = measured.unit_and_basis(inside, names.units())
        if measure is not None:
            unit, basis_said = measure[0], measure[1] or basis_said
        basis_said = basis(inside) or basis_said
        if k := _K.fullmatch(inside.strip()):
            factor = int(k["k"])
    if unit is None and cell.rstrip().endswith("%"):
        unit = "%"
    return Column(kind="unused", unit=unit, basis=basis_said, factor=factor)


def basis(said: str) -> str | None:
    """dry, or as received."""
    return BASES.get(fold(said))


def analyte(said: str) -> tuple[tuple[str, ...], str | None]:
    """As `names.analyte`, also with what laboratories write around a name, and with a basis in brackets."""
    codes, unit = names.analyte(said)
    if codes or not names.lettered(said):
        return codes, unit
    inside = _BRACKETS.fullmatch(said)
    if inside and (measured.unit_and_basis(inside["inside"], names.units()) or basis(inside["inside"])):
        codes, _ = analyte(inside["said"])
        measure = measured.unit_and_basis(inside["inside"], names.units())
        return codes, measure[0] if measure else None
    lowered = said.lower()
    if not (lowered.startswith(AROUND) or lowered.endswith(_BEHIND)):
        return (), None
    for around in AROUND:
        if lowered.startswith(around) or lowered.endswith(around.strip()):
            bare = said[len(around) :] if lowered.startswith(around) else said[: -len(around.strip())]
            codes, unit = names.analyte(bare.strip())
            if codes:
                return codes, unit
    return (), None


def reports(row: Sequence[str]) -> bool:
    """Whether a line is a result already: what follows it is no header."""
    return any(analyte(cell)[0] for cell in row) and any(measures(cell) for cell in row)


def measures(cell: str) -> bool:
    """Whether a cell is a result, as it stands."""
    found = measured.read(cell, names.units())
    return found is not None and found.found and found.trouble is None


def loose(cell: str) -> Column:
    """What a cell can only be where no header says what it is."""
    if not cell.isdigit() and measured.unit_and_basis(cell, names.units()) is not None:
        return Column(kind="unit")
    if basis(cell):
        return Column(kind="basis")
    if day(cell) is not None:
        return Column(kind="sampled_on")
    return Column(kind="any")
