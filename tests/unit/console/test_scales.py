"""Round ends for axes and shades."""

import pytest

from market.console.scales import MOST, ceiling, classes, level, ticks


@pytest.mark.parametrize(
    ("value", "end"),
    [(0.0, 1.0), (-3.0, 1.0), (1.0, 1.0), (1.01, 2.0), (3.0, 5.0), (7.0, 10.0), (0.03, 0.05), (1000.0, 1000.0)],
)
def test_an_axis_ends_at_the_next_round_number(value: float, end: float) -> None:
    assert ceiling(value) == pytest.approx(end)


def test_no_value_is_over_the_last_class() -> None:
    values = [1.0, 3.0, 12.0, 55.0, 480.0, 9999.0, 10001.0]
    assert classes(values)[-1] >= max(values)


def test_no_class_is_empty() -> None:
    values = [1.0, 1.1, 1.2, 900.0]
    ends = classes(values)
    assert {level(value, ends) for value in values} == set(range(1, len(ends) + 1))


def test_there_are_never_more_classes_than_can_be_told_apart() -> None:
    assert len(classes([float(2**k) for k in range(40)])) <= MOST


def test_nothing_has_no_classes() -> None:
    assert classes([0.0, 0.0]) == ()


def test_zero_is_a_class_of_its_own() -> None:
    assert level(0.0, (10.0,)) == 0


def test_what_is_not_known_has_no_class() -> None:
    assert level(None, (10.0,)) is None


def test_a_value_at_an_end_is_still_inside() -> None:
    assert level(10.0, (10.0, 20.0)) == 1


def test_marks_are_even_and_reach_both_ends() -> None:
    assert ticks(10.0) == (0.0, 2.5, 5.0, 7.5, 10.0)
