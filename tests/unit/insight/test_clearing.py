"""Clearing a material, against brute force over whole tonnes on small markets."""

import random
from collections.abc import Iterator
from itertools import product

import numpy as np
import pytest

from market.insight.clearing import Edge, Side, cleared, shares
from market.insight.standing import Cause, Lever, Standing

MATCH = Standing(())
CU = Standing(((Cause.LIMIT, "Cu"),), ((Lever.RELAX, "Cu"),))
PRICE = Standing(((Cause.PRICE, ""),), ((Lever.PRICE, ""),))
BOTH = Standing(((Cause.LIMIT, "Cu"), (Cause.PRICE, "")))
GRADE = Standing(((Cause.GATE, "grade"),))


def side(*kg: int) -> Side:
    return Side(tuple(str(n) for n in range(len(kg))), np.array(kg, dtype=np.int64))


def flows(specs: Side, lots: Side, edges: list[Edge]) -> Iterator[tuple[int, ...]]:
    """Every whole flow over the edges."""
    rooms = [range(min(int(specs.kg[e.spec]), int(lots.kg[e.lot])) + 1) for e in edges]
    for flow in product(*rooms):
        given, taken = [0] * len(lots.ids), [0] * len(specs.ids)
        for edge, kg in zip(edges, flow, strict=True):
            given[edge.lot] += kg
            taken[edge.spec] += kg
        if all(a <= b for a, b in zip(given, lots.kg, strict=True)) and all(
            a <= b for a, b in zip(taken, specs.kg, strict=True)
        ):
            yield flow


def best(specs: Side, lots: Side, edges: list[Edge]) -> tuple[int, int, int]:
    """The most kilograms by rank: matches, then near misses, then the rest."""

    def by_rank(flow: tuple[int, ...]) -> tuple[int, int, int]:
        told = [0, 0, 0]
        for edge, kg in zip(edges, flow, strict=True):
            told[edge.standing.rank] += kg
        return told[0], told[1], told[2]

    return max(by_rank(flow) for flow in flows(specs, lots, edges))


@pytest.mark.parametrize("seed", range(40))
def test_matches_come_first_and_near_misses_next_as_brute_force_finds(seed: int):
    rng = random.Random(seed)
    specs, lots = side(*(rng.randint(1, 3) for _ in range(3))), side(*(rng.randint(1, 3) for _ in range(2)))
    pairs = rng.sample(list(product(range(3), range(2))), rng.randint(1, 5))
    edges = [Edge(s, x, rng.choice((MATCH, CU, PRICE, BOTH, GRADE))) for s, x in pairs]
    wanted, offered = cleared(specs, lots, edges)
    most = best(specs, lots, edges)
    assert sum(one.matched for one in wanted) == sum(one.matched for one in offered) == most[0]
    assert sum(one.near for one in wanted) == sum(one.near for one in offered) == most[1]
    gates = [kg for one in wanted for (cause, _), kg in one.why if cause is Cause.GATE]
    assert sum(gates) <= most[2]


@pytest.mark.parametrize("seed", range(20))
def test_what_a_gap_fails_by_adds_up_to_the_gap(seed: int):
    rng = random.Random(seed)
    specs, lots = side(*(rng.randint(0, 9_999) for _ in range(6))), side(*(rng.randint(0, 9_999) for _ in range(5)))
    edges = [
        Edge(s, x, rng.choice((MATCH, CU, PRICE, BOTH, GRADE)))
        for s, x in product(range(6), range(5))
        if rng.random() < 0.5
    ]
    for kg, one in zip(specs.kg.tolist(), cleared(specs, lots, edges)[0], strict=True):
        assert one.matched + sum(part for _, part in one.why) == kg
        assert one.matched + one.near <= kg


def test_a_lot_that_two_specs_could_have_counts_once():
    wanted, offered = cleared(side(100, 100), side(120), [Edge(0, 0, MATCH), Edge(1, 0, MATCH)])
    assert sum(one.matched for one in wanted) == 120
    assert offered[0].matched == 120
    assert sum(dict(one.why).get((Cause.SUPPLY, ""), 0) for one in wanted) == 80


def test_a_lever_lets_through_what_the_matches_leave_of_the_pairs_that_it_alone_would_mend():
    edges = [Edge(0, 0, MATCH), Edge(0, 1, CU), Edge(1, 1, CU), Edge(1, 2, BOTH)]
    wanted, offered = cleared(side(100, 50), side(40, 70, 500), edges)
    assert [one.matched for one in wanted] == [40, 0]
    assert sum(kg for one in wanted for by, kg in one.by if by == (Lever.RELAX, "Cu")) == 70
    assert offered[1].by == (((Lever.RELAX, "Cu"), 70),)
    assert [one.by for one in offered][2] == ()


def test_kilograms_are_shared_evenly_and_whole():
    assert dict(shares(11, BOTH.why)) == {(Cause.LIMIT, "Cu"): 6, (Cause.PRICE, ""): 5}


def test_the_order_of_pairs_changes_nothing():
    edges = [Edge(s, x, CU if s == x else MATCH) for s, x in product(range(3), range(3))]
    specs, lots = side(5, 7, 11), side(4, 8, 3)
    assert cleared(specs, lots, edges[::-1]) == cleared(specs, lots, edges)


def test_a_market_without_pairs_lacks_supply():
    wanted, offered = cleared(side(5), side(7), [])
    assert wanted[0].why == (((Cause.SUPPLY, ""), 5),)
    assert (offered[0].matched, offered[0].near) == (0, 0)
