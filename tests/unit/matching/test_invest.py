"""Which plant where unlocks the most: the difference of two optima, for offers as they are and steps as published."""

from decimal import Decimal

import pytest

from matching.explain import render
from matching.invest import Investment, Investments, invest
from matching.listings import Delivery, Demand, Lot, Spec, Supply
from matching.upgrading.searching import UpgradeRefusedError
from matching.values import Place, Price
from matching.words import LANGUAGES
from specs.catalogue.loader import catalogue
from tests.support.offers import offer
from tests.support.pairs import FIRST, LAST, assay, limit, lot, spec

OSAKA = Place(prefecture="JP-27")


def mill(tonnes: float = 100, ceiling: float | None = 60_000, most: float = 0.25) -> Spec:
    return spec(
        limit("Cu", max=most),
        confidence=0.95,
        quantity=Demand(tonnes=tonnes),
        delivery=Delivery(location=OSAKA, from_=FIRST, until=LAST),
        max_price=None if ceiling is None else Price(amount=Decimal(str(ceiling))),
    )


def yard(copper: float = 0.31, tonnes: float = 100, price: float = 20_000) -> Lot:
    results = assay("Cu", copper, uncertainty=0.01)
    return lot(results, quantity=Supply(tonnes=tonnes), location=OSAKA, ask_price=Price(amount=Decimal(str(price))))


def found(specs: list[Spec], lots: list[Lot], *offers: object) -> Investments:
    wanted = [(f"s{i}", one) for i, one in enumerate(specs)]
    return invest(wanted, [(f"l{i}", one) for i, one in enumerate(lots)], offers, catalogue())  # type: ignore[arg-type]


def best(specs: list[Spec], lots: list[Lot], *offers: object) -> Investment:
    return found(specs, lots, *offers).items[0]


def test_the_plant_stands_where_the_lots_and_the_mill_are() -> None:
    one = best([mill()], [yard()])
    assert (one.step, one.prefecture, one.offer) == ("BALLISTIC_LOWCU", "JP-27", None)
    assert (one.tonnes_in, one.tonnes) == (pytest.approx(100), pytest.approx(75))
    assert (one.lots, one.specs) == (("l0",), ("s0",))


def test_by_published_figures_the_worth_is_before_the_fee_and_the_figures_are_shown() -> None:
    one = best([mill()], [yard(price=20_000)])
    # two short hauls of 100 t in at the extrapolated fare, 75 t out: the rest of the ceiling is what a tonne is worth
    assert 0 < one.value < 75 * 60_000 - 100 * 20_000
    assert one.per_tonne == pytest.approx(one.value / one.tonnes_in, abs=0.01)
    assert {f.flag for f in one.figures} <= {"read", "calculated"}
    assert one.code == "invest_as_published"


def test_a_plant_as_offered_bears_its_fee() -> None:
    free, dear = (best([mill()], [yard()], offer(kept=0.9, fee=fee, Cu=0.6, id="x")) for fee in (0, 3000))
    assert free.offer == dear.offer == "x"
    assert free.value - dear.value == pytest.approx(3000 * 100)


def test_lots_that_conform_already_make_the_plant_worth_less() -> None:
    clean = yard(0.1, tonnes=60, price=10_000)
    assert best([mill()], [yard(), clean]).tonnes == pytest.approx(40)


def test_no_more_is_unlocked_than_is_wanted() -> None:
    one = best([mill(30)], [yard(), yard()])
    assert one.tonnes == pytest.approx(30)
    assert one.tonnes_in == pytest.approx(40)


def test_copper_that_the_published_step_cannot_bring_down_unlocks_nothing() -> None:
    assert found([mill(most=0.1)], [yard(0.5)]).items == ()


def test_a_spec_without_a_ceiling_is_not_valued_and_named() -> None:
    answer = found([mill(ceiling=None)], [yard()])
    assert (answer.items, answer.unvalued) == ((), ("s0",))


def test_the_ranking_is_by_value_and_does_not_depend_on_the_order_of_the_input() -> None:
    specs, lots = [("a", mill(50)), ("b", mill(80, 55_000))], [("x", yard()), ("y", yard(0.33, 40, 15_000))]
    first = invest(specs, lots, [], catalogue())
    assert invest(specs[::-1], lots[::-1], [], catalogue()) == first
    values = [one.value for one in first.items]
    assert values == sorted(values, reverse=True)


def test_too_many_pairs_are_refused_by_name() -> None:
    with pytest.raises(UpgradeRefusedError) as refused:
        found([mill()] * 1000, [yard()] * 51)
    assert refused.value.code == "too_many_pairs"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_answer_reads_as_a_sentence(language: str) -> None:
    for one in found([mill()], [yard()], offer(kept=0.9, Cu=0.6)).items:
        reason = render(one.code, one.params, language, catalogue())
        assert not {"?", "{"} & set(reason)
        assert "JP-" not in reason
