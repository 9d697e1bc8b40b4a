"""What is wrong with what is said of a portion: every fault at once."""

from collections.abc import Iterator
from datetime import date

import msgspec

from market.deals.deliveries.handling import dispatch_faults
from market.deals.deliveries.structs import DeliveryDraft, DispatchDraft, ReceiptDraft
from matching.fault import Fault, fault, leaves
from matching.faults import LEAST_TONNES, MOST_TONNES
from matching.listings import Lot
from matching.measure_faults import assay_faults, repeated_results
from matching.reference import Catalogue
from specs.kit.errors import Invalid


def refuse(faults: Iterator[Fault]) -> None:
    """Raises Invalid where there is any."""
    found = tuple(faults)
    if found:
        raise Invalid(faults=found)


def plan(draft: DeliveryDraft, today: date) -> Iterator[Fault]:
    """Of a portion to come."""
    yield from mass("/tonnes", draft.tonnes)
    if draft.planned_on is not None and draft.planned_on < today:
        yield fault("/planned_on", "day_out_of_range", given=str(draft.planned_on), first=str(today), last=None)


def dispatch(draft: DispatchDraft, lot: Lot, first: date, today: date) -> Iterator[Fault]:
    """Of one that leaves."""
    yield from _sound(draft)
    yield from mass("/tonnes", draft.tonnes)
    yield from _day("/dispatched_on", draft.dispatched_on, first, today)
    yield from dispatch_faults(draft, lot)


def receipt(draft: ReceiptDraft, dispatched: date, today: date, catalogue: Catalogue) -> Iterator[Fault]:
    """Of one that arrived."""
    yield from _sound(draft)
    yield from mass("/tonnes", draft.tonnes)
    yield from _day("/received_on", draft.received_on, dispatched, today)
    for i, assay in enumerate(draft.assays):
        yield from assay_faults(f"/assays/{i}", assay, catalogue)
    yield from repeated_results(draft.assays)


def acceptance(tonnes: float | None, counted: float) -> Iterator[Fault]:
    """Of a part that is taken."""
    if tonnes is not None:
        yield from mass("/tonnes", tonnes)
        if tonnes > counted:
            yield fault("/tonnes", "more_than_counted", given=tonnes, counted=counted)


def mass(pointer: str, tonnes: float) -> Iterator[Fault]:
    """Tonnes of which kilograms are made."""
    if tonnes > MOST_TONNES:
        yield fault(pointer, "too_large", given=tonnes, most=MOST_TONNES)
    elif not tonnes >= LEAST_TONNES:
        yield fault(pointer, "not_positive", given="tonnes")


def _sound(draft: msgspec.Struct) -> Iterator[Fault]:
    # numbers that are none are told as masses, percentages and assays
    yield from (one for one in leaves(draft) if one.code == "control_character")


def _day(pointer: str, day: date | None, first: date, last: date) -> Iterator[Fault]:
    if day is not None and not first <= day <= last:
        yield fault(pointer, "day_out_of_range", given=str(day), first=str(first), last=str(last))
