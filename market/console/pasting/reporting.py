"""Cells of one result put together, with a doubt for each that does not say what it seems to."""

from decimal import Decimal
from typing import Final

import msgspec

from market.console import conditions
from market.console.pasting import heads, measured, names
from market.console.pasting.cells import plain
from market.console.pasting.days import day
from market.console.pasting.heads import Column
from market.console.pasting.measured import Measured

# a lot has no more results than this either
MOST: Final = 500
_TEXTS: Final = frozenset({"method", "laboratory", "sample"})
# why a result has no number yet
_MISSING: Final = frozenset({"nd_without_limit", "trace", "cell", "decimal_comma", "two_values"})


class Doubt(msgspec.Struct, frozen=True):
    """What was not understood: a line (from 1), a code of the texts of `assays`, the text, and which result's it is."""

    line: int
    code: str
    text: str
    of: int | None = None


class PastedResult(msgspec.Struct, frozen=True, kw_only=True):
    """A row of the table of results as it would be typed; `analyte` is the pasted name where it is unknown."""

    analyte: str
    fields: dict[str, str]


class _Given(msgspec.Struct, kw_only=True):
    """What the cells of one line have said so far."""

    result: Measured | None = None
    sign: str | None = None
    unit: str | None = None
    basis: str = ""
    limit: Measured | None = None
    spread: Measured | None = None
    texts: dict[str, str]


