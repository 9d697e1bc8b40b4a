"""Advice about lots of others: nothing of theirs can be read off the values that a lever goes to."""

from decimal import Decimal

import pytest

from matching.advise import advise
from matching.advising.answer import Advised
from matching.advising.discretion import Discretion
from matching.listings import Delivery, Demand, Lot
from matching.values import Incoterm, Place, Price
from specs.catalogue.loader import catalogue
from tests.support.blends import GATE, offered
from tests.support.pairs import FIRST, LAST, assay, limit, spec

GRID = 1.05


def advised(*lots: Lot, places: frozenset[str] = frozenset()) -> Advised:
    asked = spec(
        limit("Cu", max=0.25),
        quantity=Demand(tonnes=100),
        delivery=Delivery(location=GATE, from_=FIRST, until=LAST),
        max_price=Price(amount=Decimal(40_000)),
    )
    named = [(chr(ord("a") + i), one) for i, one in enumerate(lots)]
    return advise(asked, named, (), catalogue(), Discretion(GRID, places))


def copper(price: float, **rest: object) -> Lot:
    return offered(price, 50, assay("Cu", 0.1, uncertainty=0.001), **rest)


def reached(found: Advised, kind: str) -> list[object]:
    return [item.changes[0].to for item in found.items if [change.kind for change in item.changes] == [kind]]


@pytest.mark.parametrize("cost", [0.5, 1.0, 1.05, 44_999.0, 45_000.3])
def test_a_ceiling_is_the_least_step_that_a_cost_does_not_exceed(cost: float) -> None:
    step = Discretion(GRID, frozenset()).ceiling(cost)
    powers = [GRID**n for n in range(-20, 300)]
    assert step == -(-min(power for power in powers if power >= cost - 1e-9) // 1)


def test_a_cost_of_nothing_has_a_ceiling_too() -> None:
    assert Discretion(GRID, frozenset()).ceiling(0.0) == 1


def test_prices_within_one_step_give_one_advice() -> None:
    first, second = (advised(copper(price)) for price in (45_000, 45_300))
    assert reached(first, "price") == reached(second, "price") != []
    assert 45_300 <= float(str(reached(first, "price")[0])) <= 45_300 * GRID


def test_a_place_that_may_not_be_named_is_no_lever() -> None:
    fetched = Price(amount=Decimal(30_000), incoterm=Incoterm.EXW)
    far = copper(30_000, location=Place(prefecture="JP-40"), ask_price=fetched)
    assert reached(advised(far), "place") == []
    assert reached(advised(far, places=frozenset({"JP-40"})), "place") == ["JP-40"]
