"""What a lot could be lifted into, and what that would earn against selling it as it is."""

from decimal import Decimal

import pytest

from matching.blending.candidates import haul
from matching.listings import Delivery, Demand, Lot, Spec, Supply
from matching.score import GRID
from matching.upgrading.offer import UpgradeOffer
from matching.uplift import Earning, Lifted, Uplift, uplift
from matching.values import Currency, Incoterm, Place, Price
from specs.catalogue.loader import catalogue
from tests.support.offers import offer
from tests.support.pairs import FIRST, LAST, assay, limit, lot, spec

KAWASAKI, CHIBA, OSAKA = (Place(prefecture=code) for code in ("JP-14", "JP-12", "JP-27"))
SORTER = offer(kept=0.8, fee=1_000, Cu=0.6, location=CHIBA, id="sorter")


def yen(amount: float, **rest: object) -> Price:
    return Price(amount=Decimal(str(amount)), **rest)


def mill(ceiling: float | None = 60_000, most: float = 0.25, tonnes: float = 500, place: Place = OSAKA) -> Spec:
    return spec(
        limit("Cu", max=most),
        confidence=0.95,
        quantity=Demand(tonnes=tonnes),
        delivery=Delivery(location=place, from_=FIRST, until=LAST),
        max_price=None if ceiling is None else yen(ceiling),
    )


def yard(ask: Price | None = None, copper: float = 0.31) -> Lot:
    return lot(
        assay("Cu", copper, uncertainty=0.01),
        quantity=Supply(tonnes=100),
        location=KAWASAKI,
        ask_price=ask or yen(20_000),
    )


def found(given: Lot, *specs: Spec, offers: tuple[UpgradeOffer, ...] = (SORTER,)) -> Uplift:
    return uplift(given, [(f"s{i}", one) for i, one in enumerate(specs)], offers, catalogue())


def first(given: Lot, *specs: Spec, **rest: tuple[UpgradeOffer, ...]) -> Lifted:
    return found(given, *specs, **rest).items[0]


def freight(origin: Place, destination: Place) -> float:
    return haul(origin, destination, catalogue()).jpy_per_t


def at_the_gate(ceiling: float) -> float:
    """What a tonne is worth through the sorter to Osaka, written out."""
    return 0.8 * (ceiling - freight(CHIBA, OSAKA)) - freight(KAWASAKI, CHIBA) - 1_000


def test_a_tonne_is_worth_what_the_buyer_pays_at_most_less_all_that_lies_between() -> None:
    one = first(yard(), mill())
    assert (one.spec, one.tonnes_in, one.tonnes) == ("s0", pytest.approx(100), pytest.approx(80))
    assert one.gate_price == pytest.approx(at_the_gate(60_000))
    assert one.uplift == pytest.approx(100 * (at_the_gate(60_000) - 20_000))
    assert one.earning is Earning.MORE


def test_the_specs_are_ranked_by_what_they_earn() -> None:
    answer = found(yard(), mill(55_000), mill(60_000), mill(None), mill(30_000))
    assert [one.spec for one in answer.items] == ["s1", "s0", "s2", "s3"]
    assert [one.earning for one in answer.items] == [Earning.MORE, Earning.MORE, Earning.UNKNOWN, Earning.LESS]
    assert (answer.fits, answer.missed) == (0, 4)


def test_what_it_earns_is_told_against_the_best_sale_as_it_is() -> None:
    fitting = mill(55_000, most=0.4)
    answer = found(yard(), mill(60_000), fitting)
    assert (answer.fits, answer.missed, [one.spec for one in answer.items]) == (1, 1, ["s0"])
    base = 55_000 - freight(KAWASAKI, OSAKA)
    assert answer.items[0].uplift == pytest.approx(100 * (at_the_gate(60_000) - base))
    assert answer.items[0].earning is Earning.LESS


@pytest.mark.parametrize(
    ("ask", "earning"),
    [
        (at_the_gate(60_000) / GRID - 1, Earning.MORE),
        (at_the_gate(60_000) / GRID + 1, Earning.ALIKE),
        (at_the_gate(60_000) * GRID - 1, Earning.ALIKE),
        (at_the_gate(60_000) * GRID + 1, Earning.LESS),
    ],
)
def test_less_than_five_per_cent_apart_is_alike(ask: float, earning: Earning) -> None:
    assert first(yard(yen(ask)), mill(60_000)).earning is earning


def test_no_more_is_treated_than_is_wanted() -> None:
    one = first(yard(), mill(tonnes=40))
    assert (one.tonnes_in, one.tonnes) == (pytest.approx(50), pytest.approx(40))


def test_freight_that_the_seller_pays_is_his_cost_either_way() -> None:
    delivered = yard(yen(20_000, incoterm=Incoterm.DAP))
    one = first(delivered, mill())
    assert one.gate_price == pytest.approx(at_the_gate(60_000))
    assert one.uplift == pytest.approx(100 * (at_the_gate(60_000) - (20_000 - freight(KAWASAKI, OSAKA))))


def test_a_lot_without_a_price_is_worth_nothing_untreated_and_one_in_dollars_is_not_compared() -> None:
    silent = lot(assay("Cu", 0.31, uncertainty=0.01), quantity=Supply(tonnes=100), location=KAWASAKI)
    assert first(silent, mill()).uplift == pytest.approx(100 * at_the_gate(60_000))
    foreign = first(yard(yen(200, currency=Currency.USD)), mill())
    assert (foreign.gate_price, foreign.uplift, foreign.earning) == (None, None, Earning.UNKNOWN)


def test_what_no_offer_reaches_is_counted_and_not_listed() -> None:
    answer = found(yard(), mill(most=0.05), mill(most=0.25))
    assert (answer.missed, [one.spec for one in answer.items]) == (2, ["s1"])
    assert found(yard(), mill(), offers=()).items == ()