class Reporting:
    """All results and doubts of a table; `common` is what stands over it."""

    def __init__(self, divisor: int | None) -> None:
        self.results: list[PastedResult] = []
        self.doubts: list[Doubt] = []
        self.common: dict[str, str] = {}
        self._divisor = divisor
        self._unit_above: str | None = None
        self._found: list[tuple[str, str]] = []

    def doubt(self, line: int, code: str, text: str) -> None:
        """One that belongs to no result."""
        self.doubts.append(Doubt(line, code, text))

    def result(self, line: int, said: str, cells: list[tuple[Column, str]]) -> None:
        """A result as far as it is understood; none where the line names nothing that could be measured."""
        self._found = []
        codes, unit = heads.analyte(said)
        given = _Given(unit=unit, basis=heads.stated(said).basis, texts={})
        self._condition(given, said)
        # units first: a share of the value is told from the value's own unit
        for column, cell in sorted(cells, key=lambda one: one[0].kind != "unit"):
            self._take(given, column, cell)
        if len(self.results) == MOST or (not codes and (given.result is None or not given.result.found)):
            self.doubt(line, "unused", " ".join((said, *(cell for _, cell in cells))).strip())
            return
        if given.result is None and not self._found:
            # nobody measured it: there is nothing to fill in
            self.doubt(line, "no_value", said)
            return
        if len(codes) != 1:
            self._found.append(("sum" if codes else "analyte", said))
        fields = self._fields(given)
        of = len(self.results)
        self.results.append(PastedResult(analyte=codes[0] if len(codes) == 1 else said, fields=fields))
        self.doubts += [Doubt(line, code, text, of) for code, text in self._found]

    def _condition(self, given: _Given, said: str) -> None:
        """What a name has in brackets beside a unit and a basis: MFR (230 °C/2.16 kg)."""
        inside = names.beside(said)
        if not inside or heads.basis(inside) or measured.unit_and_basis(inside, names.units()):
            return
        if told := conditions.told(inside):
            given.texts["conditions"] = told
        else:
            self._found.append(("unused", inside))

    def _take(self, given: _Given, column: Column, cell: str) -> None:
        match column.kind:
            case "any" | "unused" if sign := measured.sign(cell):
                self._sign(given, sign, cell)
            case "value" | "any":
                self._measure(given, column, cell)
            case "unit":
                self._own_unit(given, column, cell)
            case "basis" if known := heads.basis(cell):
                self._based(given, known, cell)
            case "limit":
                self._limit(given, column, cell)
            case "uncertainty":
                self._spread(given, column, cell)
            case "sampled_on" if found := day(cell):
                given.texts["sampled_on"] = found.isoformat()
            case kind if kind in _TEXTS:
                given.texts[kind] = cell[:200]
            case kind:
                self._found.append(("date" if kind == "sampled_on" else "unread", cell))

    def _sign(self, given: _Given, sign: str, cell: str) -> None:
        """Of the number in the next cell; behind its number it might mean either."""
        given.sign = sign
        if given.result is not None:
            given.result = Measured(trouble="cell")
            self._found.append(("cell", cell))

    def _own_unit(self, given: _Given, column: Column, cell: str) -> None:
        """Of a column of units, which may be merged over several lines."""
        found = measured.unit_and_basis(cell, names.units())
        if found is None or found[0] is None:
            self._found.append(("unit", cell))
            given.unit, self._unit_above = "", None
        else:
            self._unit(given, found[0], found[1], cell)
            self._unit_above = found[0] if column.said else None

    def _limit(self, given: _Given, column: Column, cell: str) -> None:
        found = measured.read(cell, names.units(), column.unit)
        if found is not None and found.value and not found.trouble:
            given.limit = msgspec.structs.replace(found, unit=found.unit or column.unit)

    def _measure(self, given: _Given, column: Column, cell: str) -> None:
        found = measured.read(cell, names.units(), given.unit or column.unit)
        if column.unit is not None and (found is None or found.unit is None):
            self._unit(given, column.unit, "", column.said)
        if found is None or not found.basis:
            self._based(given, column.basis, column.said)
        if found is None:
            return
        if column.kind == "any" and found.trouble == "cell" and not any(c.isdigit() for c in cell):
            self._found.append(("unused", cell))
            return
        if given.result is not None:
            # which of them is meant is not ours to say
            given.result = Measured(trouble="two_values")
            self._found.append(("two_values", cell))
            return
        if given.sign is not None and found.found:
            clash = found.low or found.uncertainty or found.operator not in {"", given.sign}
            found = Measured(trouble="cell") if clash else msgspec.structs.replace(found, operator=given.sign)
        if found.trouble and found.trouble != "nd_without_limit":
            self._found.append((found.trouble, cell))
        given.result = found
        if found.unit:
            self._unit(given, found.unit, found.basis, cell)

    def _unit(self, given: _Given, unit: str, basis: str, cell: str) -> None:
        if given.unit is not None and not names.alike(given.unit, unit):
            self._found.append(("two_units", f"{given.unit} / {unit}" if unit not in cell else cell))
            given.unit = ""
        elif given.unit is None:
            given.unit = unit
        self._based(given, basis, cell)

    def _based(self, given: _Given, basis: str, cell: str) -> None:
        """None where two are stated."""
        if not basis or given.basis == basis or any(code == "two_bases" for code, _ in self._found):
            return
        if given.basis:
            self._found.append(("two_bases", cell))
        given.basis = "" if given.basis else basis

    def _spread(self, given: _Given, column: Column, cell: str) -> None:
        found = measured.read(cell.lstrip("±+/- "), names.units(), column.unit)
        if found is None:
            return
        if found.trouble or not found.value or found.operator:
            self._found.append(("uncertainty", cell))
        else:
            unit = found.unit or column.unit
            given.spread = msgspec.structs.replace(found, unit=unit, factor=found.factor or column.factor)

    def _fields(self, given: _Given) -> dict[str, str]:
        found = given.result or Measured()
        fields = {name: getattr(found, name) for name in ("value", "operator", "low", "high") if getattr(found, name)}
        limit = given.limit
        if found.trouble == "nd_without_limit" and limit is not None and self._of_this_unit(given, limit.unit):
            fields |= {"value": limit.value, "operator": "<"}
            given.unit = given.unit or limit.unit
        elif found.trouble == "nd_without_limit":
            self._found.append(("nd_without_limit", "ND"))
        elif not found.found and not any(code in _MISSING for code, _ in self._found):
            self._found.append(("no_value", ""))
        self._uncertain(given, found, fields)
        if given.unit:
            fields["unit"] = given.unit
        elif given.unit is None and self._unit_above is not None:
            fields["unit"] = self._unit_above
            self._found.append(("unit_above", self._unit_above))
        elif given.unit is None:
            self._found.append(("no_unit", ""))
        if given.basis:
            fields["basis"] = given.basis
        return self.common | fields | given.texts

    def _of_this_unit(self, given: _Given, unit: str | None) -> bool:
        own = self._unit_above if given.unit is None else given.unit
        return unit is None or own is None or names.alike(unit, own)

    def _uncertain(self, given: _Given, found: Measured, fields: dict[str, str]) -> None:
        """k = 1; what does not say its k is left as it is, which is the careful reading, and told."""
        size, factor = found.uncertainty, found.factor
        if given.spread is not None and not size:
            size, factor = self._own_spread(given, found), given.spread.factor
        if not size or found.trouble == "uncertainty":
            return
        divisor = factor or self._divisor
        if divisor is None:
            self._found.append(("coverage", f"± {size}"))
        fields["uncertainty"] = plain(Decimal(size) / (divisor or 1))

    def _own_spread(self, given: _Given, found: Measured) -> str:
        spread = given.spread
        if spread is None or not found.value or found.operator:
            return ""
        if spread.unit == "%" and given.unit and not names.alike(given.unit, "%"):
            return plain(Decimal(spread.value) * Decimal(found.value) / 100)
        other = spread.unit and given.unit and not names.alike(spread.unit, given.unit)
        if other or (spread.unit == "%" and Decimal(spread.value) > Decimal(found.value)):
            self._found.append(("uncertainty", f"{spread.value} {spread.unit}"))
            return ""
        return spread.value
