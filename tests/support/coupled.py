"""Coupled problems as arrays: drawn by a seed, and their optimum from a dense program given to HiGHS as a whole."""

import numpy as np

from matching.allocation.coupled import Coupled, Limits
from matching.allocation.market import NO_CAP, Market
from tests.support.allocations import optimum

REACH_JPY = 10_000.0


def drawn(
    lots: int,
    specs: int,
    near: int,
    rows: int,
    *,
    seed: int,
    z: float = 0.0,
    firms: int | None = None,
    cap: float = 0.5,
) -> Coupled:
    """Specs on a unit square see their `near` nearest lots; cheap lots are dirty; limits hold with quantile `z`.

    With `firms`, lots belong to so many firms, each of which may serve the share `cap` of the demand.
    """
    chance = np.random.default_rng(seed)
    available = np.rint(1000.0 * (chance.lognormal(3.5, 1.0, lots) + 1.0)).astype(np.int64)
    demand = np.rint(1000.0 * (chance.lognormal(5.5, 1.0, specs) + 1.0)).astype(np.int64)
    at, wanted = chance.random((lots, 2)), chance.random((specs, 2))
    content = chance.lognormal(0.0, 0.5, (lots, rows))
    dirt = content.mean(axis=1)
    ask = 42_000.0 - 6_000.0 * (dirt - dirt.mean()) / dirt.std() + chance.normal(0.0, 3_000.0, lots)
    ceiling = chance.normal(52_000.0, 4_000.0, specs)
    chosen, profits, limits = [], [], []
    for j in range(specs):
        distance = np.hypot(*(at - wanted[j]).T)
        mine = np.sort(np.argsort(distance, kind="stable")[:near])
        ends = chance.uniform(0.75, 1.6, rows)[:, None]
        share = content[mine].T / ends
        chosen.append(mine)
        profits.append(ceiling[j] - ask[mine] - REACH_JPY * distance[mine])
        limits.append(Limits(share - 1.0, z * 0.03 * share, 0.0))
    owner = np.arange(lots) if firms is None else np.arange(lots) % firms
    number = int(owner.max()) + 1
    most = NO_CAP if firms is None else int(cap * demand.sum())
    market = Market(
        available=available,
        demand=demand,
        owner=owner,
        caps=np.full(number, most),
        suppliers=np.full(specs, lots),
        lot=np.concatenate(chosen),
        spec=np.repeat(np.arange(specs), [len(c) for c in chosen]),
        profit=np.concatenate(profits),
        least=np.zeros(specs * len(chosen[0]), dtype=np.int64),
    )
    return Coupled.of(market, tuple(limits))


def rows_of(problem: Coupled) -> tuple[np.ndarray, np.ndarray]:
    """The program as dense rows and their upper ends, without uncertainty."""
    market, k = problem.market, len(problem.market.lot)
    capped = np.flatnonzero(np.isfinite(problem.caps))
    supply = np.array([market.lot == i for i in range(len(problem.available))], dtype=float)
    demand = np.array([market.spec == j for j in range(len(problem.demand))], dtype=float)
    firms = np.array([market.owner[market.lot] == f for f in capped], dtype=float).reshape(-1, k)
    quality = []
    for j, limits in enumerate(problem.limits):
        for mean in limits.means:
            row = np.zeros(k)
            row[problem.edges(j)] = mean
            quality.append(row)
    rows = np.vstack((supply, demand, firms, np.array(quality).reshape(-1, k)))
    ends = np.concatenate((problem.available, problem.demand, problem.caps[capped], np.zeros(len(quality))))
    return rows, ends


def best(problem: Coupled) -> float:
    """The optimum on means."""
    return optimum(problem.market.profit, *rows_of(problem))


def broken(problem: Coupled, tonnes: np.ndarray) -> float:
    """By how much the worst row is broken, as a share of the lot, the demand, the cap or the limit; cones included."""
    market = problem.market
    used = np.bincount(market.lot, weights=tonnes, minlength=len(problem.available))
    served = np.bincount(market.spec, weights=tonnes, minlength=len(problem.demand))
    by_firm = np.bincount(market.owner, weights=used, minlength=len(problem.caps))
    worst = [
        -tonnes.min(initial=0.0),
        (used / problem.available - 1.0).max(),
        (served / problem.demand - 1.0).max(),
        (by_firm / problem.caps - 1.0).max(),
    ]
    for j, limits in enumerate(problem.limits):
        x = tonnes[problem.edges(j)]
        if x.sum() > 0.0:
            guarded = limits.means @ x + np.sqrt(((limits.spreads * x) ** 2).sum(axis=1))
            worst.append(float((guarded / x.sum()).max()))
    return max(worst)
