"""Lots of one material, with all that the limits, the gates and a score ask of them in arrays."""

from collections.abc import Hashable
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from matching.columns import Columns, Interned, Listing, Slots
from matching.listings import Lot
from matching.reference import Catalogue
from matching.score import CUSTODY, on_grid
from matching.screening.readings import ABSENT, BLANK, ODD, READING, Reader, related

# the days on which an analyte was last sampled: not reported, and reported without a day
UNREPORTED: Final = -1
UNDATED: Final = 0
_ARRAYS: Final = (
    ("tonnes", np.float64),
    ("traits", np.int32),
    ("price", np.int32),
    ("place", np.int32),
    ("analytes", np.int32),
    ("methods", np.int32),
    ("laboratories", np.int32),
    ("custody", np.float64),
)
_INTERNED: Final = ("traits", "price", "place")
_EXEMPLIFIED: Final = ("traits", "price")
_BLANK: Final = np.array(BLANK, READING)


class LotColumns(Columns[Lot]):
    """A slot for each lot. Gates depend on its traits, prices across parties on its price on the grid.

    What a lot is beyond its window and its owner is written down by `describe`, before all of them are screened: most
    processes never do, and of few lots nobody does.
    """

    def __init__(self) -> None:
        super().__init__()
        self.numbers: dict[str, Interned[Hashable]] = {name: Interned() for name in _INTERNED}
        # one lot of each number of traits and prices: what is found for it holds for the others
        self._examples: dict[tuple[str, int], Listing[Lot]] = {}
        self._undescribed: set[int] = set()
        # the names of the arrays of each analyte that any lot here has had
        self._reported: dict[str, tuple[str, str]] = {}
        for name, dtype in _ARRAYS:
            self.sheet.add(name, dtype, 0)

    def example(self, name: str, number: int) -> Listing[Lot]:
        """A lot with these traits or this price."""
        return self._examples[name, number]

    @property
    def undescribed(self) -> int:
        """How many lots were put since."""
        return len(self._undescribed)

    def describe(self, reader: Reader, most: int | None = None) -> bool:
        """Write down the lots that were put since, no more than `most`; whether any are left.

        The other arrays, numbers and examples are of use only when none are.
        """
        waiting = self._undescribed
        for _ in range(len(waiting) if most is None else min(most, len(waiting))):
            slot = waiting.pop()
            self._describe(slot, self.at(slot), reader)
        return bool(waiting)

    def newest(self, slots: Slots) -> list[NDArray[np.int32]]:
        """The last sampling days, as ordinals, of each analyte that any lot here reports."""
        return [self.sheet[day][slots] for _, day in self._reported.values()]

    def readings(self, code: str, slots: Slots, catalogue: Catalogue) -> NDArray[Any]:
        """What the lots report of an analyte, in the units of their results; rows of the caller's own."""
        own = self._reported.get(code)
        rows = self.sheet[own[0]][slots] if own else np.full(len(slots), _BLANK, READING)
        for name, _ in (self._reported[other] for other in related(code, catalogue) if other in self._reported):
            rows["kind"][self.sheet[name]["kind"][slots] != ABSENT] = ODD
        return rows

    def _write(self, slot: int, listing: Listing[Lot]) -> None:
        super()._write(slot, listing)
        self._undescribed.add(slot)

    def _describe(self, slot: int, listing: Listing[Lot], reader: Reader) -> None:
        lot, sheet = listing.content, self.sheet
        for name, key in zip(_INTERNED, (_traits(listing), _price(lot), lot.location.prefecture), strict=True):
            number = self.numbers[name].take(key)
            sheet[name][slot] = number
            if name in _EXEMPLIFIED:
                self._examples[name, number] = listing
        sheet["tonnes"][slot] = lot.quantity.tonnes
        sheet["custody"][slot] = CUSTODY.get(lot.custody_model, 0.0) if lot.custody_model else 0.0
        results = reader.read(lot)
        last: dict[str, int] = {}
        for assay in lot.assays:
            if assay.sampled_on:
                last[assay.analyte] = max(last.get(assay.analyte, UNDATED), assay.sampled_on.toordinal())
        for code, row in results.items():
            reading, day = self._reported.get(code) or self._report(code)
            sheet[reading][slot] = row
            sheet[day][slot] = last.get(code, UNDATED)
        sheet["analytes"][slot] = len(results)
        sheet["methods"][slot] = len({a.analyte for a in lot.assays if a.method is not None})
        sheet["laboratories"][slot] = len({a.analyte for a in lot.assays if a.laboratory is not None})

    def _report(self, code: str) -> tuple[str, str]:
        """Make room for an analyte that no lot here had."""
        names = self._reported[code] = (f"result of {code}", f"day of {code}")
        for name, dtype, blank in zip(names, (READING, np.int32), (_BLANK, UNREPORTED), strict=True):
            self.sheet.add(name, dtype, blank)
        return names

    def _erase(self, slot: int) -> None:
        if slot in self._undescribed:
            self._undescribed.remove(slot)
        else:
            for name in _INTERNED:
                self.numbers[name].release(int(self.sheet[name][slot]))
            self.sheet.wipe(slot, [name for names in self._reported.values() for name in names])
        super()._erase(slot)


def _traits(listing: Listing[Lot]) -> Hashable:
    """What the gates judge besides the windows (`matching.gates`, `matching.permits.needs`)."""
    lot = listing.content
    stated = (lot.grade, lot.form, lot.origin, lot.source, lot.custody_model, lot.legal_status)
    return (listing.permits, *stated, lot.hazards, lot.documents, lot.location.prefecture)


def _price(lot: Lot) -> Hashable:
    price = on_grid(lot.ask_price)
    return price and (price.amount, price.currency, price.incoterm is None or price.incoterm.buyer_pays_freight)
