"""When portions of a leg are due, and what of it has not come: by the agreed schedule, else by the window's end.

A month's portion is due on its last day, or on the last day of the buyer's window where that is before. What was due
and is neither taken nor on its way `grace_days` later is overdue, and so is a portion that is not received and
decided `receipt_days` after its dispatch. Days are inclusive, in Japan. Pure, O(portions · days).
"""

from calendar import monthrange
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import accumulate
from typing import Final

import msgspec

from market.deals.contract.structs import ContractTerms
from market.deals.deliveries.machine import State
from market.deals.deliveries.portion import HeldPortion
from matching.values import Portion
from specs.kit import clock
from specs.listing.structs import KG

_PERCENT: Final = Decimal(100)


class Due(msgspec.Struct, frozen=True):
    """By this day so many kilograms of the leg in all."""

    day: date
    kg: int


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """Of a leg at an instant: what is due and late, what is overdue, which portions wait too long, and what is next.

    `late` are the days that have passed and are not served, `overdue` those whose grace has passed too; each with the
    kilograms that miss. `next` is the first instant at which one of these changes if nothing comes, and
    `overdue_from` the first to come at which something is overdue that is not yet.
    """

    late: tuple[Due, ...]
    overdue: tuple[Due, ...]
    waiting: tuple[HeldPortion, ...]
    next: datetime | None
    overdue_from: datetime | None

    @property
    def is_overdue(self) -> bool:
        """Whether either side may say that the other does not deliver or accept."""
        return bool(self.overdue or self.waiting)


def dues(schedule: Sequence[Portion], until: date, kg: int) -> tuple[Due, ...]:
    """Of a leg of so many kilograms, in order of their days."""
    if not schedule:
        return (Due(until, kg),)
    months = sorted(schedule, key=lambda portion: portion.month)
    sums = accumulate(portion.tonnes for portion in months)
    return tuple(
        Due(min(until, _last_day(portion.month)), min(kg, round(total * KG)))
        for portion, total in zip(months, sums, strict=True)
    )


def standing(owed: Sequence[Due], portions: Sequence[HeldPortion], terms: ContractTerms, at: datetime) -> Standing:
    """How a leg stands at an instant."""
    grace = timedelta(days=terms.grace_days)
    waiting = tuple(one for one in portions if not one.state.decided and clock.end_of(limit(one, terms)) <= at)
    brought = sum(_brings(one) for one in portions if one not in waiting)
    missed = tuple(Due(due.day, due.kg - brought) for due in owed if _short(due.kg, brought, terms))
    return Standing(
        late=tuple(due for due in missed if clock.end_of(due.day) <= at),
        overdue=tuple(due for due in missed if clock.end_of(due.day + grace) <= at),
        waiting=waiting,
        next=min((end for end in _ends(missed, portions, terms) if end > at), default=None),
        overdue_from=min((end for end in _overdue(missed, portions, terms) if end > at), default=None),
    )


def limit(portion: HeldPortion, terms: ContractTerms) -> date:
    """The last day to receive and decide a portion that was dispatched."""
    assert portion.dispatched_on is not None  # noqa: S101 - dispatched
    return portion.dispatched_on + timedelta(days=terms.receipt_days)


def _ends(missed: Sequence[Due], portions: Sequence[HeldPortion], terms: ContractTerms) -> Iterator[datetime]:
    yield from (clock.end_of(due.day) for due in missed)
    yield from _overdue(missed, portions, terms)


def _overdue(missed: Sequence[Due], portions: Sequence[HeldPortion], terms: ContractTerms) -> Iterator[datetime]:
    yield from (clock.end_of(due.day + timedelta(days=terms.grace_days)) for due in missed)
    yield from (clock.end_of(limit(one, terms)) for one in portions if not one.state.decided)


def _brings(portion: HeldPortion) -> int:
    """What was taken of it, or is on its way; a plan brings nothing."""
    return 0 if portion.state is State.PLANNED else portion.weighs


def _short(owed: int, brought: int, terms: ContractTerms) -> bool:
    """By more than the difference of two weighbridges."""
    return brought * _PERCENT < owed * (_PERCENT - terms.weight_tolerance_percent)


def _last_day(month: str) -> date:
    year, number = (int(part) for part in month.split("-"))
    return date(year, number, monthrange(year, number)[1])
