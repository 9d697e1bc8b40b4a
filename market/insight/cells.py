"""Cells of fewer than five firms are merged upwards: one partition of all there is, each part of five firms or more.

All figures that are published are sums of whole parts of this one partition. So is then every sum and every difference
of them: subtracting what is published, in any way and any number of times, ends at whole parts again, each of at least
`LEAST` firms. That is complementary suppression by construction (compare L. Willenborg, T. de Waal, Elements of
Statistical Disclosure Control, 2001, ch. 6), and no total is ever short of what was merged.

Ladder by ladder (the places before the materials, say), each part is told apart by the finest labels that have enough
firms. What has too few goes up a rung, together with its like, until they are enough: then it is the rest of that rung.
What is too few even at the top takes in the told cell of the fewest firms, and the next, until it has enough. Nothing
is known of a whole with too few firms. O(ladders · items).
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Final

import msgspec

from matching.whereabouts import FIRMS

LEAST: Final = FIRMS


class Ladder(msgspec.Struct, frozen=True):
    """Labels from coarse to fine; with `under`, the place of a label before it, only where that one is told."""

    rungs: tuple[str, ...]
    under: int | None = None


class Item(msgspec.Struct, frozen=True):
    """What nothing is finer than: a label for each rung of each ladder, who stands behind it, and its amounts."""

    labels: tuple[str, ...]
    firms: frozenset[int]
    amounts: tuple[int, ...]


class Cell(msgspec.Struct, frozen=True):
    """A part of the whole; None where several labels are merged."""

    labels: tuple[str | None, ...]
    firms: int
    amounts: tuple[int, ...]


Labels = tuple[str | None, ...]
Part = tuple[Labels, Sequence[Item]]


def merged(items: Sequence[Item], ladders: Sequence[Ladder], least: int = LEAST) -> list[Cell]:
    """The partition, in the order of its labels; nothing where even the whole has fewer than `least` firms."""
    if len(_firms(items)) < least:
        return []
    parts: list[Part] = [((), items)]
    for ladder in ladders:
        parts = [(told + finer, own) for told, part in parts for finer, own in _split(told, part, ladder, least)]
    found = [Cell(told, len(_firms(part)), _sum(part)) for told, part in parts]
    return sorted(found, key=lambda cell: _order(cell.labels))


def _split(told: Labels, part: Sequence[Item], ladder: Ladder, least: int) -> list[Part]:
    """The part by the labels of one more ladder, as far as they may be told."""
    height = len(ladder.rungs)
    if ladder.under is not None and told[ladder.under] is None:
        return [((None,) * height, part)]
    begin = len(told)
    apart, few = _climbed(part, range(begin, begin + height), (), least)
    if not few:
        return apart
    # of as few firms, the cell that tells the least goes first
    apart.sort(key=lambda cell: (len(_firms(cell[1])), -cell[0].count(None), _order(cell[0])), reverse=True)
    while apart and len(_firms(few)) < least:
        few += apart.pop()[1]
    return [*apart, (_common(few, range(begin, begin + height)), few)]


def _climbed(part: Sequence[Item], rungs: range, told: tuple[str, ...], least: int) -> tuple[list[Part], list[Item]]:
    """Cells of enough firms, and what is too few by itself even with its like at the first of these rungs."""
    if not rungs:
        return ([(told, part)], []) if len(_firms(part)) >= least else ([], list(part))
    groups: defaultdict[str, list[Item]] = defaultdict(list)
    for item in part:
        groups[item.labels[rungs[0]]].append(item)
    apart: list[Part] = []
    few: list[Item] = []
    for label in sorted(groups):
        cells, rest = _climbed(groups[label], rungs[1:], (*told, label), least)
        apart += cells
        few += rest
    if few and len(_firms(few)) >= least:
        apart.append(((*told, *(None,) * len(rungs)), few))
        few = []
    return apart, few


def _common(part: Sequence[Item], rungs: range) -> Labels:
    """The labels that all of these share, from the top."""
    found: list[str | None] = []
    for rung in rungs:
        labels = {item.labels[rung] for item in part}
        shared = len(labels) == 1 and None not in found
        found.append(labels.pop() if shared else None)
    return tuple(found)


def _order(labels: Labels) -> tuple[tuple[bool, str], ...]:
    return tuple((label is None, label or "") for label in labels)


def _firms(items: Iterable[Item]) -> set[int]:
    return set().union(*(item.firms for item in items))


def _sum(items: Sequence[Item]) -> tuple[int, ...]:
    return tuple(map(sum, zip(*(item.amounts for item in items), strict=True)))
