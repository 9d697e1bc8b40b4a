"""The market of one material cleared at once: no tonne of a lot counts for two specs.

maximise Σ w_r x_ij  subject to what each lot has and each spec wants: first as many tonnes as can match, and of these
allocations the one that leaves most to near misses. The worth of a match is over twice that of a near miss: two
allocations differ by paths on which their pairs alternate, so a tonne more of matches costs two of near misses at most.
What fails by more than can be changed takes of what is left. Each is a minimum-cost flow, and so is each lever, of what
the matches leave over the pairs that it would make match. Deterministic; O(levers · flow) time, O(pairs) memory.

A gap (what a spec does not get by matches) is told by the pairs that the rest of the flow goes through: each of them
shares its kilograms evenly among all that it fails by, and what goes through none lacks supply.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Final

import msgspec
import numpy as np

from market.insight.standing import By, Cause, Standing, Why
from matching.allocation.market import NO_CAP, Market
from matching.allocation.single import flowed
from matching.flow import Whole
from matching.solver import Vector

# of a kilogram that matches, beside one of a near miss
WORTH: Final = 3.0


class Side(msgspec.Struct, frozen=True):
    """Listings of one side by id, and the kilograms that each has or wants."""

    ids: tuple[str, ...]
    kg: Whole


class Edge(msgspec.Struct, frozen=True):
    """A pair by the places of its spec and lot, and how they stand."""

    spec: int
    lot: int
    standing: Standing


class Cleared(msgspec.Struct, frozen=True):
    """Of one listing, in kilograms; the rest of it is unmet, or unsold. `why` and `by` are empty for lots' own gaps."""

    matched: int = 0
    near: int = 0
    why: tuple[tuple[Why, int], ...] = ()
    by: tuple[tuple[By, int], ...] = ()


def cleared(specs: Side, lots: Side, edges: Sequence[Edge]) -> tuple[list[Cleared], list[Cleared]]:
    """What becomes of each spec, and of each lot, in their order."""
    edges = sorted(edges, key=lambda e: (e.spec, e.lot))
    rank = np.array([e.standing.rank for e in edges], dtype=np.int64)
    flow = _ranked(specs.kg, lots.kg, edges, rank)
    matched = [_by_place(edges, flow * (rank == 0), side, n) for side, n in _sides(specs, lots)]
    near = [_by_place(edges, flow * (rank == 1), side, n) for side, n in _sides(specs, lots)]
    gaps = _gaps(specs.kg - matched[0], edges, flow, rank)
    levers = _levers(specs.kg - matched[0], lots.kg - matched[1], edges)
    return (
        [Cleared(int(matched[0][i]), int(near[0][i]), gaps[i], levers[0][i]) for i in range(len(specs.ids))],
        [Cleared(int(matched[1][i]), int(near[1][i]), (), levers[1][i]) for i in range(len(lots.ids))],
    )


def _sides(specs: Side, lots: Side) -> tuple[tuple[str, int], tuple[str, int]]:
    return ("spec", len(specs.ids)), ("lot", len(lots.ids))


def _ranked(demand: Whole, supply: Whole, edges: Sequence[Edge], rank: Whole) -> Whole:
    """Kilograms by edge: matches before near misses before the rest."""
    flow = np.zeros(len(edges), dtype=np.int64)
    hopeful, rest = np.flatnonzero(rank < 2), np.flatnonzero(rank == 2)
    some = [edge for edge in edges if edge.standing.rank < 2]
    flow[hopeful] = _flow(demand, supply, some, np.where(rank[hopeful] == 0, WORTH, 1.0))
    wanted = demand - _by_place(edges, flow, "spec", len(demand))
    left = supply - _by_place(edges, flow, "lot", len(supply))
    flow[rest] = _flow(wanted, left, [edge for edge in edges if edge.standing.rank == 2], np.ones(len(rest)))
    return flow


def _flow(demand: Whole, supply: Whole, edges: Sequence[Edge], worth: Vector) -> Whole:
    """Kilograms by edge."""
    if not edges:
        return np.empty(0, dtype=np.int64)
    everyone = np.zeros(len(supply), dtype=np.int64)
    market = Market(
        available=supply,
        demand=demand,
        owner=everyone,
        caps=np.full(1, NO_CAP),
        suppliers=np.full(len(demand), len(supply)),
        lot=np.array([e.lot for e in edges], dtype=np.int64),
        spec=np.array([e.spec for e in edges], dtype=np.int64),
        profit=worth,
        least=np.zeros(len(edges), dtype=np.int64),
    )
    return flowed(market).kilograms


def _by_place(edges: Sequence[Edge], kilograms: Whole, side: str, length: int) -> Whole:
    total = np.zeros(length, dtype=np.int64)
    if edges:
        np.add.at(total, [getattr(e, side) for e in edges], kilograms)
    return total


def _gaps(gap: Whole, edges: Sequence[Edge], flow: Whole, rank: Whole) -> list[tuple[tuple[Why, int], ...]]:
    """For each spec what its gap fails by; the kilograms add up to the gap."""
    told: list[defaultdict[Why, int]] = [defaultdict(int) for _ in gap]
    left = gap.copy()
    for edge, kg, at in zip(edges, flow.tolist(), rank.tolist(), strict=True):
        if at == 0 or kg == 0:
            continue
        left[edge.spec] -= kg
        for why, part in shares(kg, edge.standing.why):
            told[edge.spec][why] += part
    for place in np.flatnonzero(left).tolist():
        told[place][Cause.SUPPLY, ""] += int(left[place])
    return [tuple(sorted((why, kg) for why, kg in one.items() if kg)) for one in told]


def shares(kg: int, among: Sequence[Why]) -> Iterable[tuple[Why, int]]:
    """Whole kilograms as evenly as they go; the first ones have one more."""
    part, over = divmod(kg, len(among))
    return ((why, part + (n < over)) for n, why in enumerate(among))


def _levers(
    gap: Whole, left: Whole, edges: Sequence[Edge]
) -> tuple[list[tuple[tuple[By, int], ...]], list[tuple[tuple[By, int], ...]]]:
    """For each spec and each lot, what each lever alone would let through once the matches have taken theirs."""
    pulled: defaultdict[By, list[Edge]] = defaultdict(list)
    for edge in edges:
        if edge.standing.rank == 1:
            for by in edge.standing.by:
                pulled[by].append(edge)
    wanted: list[list[tuple[By, int]]] = [[] for _ in gap]
    offered: list[list[tuple[By, int]]] = [[] for _ in left]
    for by in sorted(pulled):
        own = pulled[by]
        flow = _flow(gap, left, own, np.ones(len(own)))
        for side, found, n in (("spec", wanted, len(gap)), ("lot", offered, len(left))):
            sums = _by_place(own, flow, side, n)
            for place in np.flatnonzero(sums).tolist():
                found[place].append((by, int(sums[place])))
    return [tuple(one) for one in wanted], [tuple(one) for one in offered]
