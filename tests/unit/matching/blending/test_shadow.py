"""A shadow price is what solving again saves, as far as it says."""

import pytest

from matching.listings import Delivery
from matching.values import Currency
from tests.support.blends import GATE, blended, offered
from tests.support.pairs import FIRST, LAST, assay, limit, spec

AT = {"delivery": Delivery(location=GATE, from_=FIRST, until=LAST)}
LOTS = (
    offered(30_000, 60, assay("Cu", 0.4), assay("Sn", 0.01)),
    offered(50_000, 100, assay("Cu", 0.1), assay("Sn", 0.01)),
)


def test_the_price_of_copper_is_what_a_hundredth_of_a_percent_saves_until_the_cheap_lot_is_used_up() -> None:
    found = blended(spec(limit("Cu", max=0.25), limit("Sn", max=0.02), **AT), *LOTS)
    copper, tin = (r.shadow_price for r in found.limits)
    assert copper is not None
    assert (copper.per, copper.currency) == ("0.01 %", Currency.JPY)
    # 0.01 % more copper lets 100/30 t of the cheap lot in, each 20,000 cheaper
    assert copper.amount == pytest.approx(-20_000 * 100 / 30, rel=1e-4)
    # 60 t of 0.4 % and 40 t of 0.1 %: 0.28 %, and within one part in a hundred of the saving beyond
    assert copper.valid_to == pytest.approx(0.28, rel=0.002)
    assert tin is not None
    assert (tin.amount, tin.valid_to) == (0.0, None)
    again = blended(spec(limit("Cu", max=0.26), limit("Sn", max=0.02), **AT), *LOTS)
    assert again.objective.amount - found.objective.amount == pytest.approx(copper.amount, rel=1e-4)


def test_with_integers_the_price_is_what_one_step_saves() -> None:
    lots = (
        offered(30_000, 60, assay("Cu", 0.2), least=60),
        offered(20_000, 100, assay("Cu", 0.29), least=50),
        offered(50_000, 100, assay("Cu", 0.1)),
    )
    found, eased = (blended(spec(limit("Cu", max=end), **AT), *lots) for end in (0.25, 0.26))
    price = found.limits[0].shadow_price
    assert price is not None
    assert price.amount == pytest.approx(eased.objective.amount - found.objective.amount, rel=1e-8)
    assert price.amount < 0.0
    assert (price.per, price.valid_to) == ("0.01 %", 0.26)


def test_a_limit_that_no_step_makes_cheaper_has_the_price_of_nothing() -> None:
    whole = offered(30_000, 60, assay("Cu", 0.2), least=60)
    found = blended(spec(limit("Cu", max=0.25), **AT), whole, offered(50_000, 100, assay("Cu", 0.1)))
    price = found.limits[0].shadow_price
    assert price is not None
    assert (price.amount, price.valid_to) == (0.0, None)
