"""What columns share: rows, and errors that add before they are squared."""

import math

import numpy as np
import pytest

from matching.blending.recipe import guard
from matching.blending.shared import Shared

# lot 0 as it is and by two ways, lot 1 as it is, lot 2 by one way only; the third column passes both offers
SHARED = Shared(
    lot=np.array([0, 0, 0, 1, 2]),
    kept=np.array([1.0, 0.8, 0.72, 1.0, 0.9]),
    column=np.array([1, 2, 2, 4]),
    offer=np.array([0, 0, 1, 1]),
    entering=np.array([1.25, 1.0 / 0.72, 1.0 / 0.9, 1.0 / 0.9]),
    capacity=np.array([50.0, 30.0]),
)
SHARES = np.array([0.2, 0.3, 0.1, 0.25, 0.15])
SPREADS = np.random.default_rng(3).uniform(0.01, 0.1, (2, 9))


def size(spreads: np.ndarray, shares: np.ndarray, rho: float) -> float:
    """By lot, then by offer, one error after the other."""
    errors = spreads[:5] * shares
    own = [errors[:3].sum(), errors[3], errors[4]]
    claims = [
        spreads[5] * shares[1] + spreads[6] * shares[2],
        spreads[7] * shares[2] + spreads[8] * shares[4],
    ]
    square = math.fsum((1 - rho) * e * e for e in own) + rho * sum(own) ** 2 + math.fsum(e * e for e in claims)
    return math.sqrt(square)


@pytest.mark.parametrize("rho", [0.0, 0.4, 1.0])
def test_errors_add_within_a_lot_and_within_an_offer(rho: float) -> None:
    found, _ = guard(SPREADS, SHARES, rho, SHARED)
    assert found == pytest.approx([size(row, SHARES, rho) for row in SPREADS])
    assert SHARED.size(SPREADS * SHARES[SHARED.carrier], rho) == pytest.approx(found)


@pytest.mark.parametrize("rho", [0.0, 0.4])
def test_the_gradient_is_that_of_small_moves(rho: float) -> None:
    _, slope = guard(SPREADS, SHARES, rho, SHARED)
    for k in range(5):
        move = 1e-6 * np.eye(5)[k]
        by = (size(SPREADS[0], SHARES + move, rho) - size(SPREADS[0], SHARES - move, rho)) / 2e-6
        assert slope[0, k] == pytest.approx(by, rel=1e-6)


def test_the_curve_is_half_the_second_derivative_of_the_square() -> None:
    rho, columns = 0.3, np.array([0, 2, 4])
    found = SHARED.curve(SPREADS, np.array([1.0, 0.0]), columns, rho)
    for i, a in enumerate(columns):
        for j, b in enumerate(columns):
            pairs = [(s, t) for s in (1, -1) for t in (1, -1)]
            moved = [SHARES + 1e-3 * (s * np.eye(5)[a] + t * np.eye(5)[b]) for s, t in pairs]
            second = sum(s * t * size(SPREADS[0], at, rho) ** 2 for (s, t), at in zip(pairs, moved, strict=True))
            assert found[i, j] == pytest.approx(second / 4e-6 / 2.0, rel=1e-5)


def test_a_lot_of_several_columns_and_every_offer_have_a_row() -> None:
    links = SHARED.links
    assert links.loads(SHARES) == pytest.approx(
        [
            0.2 + 0.3 / 0.8 + 0.1 / 0.72,
            0.3 / 0.8 + 0.1 / 0.72,
            0.1 / 0.9 + 0.15 / 0.9,
        ]
    )
    assert links.dense([0, 1, 2, 3, 4]) @ SHARES == pytest.approx(links.loads(SHARES))
    prices = np.array([1.0, 10.0, 100.0])
    assert links.pull(prices) == pytest.approx(links.dense([0, 1, 2, 3, 4]).T @ prices)


def test_some_lots_keep_what_they_share() -> None:
    columns = [0, 1, 2, 4]
    few, errors = SHARED.only([0, 2], columns)
    assert few.lot.tolist() == [0, 0, 0, 1]
    shares = SHARES[columns]
    without = SHARES.copy()
    without[3] = 0.0
    assert guard(SPREADS[:, errors], shares, 0.2, few)[0] == pytest.approx(guard(SPREADS, without, 0.2, SHARED)[0])
