"""Which ways through processors' offers are columns of a blend: the few that relieve its limits for the least.

Labels are grown as for single lots (`upgrading.labels`), with dominance at each offer and form: of two processors
side by side the dearer one stays, for the other's capacity may be used up. After each step the `BEAM` best are grown
on. They are ranked by what a unit of relief costs: the sum over the limits of what is gained, in shares of the limit,
against the cost beside that of the lot as it is. Of each set of steps the first comes before others of the same set.
A blend is the optimum over these columns, not over all ways there are. O(steps × BEAM × offers) labels for a lot.
"""

import math
from collections.abc import Iterable, Iterator

import msgspec

from matching.blending.candidates import Sense
from matching.blending.part import Known, Question, total
from matching.upgrading.labels import Ground, Label, dominates, extended, leg, start, weighed
from matching.upgrading.searching import STEPS
from matching.values import Place

BEAM = 10


class Stake(msgspec.Struct, frozen=True):
    """What one member of a limit weighs, as a share of the end that it is held against (negative for a minimum).

    `analyte` is its place among those that claims speak of; of one that none speaks of, `mass` says whether a step
    that loses mass may concentrate it.
    """

    share: float
    analyte: int | None
    mass: bool


class Asked(msgspec.Struct, frozen=True):
    """What a way is ranked by: where it leads, what is made least, and the stakes of each end of each limit.

    `closed` where the lot as it is cannot enter, so that a way is of use that relieves nothing.
    """

    destination: Place
    sense: Sense
    sides: tuple[tuple[Stake, ...], ...]
    closed: bool


def sides(known: Iterable[tuple[Question, Known]], ground: Ground) -> Iterator[tuple[Stake, ...]]:
    """The stakes of a lot; an end at nothing, or that an interval leaves open, has none."""
    for question, one in known:
        limits = question.band
        for upper, end in ((True, limits.high), (False, limits.low)):
            values = [total((result,), question.rule, upper=upper) for result in one.results]
            if end != 0.0 and all(map(math.isfinite, (end, *values))):
                sign = 1.0 if upper else -1.0
                pairs = zip(question.limit.analytes, values, strict=True)
                yield tuple(_stake(code, sign * value / abs(end), ground) for code, value in pairs)


def _stake(code: str, share: float, ground: Ground) -> Stake:
    oxides = ground.catalogue.oxides
    element = oxides[code].element if code in oxides else code
    analyte = ground.analytes.index(element) if element in ground.analytes else None
    return Stake(share, analyte, weighed(code, ground.catalogue))


class _Rank(msgspec.Struct, frozen=True, order=True):
    """What a unit of relief costs, and after all those what relieves nothing, by its own cost."""

    idle: bool
    price: float
    path: tuple[int, ...]


def ranked(asked: Asked, ground: Ground) -> list[Label]:
    """All labels that are of use, the best first."""
    base = _paid(start(ground), asked, ground) or 0.0
    order = {rank: label for label in _grown(base, asked, ground) if (rank := _rank(label, base, asked, ground))}
    useful = [order[rank] for rank in sorted(order) if asked.closed or not rank.idle or rank.price <= 0.0]
    firsts: dict[frozenset[str], Label] = {}
    for label in useful:
        firsts.setdefault(label.used, label)
    return [*firsts.values(), *(label for label in useful if firsts[label.used] is not label)]


def _grown(base: float, asked: Asked, ground: Ground) -> Iterator[Label]:
    groups: dict[tuple[int, str | None], list[Label]] = {}
    frontier = [start(ground)]
    for _ in range(STEPS):
        grown = [one for label in frontier for i in range(len(ground.offers)) if (one := extended(label, i, ground))]
        kept: dict[_Rank, Label] = {}
        for label in sorted(grown, key=lambda one: (one.cost, one.path)):
            group = groups.setdefault((label.path[-1], label.form), [])
            if any(_spares(other, label, asked, ground) for other in group):
                continue
            group.append(label)
            if (rank := _rank(label, base, asked, ground)) is not None:
                kept[rank] = label
        yield from kept.values()
        frontier = [kept[rank] for rank in sorted(kept)[:BEAM]]


def _spares(other: Label, label: Label, asked: Asked, ground: Ground) -> bool:
    """Whether one label makes another needless; by CO2 it must not emit more either."""
    more = other.co2 is None or (label.co2 is not None and other.co2 > label.co2)
    return not (asked.sense is Sense.CO2 and more) and dominates(other, label, ground)


def _rank(label: Label, base: float, asked: Asked, ground: Ground) -> _Rank | None:
    """None where CO2 is made least and an offer is silent on its own."""
    cost = _paid(label, asked, ground)
    if cost is None:
        return None
    relief = relieved(label, asked)
    return _Rank(relief <= 0.0, (cost - base) / (relief if relief > 0.0 else 1.0), label.path)


def _paid(label: Label, asked: Asked, ground: Ground) -> float | None:
    """What is made least, per tonne at the buyer's gate; None where an offer is silent."""
    last = leg(label, ground, asked.destination)
    if asked.sense is Sense.CO2:
        return None if label.co2 is None else label.co2 + last.co2_kg_per_t
    return label.cost + last.jpy_per_t


def relieved(label: Label, asked: Asked) -> float:
    """What is gained over the ends that gain, in shares of each; means only."""
    gains = (-math.fsum(one.share * (_multiplied(one, label) - 1.0) for one in side) for side in asked.sides)
    return math.fsum(gain for gain in gains if gain > 0.0)


def _multiplied(stake: Stake, label: Label) -> float:
    """At the end of the lot that the limit looks at: what no claim speaks of may all stay, or leave in proportion."""
    upper = stake.share > 0.0
    if stake.analyte is not None:
        content = label.contents[stake.analyte]
        return content.high if upper else content.low
    return 1.0 / label.kept if stake.mass and upper else 1.0
