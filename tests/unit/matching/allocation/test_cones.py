"""Half-lines and second-order cones: products, how far one may go, and the scaling between two points inside."""

import numpy as np
import pytest

from matching.allocation.arrow import Arrow
from matching.allocation.cones import Cones, Ray, Scaling
from matching.allocation.triangle import Triangle

CONES = Cones(np.array([3, 1, 2]))
LINES = 4


def inside(seed: int, near: float = 0.2) -> Ray:
    """A point whose heads are `near` longer than their tails."""
    chance = np.random.default_rng(seed)
    tail = chance.normal(size=6)
    return Ray(chance.uniform(0.1, 2.0, LINES), np.sqrt(CONES.sums(tail * tail)) + near, tail)


def anywhere(seed: int) -> Ray:
    chance = np.random.default_rng(seed)
    return Ray(chance.normal(size=LINES), chance.normal(size=3), chance.normal(size=6))


def flat(one: Ray) -> np.ndarray:
    return np.concatenate((one.line, one.head, one.tail))


@pytest.mark.parametrize("seed", range(5))
def test_a_quotient_times_its_divisor_is_what_was_divided(seed: int) -> None:
    a, b = inside(seed), anywhere(seed + 50)
    assert flat(CONES.product(a, CONES.quotient(a, b))) == pytest.approx(flat(b))


@pytest.mark.parametrize("near", [0.2, 1e-6])
def test_the_scaling_takes_the_one_point_where_its_inverse_takes_the_other(near: float) -> None:
    s, z = inside(1, near), inside(2, near)
    scaling = Scaling(CONES, s, z)
    assert flat(scaling.times(z)) == pytest.approx(flat(scaling.divide(s)), rel=1e-6)


def test_the_scaling_and_its_inverse_undo_each_other() -> None:
    scaling, one = Scaling(CONES, inside(1), inside(2)), anywhere(3)
    assert flat(scaling.divide(scaling.times(one))) == pytest.approx(flat(one))


def test_the_scaling_is_symmetric() -> None:
    scaling, a, b = Scaling(CONES, inside(1), inside(2)), anywhere(3), anywhere(4)
    assert scaling.times(a).dot(b) == pytest.approx(a.dot(scaling.times(b)))


@pytest.mark.parametrize("seed", range(5))
def test_one_may_go_exactly_to_the_boundary(seed: int) -> None:
    at, to = inside(seed), anywhere(seed + 50)
    assert CONES.least(at.plus(to, CONES.reach(at, to))) == pytest.approx(0.0, abs=1e-9)


def test_there_is_no_end_on_the_way_further_in() -> None:
    assert CONES.reach(inside(1), inside(2)) == np.inf


@pytest.mark.parametrize("size", [1, 47, 48, 49, 130])
def test_a_triangle_solves_what_the_library_solves(size: int) -> None:
    chance = np.random.default_rng(size)
    root, right = chance.normal(size=(size, size)), chance.normal(size=size)
    matrix = root @ root.T + np.diag(chance.uniform(1.0, 1e6, size))
    assert Triangle(matrix).solve(right) == pytest.approx(np.linalg.solve(matrix, right), rel=1e-6)


def test_an_arrow_solves_the_whole_matrix() -> None:
    chance = np.random.default_rng(1)
    # lots 0 and 1 are in both specs; the last row couples all lots, as a floor does
    lots, parts = np.array([0, 1, 2, 0, 1]), (slice(0, 3), slice(3, 5))
    roots = [chance.normal(size=(p.stop - p.start, 5)) for p in parts]
    blocks = [(p, r @ r.T + np.eye(len(r))) for p, r in zip(parts, roots, strict=True)]
    links, weights = np.vstack((np.eye(3), np.ones(3))), np.array([1e6, 1.0, 1e-6, 10.0])
    whole = (links[:, lots].T * weights) @ links[:, lots]
    for part, block in blocks:
        whole[part, part] += block
    right = chance.normal(size=5)
    found = Arrow(blocks, lots, links, weights).solve(right, lambda x: whole @ x)
    assert found == pytest.approx(np.linalg.solve(whole, right), rel=1e-6)
