"""Listings of a posted document: what they are called, and what is wrong with them."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

from market.blends.structs import NamedSpec, OfferedLot
from matching.fault import Fault, fault, inside
from matching.faults import lot_faults, spec_faults
from matching.listings import Spec
from matching.reference import Catalogue

Listing = TypeVar("Listing", bound=NamedSpec | OfferedLot)


def called(listings: Sequence[Listing]) -> list[tuple[str, Listing]]:
    """By their ids, or their places in the list where they have none."""
    return [(str(i) if one.id is None else one.id, one) for i, one in enumerate(listings)]


def faults_of_listings(pointer: str, listings: Sequence[NamedSpec | OfferedLot], known: Catalogue) -> Iterator[Fault]:
    """Faults of meaning that leave nothing to judge, and names used twice; the list is at `pointer`."""
    names: set[str] = set()
    for i, (name, one) in enumerate(called(listings)):
        yield from inside(f"{pointer}/{i}", _faults(one, known))
        if name in names:
            yield fault(f"{pointer}/{i}/id", "duplicate", given=name)
        names.add(name)


def _faults(listing: NamedSpec | OfferedLot, known: Catalogue) -> tuple[Fault, ...]:
    if isinstance(listing, Spec):
        return spec_faults(listing, known, doubts=False)
    return lot_faults(listing, known, doubts=False)
