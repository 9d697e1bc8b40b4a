"""Lots of one material, with all that a score and the gates ask of them in arrays; results are read when asked for."""

from collections.abc import Hashable, Sequence
from typing import Any, Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from matching.columns import Columns, Interned, Listing, Slots
from matching.listings import Lot
from matching.reference import Catalogue
from matching.score import CUSTODY, on_grid
from matching.screening.readings import BLANK, READING, UNREAD, Reader, Reading

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


class Unread(msgspec.Struct, frozen=True):
    """Lots whose results of some analytes nobody has read yet; `read` needs nothing else and may run in a thread."""

    codes: tuple[str, ...]
    slots: tuple[int, ...]
    lots: tuple[Listing[Lot], ...]

    def read(self, catalogue: Catalogue) -> list[list[Reading]]:
        """For each lot a reading of each analyte."""
        reader = Reader(self.codes, catalogue)
        return [reader.read(lot.content) for lot in self.lots]


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
        self._days: list[str] = []
        self._read: list[str] = []
        for name, dtype in _ARRAYS:
            self.sheet.add(name, dtype, 0)

    def example(self, name: str, number: int) -> Listing[Lot]:
        """A lot with these traits or this price."""
        return self._examples[name, number]

    def describe(self) -> None:
        """Write down the lots that were put since; the other arrays, numbers and examples are of use only after it."""
        while self._undescribed:
            slot = self._undescribed.pop()
            self._describe(slot, self.at(slot))

    def newest(self, slots: Slots) -> list[NDArray[np.int32]]:
        """The last sampling days, as ordinals, of each analyte that any lot here reports."""
        return [self.sheet[name][slots] for name in self._days]

    def unread(self, codes: Sequence[str], slots: Slots) -> Unread | None:
        """What has to be read before `readings` of these analytes and slots."""
        for code in codes:
            if _reading(code) not in self.sheet:
                self.sheet.add(_reading(code), READING, np.array(BLANK, READING))
                self._read.append(_reading(code))
        missing = np.zeros(len(slots), np.bool_)
        for code in codes:
            missing |= self.sheet[_reading(code)]["kind"][slots] == UNREAD
        found = slots[missing].tolist()
        return Unread(tuple(codes), tuple(found), tuple(self.at(slot) for slot in found)) if found else None

    def keep(self, unread: Unread, found: Sequence[Sequence[Reading]]) -> None:
        """Remember what was read, but for lots that have changed since."""
        still = [self.holds(slot, lot) for slot, lot in zip(unread.slots, unread.lots, strict=True)]
        slots = np.array(unread.slots, np.intp)[still]
        for code, readings in zip(unread.codes, zip(*found, strict=True), strict=True):
            self.sheet[_reading(code)][slots] = np.array(list(readings), READING)[still]

    def readings(self, code: str, slots: Slots) -> NDArray[Any]:
        """What the lots report of an analyte, in the units of their results."""
        return self.sheet[_reading(code)][slots]

    def _write(self, slot: int, listing: Listing[Lot]) -> None:
        super()._write(slot, listing)
        self._undescribed.add(slot)

    def _describe(self, slot: int, listing: Listing[Lot]) -> None:
        lot, sheet = listing.content, self.sheet
        for name, key in zip(_INTERNED, (_traits(listing), _price(lot), lot.location.prefecture), strict=True):
            number = self.numbers[name].take(key)
            sheet[name][slot] = number
            if name in _EXEMPLIFIED:
                self._examples[name, number] = listing
        sheet["tonnes"][slot] = lot.quantity.tonnes
        sheet["custody"][slot] = CUSTODY.get(lot.custody_model, 0.0) if lot.custody_model else 0.0
        newest: dict[str, int] = {}
        for assay in lot.assays:
            day = assay.sampled_on.toordinal() if assay.sampled_on else UNDATED
            newest[assay.analyte] = max(newest.get(assay.analyte, UNREPORTED), day)
        for code, day in newest.items():
            if _day(code) not in sheet:
                sheet.add(_day(code), np.int32, UNREPORTED)
                self._days.append(_day(code))
            sheet[_day(code)][slot] = day
        sheet["analytes"][slot] = len(newest)
        sheet["methods"][slot] = len({a.analyte for a in lot.assays if a.method is not None})
        sheet["laboratories"][slot] = len({a.analyte for a in lot.assays if a.laboratory is not None})

    def _erase(self, slot: int) -> None:
        if slot in self._undescribed:
            self._undescribed.remove(slot)
        else:
            for name in _INTERNED:
                self.numbers[name].release(int(self.sheet[name][slot]))
        self.sheet.wipe(slot, (*self._days, *self._read))
        super()._erase(slot)


def _reading(code: str) -> str:
    return f"result of {code}"


def _day(code: str) -> str:
    return f"day of {code}"


def _traits(listing: Listing[Lot]) -> Hashable:
    """What the gates judge besides the windows (`matching.gates`, `matching.permits.needs`)."""
    lot = listing.content
    stated = (lot.grade, lot.form, lot.origin, lot.source, lot.custody_model, lot.legal_status)
    return (listing.permits, *stated, lot.hazards, lot.documents, lot.location.prefecture)


def _price(lot: Lot) -> Hashable:
    price = on_grid(lot.ask_price)
    return price and (price.amount, price.currency, price.incoterm is None or price.incoterm.buyer_pays_freight)
