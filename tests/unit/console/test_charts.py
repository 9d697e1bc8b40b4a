"""Bars as numbers."""

import pytest

from market.console.charts import lengths, stacked


def test_parts_of_a_bar_stand_on_each_other() -> None:
    lower, upper = stacked([("2027-01", (60.0, 40.0))]).blocks
    assert upper.y + upper.height == pytest.approx(lower.y)


def test_the_highest_bar_stays_under_the_axis() -> None:
    chart = stacked([("a", (70.0, 29.0)), ("b", (3.0, 0.0))])
    assert min(block.y for block in chart.blocks) >= min(tick.y for tick in chart.ticks)


def test_heights_are_in_proportion() -> None:
    first, second = stacked([("a", (10.0,)), ("b", (5.0,))]).blocks
    assert first.height == pytest.approx(2 * second.height)


def test_a_part_of_nothing_is_not_drawn() -> None:
    assert [block.series for block in stacked([("a", (0.0, 3.0))]).blocks] == [1]


def test_a_chart_of_nothing_has_an_axis() -> None:
    assert [tick.value for tick in stacked([]).ticks] == [0.0, 0.25, 0.5, 0.75, 1.0]


def test_every_bar_lies_inside() -> None:
    chart = stacked([(str(k), (float(k),)) for k in range(40)])
    assert all(block.x >= 0 and block.x + block.width <= chart.width for block in chart.blocks)


def test_words_under_many_bars_leave_room() -> None:
    assert len(stacked([(str(k), (1.0,)) for k in range(60)]).captions) <= 13


def test_the_longest_bar_fills_the_width() -> None:
    assert lengths([0.5, 0.25, 0.0]) == (100.0, 50.0, 0.0)


def test_bars_of_nothing_have_no_length() -> None:
    assert lengths([0.0, 0.0]) == (0.0, 0.0)
