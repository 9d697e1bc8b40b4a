"""The mass balance of one step: what is claimed, what is not, intervals, dry contents, and what cannot be exceeded."""

import math

import pytest

from matching.composition import Composition, View
from matching.reference import Catalogue
from matching.upgrading.offer import Removal
from matching.values import Assay, Basis, Operator
from specs.catalogue.loader import catalogue
from tests.support.offers import after, offer, result
from tests.support.pairs import assay, lot

KNOWN: Catalogue = catalogue()


def both(given: Assay, **rest: float) -> tuple[Assay, Assay]:
    twin = after(lot(given), offer(**rest))
    return result(twin.high, given.analyte), result(twin.low, given.analyte)


def test_a_claimed_content_follows_the_mass_balance_at_both_ends() -> None:
    high, low = both(assay("Cu", 0.4, uncertainty=0.02), kept=0.8, Cu=0.5)
    assert high == low
    assert high.value == pytest.approx(0.4 * 0.5 / 0.8)
    # u (1 - r) / Y, and the 2 % that a claim without an uncertainty has
    assert high.uncertainty == pytest.approx(math.hypot(0.02 * 0.5 / 0.8, 0.4 * 0.02 * 0.5 / 0.8))


def test_a_stated_uncertainty_of_the_claim_is_carried_over() -> None:
    claim = Removal(analyte="Cu", fraction=0.5, uncertainty=0.1)
    twin = after(lot(assay("Cu", 0.4, uncertainty=0.02)), offer(kept=0.8, removal=(claim,)))
    assert result(twin.high, "Cu").uncertainty == pytest.approx(math.hypot(0.02 * 0.5, 0.4 * 0.1) / 0.8)


def test_the_error_of_a_claim_does_not_shrink_by_pooling_samples() -> None:
    samples = tuple(assay("Cu", 0.4, uncertainty=0.02, sample=s) for s in "abcd")
    claim = Removal(analyte="Cu", fraction=0.5, uncertainty=0.2)
    pooled = Composition(after(lot(*samples), offer(kept=0.8, removal=(claim,))).high, KNOWN).measured(
        "Cu", View("%", None)
    )
    assert pooled.u == pytest.approx(math.hypot(0.01 * 0.5, 0.4 * 0.2) / 0.8)  # type: ignore[union-attr]


def test_a_yield_under_one_concentrates_what_the_step_does_not_speak_of() -> None:
    high, low = both(assay("Sn", 0.02, uncertainty=0.001), kept=0.8, Cu=0.5)
    assert (high.value, high.uncertainty) == (pytest.approx(0.025), pytest.approx(0.00125))
    assert (low.value, low.uncertainty) == (0.02, 0.001)


def test_nothing_is_concentrated_beyond_the_whole() -> None:
    high, low = both(assay("Fe_total", 98), kept=0.8, Cu=0.5)
    assert (high.value, low.value) == (100, 98)


def test_a_claim_that_all_of_it_stays_concentrates_it_at_both_ends() -> None:
    high, low = both(assay("Fe_total", 70), kept=0.8, Fe_total=0.0)
    assert (high.value, low.value) == (pytest.approx(87.5), pytest.approx(87.5))


@pytest.mark.parametrize("operator", [Operator.BELOW, Operator.AT_LEAST])
def test_a_bound_stays_a_bound(operator: Operator) -> None:
    high, low = both(assay("Cu", 0.4, operator=operator), kept=0.8, Cu=0.5)
    assert (high.operator, low.operator) == (operator, operator)
    assert high.value == pytest.approx(0.25)


def test_a_range_stays_a_range_and_its_ends_bear_the_doubt_of_the_claim() -> None:
    twin = after(lot(assay("Cu", low=0.2, high=0.4)), offer(kept=0.8, Cu=0.5), z=2.0)
    known = result(twin.high, "Cu")
    assert (known.value, known.uncertainty) == (None, None)
    assert (known.low, known.high) == (pytest.approx(0.2 * 0.48 / 0.8), pytest.approx(0.4 * 0.52 / 0.8))


def test_dry_contents_follow_the_dry_mass() -> None:
    wet = lot(assay("Cu", 0.4, basis=Basis.DRY), assay("moisture", 10))
    high = after(wet, offer(kept=0.8, Cu=0.5)).high
    # 100 t: 10 t of water stay, 90 t dry hold 0.36 t of copper; 80 t are left, 70 t of them dry, with 0.18 t
    assert result(high, "moisture").value == pytest.approx(12.5)
    assert result(high, "Cu").value == pytest.approx(100 * 0.18 / 70)


def test_a_dry_content_without_the_moisture_is_only_good_for_failing() -> None:
    twin = after(lot(assay("Cu", 0.4, basis=Basis.DRY)), offer(kept=0.8, Cu=0.5))
    assert result(twin.high, "Cu").value == pytest.approx(0.25)
    assert twin.low.assays == ()


def test_a_property_is_known_at_one_end_only_unless_the_offer_keeps_it() -> None:
    dense = lot(assay("bulk_density", 1.2, "t/m3"))
    unsaid, kept = after(dense, offer()), after(dense, offer(keeps=("bulk_density",)))
    assert (len(unsaid.high.assays), len(unsaid.low.assays)) == (1, 0)
    assert kept.low.assays == dense.assays


def test_a_charge_has_no_mass_to_be_concentrated() -> None:
    twin = after(lot(assay("SoC", 80)), offer("LIB_DISCHARGE", kept=0.9, SoC=0.75))
    assert result(twin.high, "SoC").value == pytest.approx(20)


def test_a_claim_on_an_element_speaks_of_its_oxide() -> None:
    twin = after(lot(assay("P2O5", 1.0)), offer(kept=0.8, P=0.5))
    assert result(twin.low, "P2O5").value == pytest.approx(0.625)


def test_two_steps_are_one_after_the_other() -> None:
    twin = after(lot(assay("Cu", 0.4), assay("Sn", 0.1)), offer(kept=0.8, Cu=0.5), offer("HAND_PICKING", 0.9, Sn=0.2))
    assert result(twin.high, "Cu").value == pytest.approx(0.4 * 0.5 / 0.8 / 0.9)
    assert result(twin.low, "Cu").value == pytest.approx(0.4 * 0.5 / 0.8)
    assert result(twin.high, "Sn").value == pytest.approx(0.1 / 0.8 * 0.8 / 0.9)
