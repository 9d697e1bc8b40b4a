"""Figures that whoever asks assumes of a step, where none was published or to try others: shown as assumed."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Annotated

from msgspec import Meta, field

from matching.fault import Fault, fault
from matching.reference import Catalogue
from matching.upgrading.offer import OfferedStep, Removal
from matching.upgrading.offer_faults import offer_faults
from matching.values import Code, Place, Price, Value


class AssumedStep(Value, frozen=True, kw_only=True):
    """What is given counts in the place of what was published; `fee` is JPY for each tonne that enters."""

    step: Code
    yield_: float | None = field(name="yield", default=None)
    removal: Annotated[tuple[Removal, ...], Meta(max_length=50)] = ()
    fee: Price | None = None


def assumed_faults(assumed: Sequence[AssumedStep], catalogue: Catalogue) -> Iterator[Fault]:
    """Those of an offer with these figures, with pointers into the list; each step is assumed once."""
    seen: set[str] = set()
    for i, one in enumerate(assumed):
        offer = OfferedStep(
            step=one.step,
            location=Place(prefecture=min(catalogue.prefectures)),
            capacity_tonnes=1.0,
            fee=one.fee or Price(amount=Decimal(0)),
            yield_=1.0 if one.yield_ is None else one.yield_,
            removal=one.removal,
        )
        for found in offer_faults(offer, catalogue):
            yield Fault(f"/{i}{found.pointer}", found.code, found.params)
        if one.step in seen:
            yield fault(f"/{i}/step", "duplicate", given=one.step)
        seen.add(one.step)
