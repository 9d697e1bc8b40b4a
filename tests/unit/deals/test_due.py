"""When portions are due, and what of them is late, worked out by hand."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from market.deals.contract.structs import ContractTerms
from market.deals.deliveries.due import Due, dues, standing
from market.deals.deliveries.machine import State
from market.deals.deliveries.portion import HeldPortion
from market.deals.deliveries.structs import Facts
from matching.values import Portion
from specs.kit import clock, ids

AT = datetime(2027, 1, 1, tzinfo=UTC)
TERMS = ContractTerms(grace_days=10, receipt_days=5)
OWED = (Due(date(2027, 1, 31), 40_000), Due(date(2027, 2, 28), 100_000))


def portion(state: State, kg: int, sent: date | None = None, **more: Any) -> HeldPortion:
    return HeldPortion(
        id=ids.new_id(), leg_id=ids.new_id(), seller_tenant=ids.new_id(), lot_id=ids.new_id(), no=1, version=1,
        state=state, planned_kg=kg, declared_kg=None if sent is None else kg, dispatched_on=sent, facts=Facts(),
        created_at=AT, updated_at=AT, **more,
    )  # fmt: skip


def ends(day: date) -> datetime:
    """The last instant of a day in Japan."""
    return clock.end_of(day) - timedelta(microseconds=1)


def test_months_are_due_on_their_last_days_and_no_later_than_the_window() -> None:
    schedule = [
        Portion(month="2028-03", tonnes=20),
        Portion(month="2028-01", tonnes=30),
        Portion(month="2028-02", tonnes=10),
    ]

    assert dues(schedule, date(2028, 3, 15), 60_000) == (
        Due(date(2028, 1, 31), 30_000),
        Due(date(2028, 2, 29), 40_000),
        Due(date(2028, 3, 15), 60_000),
    )


def test_without_a_schedule_all_is_due_at_the_end_of_the_window() -> None:
    assert dues((), date(2028, 3, 15), 60_000) == (Due(date(2028, 3, 15), 60_000),)


@pytest.mark.parametrize(
    ("at", "late", "overdue", "following"),
    [
        (ends(date(2027, 1, 31)), 0, 0, date(2027, 1, 31)),
        (clock.end_of(date(2027, 1, 31)), 1, 0, date(2027, 2, 10)),
        (ends(date(2027, 2, 10)), 1, 0, date(2027, 2, 10)),
        (clock.end_of(date(2027, 2, 10)), 1, 1, date(2027, 2, 28)),
        (clock.end_of(date(2027, 3, 10)), 2, 2, None),
    ],
)
def test_days_and_their_grace_count_whole_in_japan(
    at: datetime, late: int, overdue: int, following: date | None
) -> None:
    found = standing(OWED, (), TERMS, at)

    assert (len(found.late), len(found.overdue)) == (late, overdue)
    assert found.next == (None if following is None else clock.end_of(following))
    assert found.is_overdue is (overdue > 0)


@pytest.mark.parametrize(
    ("at", "portions", "overdue_from"),
    [
        # before a day passes, when its grace does and not when the day does
        (ends(date(2027, 1, 31)), (), date(2027, 2, 10)),
        (clock.end_of(date(2027, 2, 10)), (), date(2027, 3, 10)),
        (ends(date(2027, 1, 9)), (portion(State.DISPATCHED, 100_000, date(2027, 1, 4)),), date(2027, 1, 9)),
        (clock.end_of(date(2027, 3, 10)), (), None),
    ],
)
def test_it_is_known_from_when_more_is_overdue(
    at: datetime, portions: tuple[HeldPortion, ...], overdue_from: date | None
) -> None:
    found = standing(OWED, portions, TERMS, at)

    assert found.overdue_from == (None if overdue_from is None else clock.end_of(overdue_from))


@pytest.mark.parametrize(
    ("brings", "missing"),
    [
        (portion(State.PLANNED, 40_000), 40_000),
        (portion(State.CALLED_OFF, 40_000), 40_000),
        (portion(State.LOST, 40_000, date(2027, 2, 8)), 40_000),
        (portion(State.REJECTED, 40_000, date(2027, 2, 8), accepted_kg=0), 40_000),
        (portion(State.DISPATCHED, 40_000, date(2027, 2, 8)), 0),
        (portion(State.ACCEPTED, 40_000, date(2027, 1, 8), accepted_kg=39_799), 201),
        # half a percent is the difference of two weighbridges
        (portion(State.ACCEPTED, 40_000, date(2027, 1, 8), accepted_kg=39_800), 0),
    ],
)
def test_what_was_taken_or_is_on_its_way_is_not_overdue(brings: HeldPortion, missing: int) -> None:
    found = standing(OWED[:1], (brings,), TERMS, clock.end_of(date(2027, 2, 10)))

    assert sum(due.kg for due in found.overdue) == missing


@pytest.mark.parametrize("state", [State.DISPATCHED, State.RECEIVED])
def test_a_portion_waits_no_longer_than_the_contract_says(state: State) -> None:
    sent = portion(state, 100_000, date(2027, 1, 4))

    before = standing(OWED, (sent,), TERMS, ends(date(2027, 1, 9)))
    after = standing(OWED, (sent,), TERMS, clock.end_of(date(2027, 1, 9)))

    assert (before.waiting, before.next) == ((), clock.end_of(date(2027, 1, 9)))
    assert (after.waiting, after.is_overdue) == ((sent,), True)
