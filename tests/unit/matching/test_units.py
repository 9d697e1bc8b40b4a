"""Exact conversion, and no conversion at all between dimensions (rule 1)."""

import pytest

from matching.units import close, factor, implausible
from specs.catalogue.loader import catalogue


@pytest.mark.parametrize(
    ("value", "unit", "into", "expected"),
    [
        (2500, "ppm", "%", 0.25),
        (12.19, "ug/g", "ppb", 12190),
        (1, "g/t", "mg/kg", 1),
        (50, "lb/ft3", "t/m3", 0.80092316869800685),
        (0.375, "in", "mm", 9.525),
        (320, "kg/m3", "g/cm3", 0.32),
        (1, "ppb", "%", 1e-7),
    ],
)
def test_units_of_one_dimension_convert(value: float, unit: str, into: str, expected: float) -> None:
    by = factor(unit, into, catalogue())
    assert by is not None
    assert close(value * by, expected)


@pytest.mark.parametrize(("unit", "into"), [("J/m", "kJ/m2"), ("g/10min", "cm3/10min"), ("%", "t/m3"), ("%", "1")])
def test_units_of_other_dimensions_never_convert(unit: str, into: str) -> None:
    assert factor(unit, into, catalogue()) is None


def test_equality_survives_arithmetic_but_not_the_ninth_digit() -> None:
    assert close(0.11 + 0.09 + 0.05, 0.25)
    assert not close(0.2500001, 0.25)
    assert close(float("inf"), float("inf"))
    assert not close(1.0, float("inf"))


@pytest.mark.parametrize(
    ("code", "value", "unit", "believable"),
    [
        ("Cu", 100.0, "%", True),
        ("Cu", 100.1, "%", False),
        ("Cu", 1_000_000, "ppm", True),
        ("Cu", -0.001, "%", False),
        ("density", 0.91, "g/cm3", True),
        ("density", 910, "g/cm3", False),
        ("density", 910, "kg/m3", True),
        ("density", 0.2, "t/m3", False),
        ("bulk_density", 0.2, "t/m3", True),
        ("bulk_density", 10.1, "t/m3", False),
        ("strain_at_break", 400, "%", True),
        ("vicat", -20, "°C", True),
    ],
)
def test_a_value_outside_its_window_is_not_believed(code: str, value: float, unit: str, *, believable: bool) -> None:
    window = implausible(value, unit, catalogue().analytes[code], catalogue())
    assert (window is None) is believable
