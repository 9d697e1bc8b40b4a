"""Which plant where unlocks the most: the difference of two optima, for offers as they are and steps as published."""

from decimal import Decimal
from typing import Any

import msgspec
import pytest

from matching.invest import Outlook, invest
from matching.investing.answer import Investment, Investments
from matching.investing.assumed import AssumedStep, assumed_faults
from matching.investing.sites import Places, Site, site_faults
from matching.investing.telling import told
from matching.listings import Delivery, Demand, Lot, Spec, Supply
from matching.upgrading.offer import Removal, UpgradeOffer
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


def found(specs: list[Spec], lots: list[Lot], *offers: UpgradeOffer, **outlook: Any) -> Investments:
    wanted = [(f"s{i}", one) for i, one in enumerate(specs)]
    offered = [(f"l{i}", one) for i, one in enumerate(lots)]
    return invest(wanted, offered, Outlook(offers=offers, **outlook), catalogue())


def best(specs: list[Spec], lots: list[Lot], *offers: UpgradeOffer, **outlook: Any) -> Investment:
    return found(specs, lots, *offers, **outlook).items[0]


def reasons(answer: Investments) -> dict[str, str]:
    return {one.step: one.code for one in answer.left_out}


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
    assert [(f.analyte, f.percent, f.origin) for f in one.figures] == [
        (None, 75, "published"),
        ("Cu", 51.6, "published"),
    ]
    assert {p.flag for f in one.figures for p in f.published} == {"read", "calculated"}
    assert (one.code, one.fee_per_tonne, one.flags) == ("invest_as_published", None, ())


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
    first = invest(specs, lots, Outlook(), catalogue())
    assert invest(specs[::-1], lots[::-1], Outlook(), catalogue()) == first
    values = [one.value for one in first.items]
    assert values == sorted(values, reverse=True)


def test_an_offer_is_shown_with_its_claims_beside_what_was_published_and_flagged_where_they_are_far_beyond() -> None:
    one = best([mill()], [yard()], offer(kept=0.9, Cu=0.9))
    assert [(f.analyte, f.origin, f.code) for f in one.figures] == [
        (None, "offered", "yield_better_than_published"),
        ("Cu", "offered", "removal_better_than_published"),
    ]
    assert all(f.published for f in one.figures)
    assert [flag.code for flag in one.flags] == ["yield_far_beyond_published", "removal_far_beyond_published"]


def test_steps_without_figures_are_named_with_what_they_lack() -> None:
    told = reasons(found([mill()], [yard()]))
    assert told["HAND_PICKING"] == "left_out_no_figures"
    assert told["DILUTION"] == "left_out_removes_nothing"
    # its figures are complete, and it is shown
    assert "BALLISTIC_LOWCU" not in told
    # of another family
    assert "SINK_FLOAT" not in told


def test_a_step_with_figures_that_unlocks_nothing_is_named_too() -> None:
    assert reasons(found([mill(most=0.1)], [yard(0.5)]))["BALLISTIC_LOWCU"] == "left_out_unlocks_nothing"


def test_what_was_published_is_completed_by_what_is_assumed() -> None:
    steel = [mill()], [yard()]
    half = AssumedStep(step="HAND_PICKING", yield_=0.95)
    assert reasons(found(*steel, assumed=(half,)))["HAND_PICKING"] == "left_out_no_removal"
    whole = AssumedStep(step="HAND_PICKING", yield_=0.95, removal=(Removal(analyte="Cu", fraction=0.6),))
    one = best(*steel, assumed=(whole,))
    assert (one.step, one.code, one.fee_per_tonne) == ("HAND_PICKING", "invest_as_assumed", None)
    assert [(f.origin, f.code) for f in one.figures] == [
        ("assumed", "yield_assumed"),
        ("assumed", "removal_assumed"),
    ]
    assert [flag.code for flag in one.flags] == ["figures_assumed"]


