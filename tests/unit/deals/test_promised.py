"""What a portion of a blend has to keep to, by the figures of its own lot."""

import pytest

from market.deals.deliveries.promised import promised
from matching.tolerance import quantile
from specs.catalogue.loader import catalogue
from tests.support.market import lot, spec

MAX = {"analytes": ["Cu"], "max": 0.25, "unit": "%"}
MIN = {"analytes": ["Fe"], "min": 95.0, "unit": "%"}


def held(limit: dict[str, object], **assay: object) -> tuple[float | None, float | None]:
    """Both ends of the limit for portions of a lot with this result."""
    wanted = spec(limits=[limit], grades=[], confidence=0.95)
    found = promised(wanted, lot(grade=None, assays=[{"unit": "%"} | assay]), catalogue()).limits[0]
    return found.min, found.max


def test_a_lot_beyond_a_limit_moves_it_to_the_end_of_its_own_interval() -> None:
    low, high = held(MAX, analyte="Cu", value=0.3, uncertainty=0.01)

    assert (low, high) == (None, pytest.approx(0.3 + quantile(0.95) * 0.01))


def test_a_lower_limit_gives_way_downwards() -> None:
    low, high = held(MIN, analyte="Fe", value=92.0, uncertainty=2.0)

    assert (low, high) == (pytest.approx(92.0 - quantile(0.95) * 2.0), None)


def test_a_limit_that_the_lot_holds_or_says_nothing_of_stays() -> None:
    assert held(MAX, analyte="Cu", value=0.2, uncertainty=0.01) == (None, 0.25)
    assert held(MAX, analyte="Ni", value=0.2) == (None, 0.25)
