"""Lots of a posted document: what they are called, and what is wrong with them."""

from collections.abc import Iterator, Sequence

from market.blends.structs import OfferedLot
from matching.fault import Fault, fault
from matching.faults import lot_faults
from matching.listings import Lot
from matching.reference import Catalogue


def called(lots: Sequence[OfferedLot]) -> Iterator[tuple[str, Lot]]:
    """By their ids, or their places in the list where they have none."""
    for i, lot in enumerate(lots):
        yield lot.id if lot.id is not None else str(i), lot


def faults_of_lots(lots: Sequence[OfferedLot], known: Catalogue) -> Iterator[Fault]:
    """Faults of meaning that leave nothing to judge, with pointers into the document's `lots`."""
    names: set[str] = set()
    for i, (name, lot) in enumerate(called(lots)):
        for one in lot_faults(lot, known, doubts=False):
            yield Fault(f"/lots/{i}{one.pointer}", one.code, one.params)
        if name in names:
            yield fault(f"/lots/{i}/id", "duplicate", given=name)
        names.add(name)