def test_of_a_step_with_a_published_yield_only_the_removal_needs_to_be_assumed() -> None:
    flake = lot(assay("PVC", 2.0, uncertainty=0.01), material="mixed_plastics", location=OSAKA)
    assert catalogue().materials["mixed_plastics"].family == "plastics"
    wanted = msgspec.structs.replace(mill(), material="mixed_plastics", limits=(limit("PVC", max=1),))
    flake = msgspec.structs.replace(flake, quantity=Supply(tonnes=100), ask_price=Price(amount=Decimal(20_000)))
    assert reasons(found([wanted], [flake]))["SINK_FLOAT"] == "left_out_no_removal"
    assumed = AssumedStep(step="SINK_FLOAT", removal=(Removal(analyte="PVC", fraction=0.9),))
    one = best([wanted], [flake], assumed=(assumed,))
    assert [(f.analyte, f.percent, f.origin) for f in one.figures] == [(None, 70, "published"), ("PVC", 90, "assumed")]


def test_an_assumed_fee_is_borne() -> None:
    free, priced = best([mill()], [yard()]), AssumedStep(step="BALLISTIC_LOWCU", fee=Price(amount=Decimal(3000)))
    dear = best([mill()], [yard()], assumed=(priced,))
    assert (dear.code, dear.fee_per_tonne) == ("invest_as_published_priced", 3000)
    assert free.value - dear.value == pytest.approx(3000 * 100)


def test_what_is_assumed_is_checked_as_an_offer_is() -> None:
    wrong = [
        AssumedStep(step="BALLISTIC_LOWCU", yield_=1.5),
        AssumedStep(step="BALLISTIC_LOWCU", removal=(Removal(analyte="Ni", fraction=0.5),)),
    ]
    faults = [(fault.pointer, fault.code) for fault in assumed_faults(wrong, catalogue())]
    assert faults == [("/0/yield", "yield_range"), ("/1/removal/0", "step_cannot_remove"), ("/1/step", "duplicate")]


def test_a_plant_may_stand_at_a_port_or_at_a_place_of_ones_own() -> None:
    ports = found([mill()], [yard()], places=Places.PORTS)
    assert {one.site for one in ports.items} <= {port.code for port in catalogue().ports}
    assert ports.items[0].prefecture == "JP-27"
    own = Site(id="the old works", location=Place(prefecture="JP-27", lat=34.6, lon=135.4))
    (one,) = found([mill()], [yard()], sites=(own,)).items
    assert (one.site, one.prefecture) == ("the old works", "JP-27")
    faults = list(site_faults([own, own, Site(id="x", location=Place(prefecture="JP-99"))], catalogue()))
    assert [fault.pointer for fault in faults] == ["/1/id", "/2/location/prefecture"]


def test_progress_ends_at_one() -> None:
    heard: list[float] = []
    invest([("s", mill())], [("l", yard())], Outlook(offers=(offer(Cu=0.6),)), catalogue(), heard.append)
    assert heard == [0.5, 1.0]


def test_too_many_pairs_are_refused_by_name() -> None:
    with pytest.raises(UpgradeRefusedError) as refused:
        found([mill()] * 1000, [yard()] * 51)
    assert refused.value.code == "too_many_pairs"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_answer_reads_as_a_sentence(language: str) -> None:
    assumed = AssumedStep(step="HAND_PICKING", yield_=0.9, removal=(Removal(analyte="Cu", fraction=0.9),))
    answer = told(found([mill()], [yard()], offer(kept=0.9, Cu=0.9), assumed=(assumed,)), language, catalogue())
    texts = [one.reason for one in (*answer.items, *answer.left_out)]
    texts += [part.reason for one in answer.items for part in (*one.figures, *one.flags)]
    assert {one.code for one in answer.items} == {"invest_as_offered", "invest_as_published", "invest_as_assumed"}
    for text in texts:
        assert text
        assert not {"?", "{"} & set(text)
        assert "JP-" not in text
