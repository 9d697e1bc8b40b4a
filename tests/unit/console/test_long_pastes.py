"""A paste of as many characters as are taken is read before anyone wonders, whatever stands in its cells."""

import time
from collections.abc import Callable

import pytest

from market.console.pasting import limits, results
from market.console.typed import MOST_PASTED


@pytest.mark.parametrize("cell", ["1", "0.2", "Cu", "ppm", "a", "-"])
@pytest.mark.parametrize("read", [results.read, limits.read])
def test_the_longest_table_that_is_taken_is_read_within_seconds(read: Callable[[str], object], cell: str) -> None:
    """Fifteen thousand cells, each tried for every name and unit: CPU time of this thread, with room for slow ones."""
    row = "\t".join([cell] * 100)
    table = "\n".join([row] * 150)[:MOST_PASTED]
    read(table)
    began = time.thread_time()
    read(table)
    assert time.thread_time() - began < 3


@pytest.mark.parametrize("part", ["(dry)", "(Cu)", "n.d.", "-", "Cu+"])
@pytest.mark.parametrize("read", [results.read, limits.read])
def test_a_cell_as_long_as_a_table_is_a_text(read: Callable[[str], object], part: str) -> None:
    """No name, number or unit is as long: it took minutes to try, or more calls inside of calls than there may be."""
    cell = (part * MOST_PASTED)[:MOST_PASTED]
    began = time.thread_time()
    read(cell)
    assert time.thread_time() - began < 3
