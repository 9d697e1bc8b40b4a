"""What is wrong with terms, before they are judged: every fault at once."""

import math
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

import msgspec

from market.deals.contract.terms import contract_faults
from market.deals.offers.structs import Terms
from market.deals.promise import Promise
from market.deals.relaxing import relaxation_faults
from market.deals.sharing import shared_out
from market.deals.taking import Take, take_faults
from matching.fault import Fault, fault, inside, leaves
from matching.faults import MOST_TONNES, price_faults
from matching.listings import Lot, Spec
from matching.reference import Catalogue
from matching.upgrading.offer import UpgradeOffer
from matching.upgrading.offer_faults import offer_faults
from matching.values import Price
from specs.listing.structs import KG

# an offer stands so many days unless it says otherwise, and so many at most
STANDS: Final = timedelta(days=7)
MOST: Final = timedelta(days=90)
# of a tonne in any currency: more than gold fetches in yen
MOST_PRICE: Final = Decimal(10) ** 11


class Room(msgspec.Struct, frozen=True, kw_only=True):
    """What terms must fit into: the listings at their pinned revisions, and the kilograms that may be offered.

    `left` are those of each lot, `parts` the proportions in which tonnes are shared out over the lots of a leg.
    """

    spec: Spec
    lots: tuple[Lot, ...]
    left: tuple[int, ...]
    parts: tuple[int, ...]
    most: int
    blended: bool
    today: date

    def takes(self, kg: int) -> tuple[Take, ...]:
        """What so many kilograms come to of each lot."""
        shares = shared_out(kg, self.parts)
        return tuple(Take(*take) for take in zip(self.lots, shares, self.left, strict=True))


def term_faults(terms: Terms, room: Room, catalogue: Catalogue) -> Iterator[Fault]:
    """Price, tonnes, schedule, validity, limits that give way, and promises."""
    found = list(leaves(terms))
    if found:
        yield from found
        return
    yield from _price(terms)
    yield from _tonnes(terms, room)
    yield from _schedule(terms, room)
    yield from _validity(terms, room)
    yield from relaxation_faults(room.spec, terms.relaxations, "/relaxations", catalogue)
    yield from _promises(terms.steps, room, catalogue)
    if terms.contract is not None:
        yield from contract_faults(terms.contract, catalogue)


def _price(terms: Terms) -> Iterator[Fault]:
    yield from price_faults("/price", terms.price)
    if terms.price.amount == 0:
        yield fault("/price/amount", "not_positive", given="amount")
    elif terms.price.amount.is_finite() and terms.price.amount > MOST_PRICE:
        yield fault("/price/amount", "too_large", given=str(terms.price.amount), most=str(MOST_PRICE))
    if terms.price.incoterm is None:
        yield fault("/price/incoterm", "incoterm_missing")


def _tonnes(terms: Terms, room: Room) -> Iterator[Fault]:
    if terms.tonnes > MOST_TONNES:
        yield fault("/tonnes", "too_large", given=terms.tonnes, most=MOST_TONNES)
        return
    kg = round(terms.tonnes * KG)
    if kg <= 0:
        yield fault("/tonnes", "not_positive", given=terms.tonnes)
    elif kg > room.most:
        yield fault("/tonnes", "more_than_left", given=terms.tonnes, left=room.most / KG)
    else:
        yield from take_faults("/tonnes", room.spec, room.takes(kg), blended=room.blended)


def _schedule(terms: Terms, room: Room) -> Iterator[Fault]:
    windows = [room.spec.delivery, *(lot.available for lot in room.lots)]
    first = max(window.from_ for window in windows)
    last = min(window.until for window in windows)
    seen: set[str] = set()
    for i, portion in enumerate(terms.schedule):
        at = f"/schedule/{i}"
        if portion.month in seen:
            yield fault(f"{at}/month", "duplicate", given=portion.month)
        seen.add(portion.month)
        if not f"{first:%Y-%m}" <= portion.month <= f"{last:%Y-%m}":
            yield fault(f"{at}/month", "month_outside_window", given=portion.month, first=str(first), last=str(last))
        if portion.tonnes <= 0:
            yield fault(f"{at}/tonnes", "not_positive", given=portion.tonnes)
        elif portion.tonnes > MOST_TONNES:
            yield fault(f"{at}/tonnes", "too_large", given=portion.tonnes, most=MOST_TONNES)
    if any(abs(tonnes) > MOST_TONNES for tonnes in (terms.tonnes, *(portion.tonnes for portion in terms.schedule))):
        return  # told above, and such a sum could overflow
    total = math.fsum(portion.tonnes for portion in terms.schedule)
    if terms.schedule and round(total * KG) != round(terms.tonnes * KG):
        yield fault("/schedule", "schedule_sum", given=total, tonnes=terms.tonnes)


def _validity(terms: Terms, room: Room) -> Iterator[Fault]:
    if terms.valid_until is None:
        return
    if not room.today <= terms.valid_until <= room.today + MOST:
        yield fault("/valid_until", "validity_out_of_range", first=str(room.today), last=str(room.today + MOST))


def promised(promise: Promise, lot: Lot) -> UpgradeOffer:
    """As an offer of a processor beside the lot, who asks nothing."""
    return UpgradeOffer(
        id="promise",
        step=promise.step,
        location=lot.location,
        capacity_tonnes=lot.quantity.tonnes,
        fee=Price(amount=Decimal(0)),
        yield_=promise.yield_,
        removal=promise.removal,
        keeps=promise.keeps,
    )


def _promises(steps: Sequence[Promise], room: Room, catalogue: Catalogue) -> Iterator[Fault]:
    for i, promise in enumerate(steps):
        yield from inside(f"/steps/{i}", offer_faults(promised(promise, room.lots[0]), catalogue))
