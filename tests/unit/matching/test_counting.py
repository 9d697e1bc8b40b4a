"""What a spec would get is counted as the engine judges, and told without any single lot in it."""

from typing import Any

import pytest

from matching.columns import Listing
from matching.counting import Count, Part, Reach, coarse, count, sample
from matching.listings import Spec
from matching.values import Limit
from specs.catalogue.loader import catalogue
from tests.support.market import lot, spec


def _assays(copper: float) -> list[dict[str, Any]]:
    rest = [{"analyte": code, "value": 0.03, "unit": "%"} for code in ("Cr", "Ni", "Mo")]
    return [{"analyte": "Cu", "value": copper, "unit": "%"}, *rest]


def _parts(coppers: list[float], firms: int, tonnes: float = 100.0) -> list[Part]:
    return [
        Part(Listing(f"{i:03}", str(i % firms), 1, lot(assays=_assays(c), quantity={"tonnes": tonnes})), None)
        for i, c in enumerate(coppers)
    ]


def _counted(coppers: list[float], firms: int, asked: Spec | None = None, tonnes: float = 100.0) -> Count:
    parts = _parts(coppers, firms, tonnes)
    return count(asked or spec(), parts, len(parts), catalogue())


def test_lots_that_conform_are_counted_in_fives_and_tonnes_in_steps_of_a_firms_share() -> None:
    # 13 lots of 6 firms: the largest has three lots, 300 t, so that a step is 500 t
    assert _counted([0.1] * 13, 6).fitting == Reach(lots=10, tonnes=1500.0)


def test_what_fewer_than_five_firms_offer_is_not_told() -> None:
    assert _counted([0.1] * 40, 4).fitting == Reach()


def test_nothing_is_told_like_a_little() -> None:
    assert _counted([0.9] * 8, 8).fitting == _counted([0.1] * 4 + [0.9] * 8, 12).fitting


def test_a_rivals_result_is_found_no_finer_than_two_digits() -> None:
    coppers = [0.1] * 9 + [0.2134]
    told = [_counted(coppers, 10, _limited(most / 10_000)).fitting for most in (2_200, 2_251, 2_290, 2_349)]
    assert [told[1] == other for other in told] == [False, True, True, True]


def _limited(most: float, **changes: Any) -> Spec:
    return spec(limits=[{"analytes": ["Cu"], "max": most, "unit": "%"}], **changes)


def test_a_lot_more_of_a_small_firm_is_within_a_step() -> None:
    before, after = (_counted([0.1] * n, 6).fitting for n in (13, 14))
    assert before == after


def test_the_strictest_limit_is_the_one_that_keeps_most_out() -> None:
    found = _counted([0.4] * 6 + [0.1] * 6, 12)
    assert [(one.limit, one.reach.lots) for one in found.strict] == [(0, 5), (1, None)]


def test_a_lot_that_misses_one_limit_is_nearly_there() -> None:
    assert _counted([0.4] * 6, 6).nearly == Reach(lots=5, tonnes=600.0)


def test_a_lot_that_a_gate_stops_is_not_nearly_there() -> None:
    assert _counted([0.4] * 6, 6, spec(forms=["briquette"])).nearly == Reach()


def test_a_lot_without_results_is_untested() -> None:
    parts = [Part(Listing(str(i), str(i), 1, lot(assays=[])), None) for i in range(6)]
    assert count(spec(), parts, 6, catalogue()).untested.lots == 5


def test_a_sample_stands_for_the_rest() -> None:
    parts = _parts([0.1] * 20, 5)
    found = count(spec(), parts, 200, catalogue())
    assert (found.fitting.lots, found.share) == (200, 0.1)


def test_a_sample_is_spread_evenly() -> None:
    lots = [part.lot for part in _parts([0.1] * 100, 5)]
    assert [one.id for one in sample(lots, 4)] == ["000", "025", "050", "075"]


@pytest.mark.parametrize(
    ("given", "unit", "judged"),
    [(0.25, "%", 0.25), (0.2534, "%", 0.25), (99.9473, "%", 99.947), (1234.0, "ppm", 1200.0), (12.34, "mm", 12.0)],
)
def test_a_limit_is_judged_to_two_digits_from_its_nearer_end(given: float, unit: str, judged: float) -> None:
    asked = spec(limits=[Limit(analytes=("Cu" if unit != "mm" else "thickness",), max=given, unit=unit)])
    assert coarse(asked, catalogue()).limits[0].max == pytest.approx(judged)


def test_a_confidence_is_judged_at_the_nearest_step() -> None:
    assert coarse(spec(confidence=0.9432), catalogue()).confidence == 0.95
