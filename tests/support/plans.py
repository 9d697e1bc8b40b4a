"""Small coupled problems with least takes and counts of suppliers, and every plan of theirs on a grid."""

from itertools import product

import msgspec
import numpy as np
from hypothesis import strategies as st

from matching.allocation.coupled import Coupled
from tests.support.coupled import drawn


@st.composite
def counted(draw: st.DrawFn) -> Coupled:
    """At most six pairs; about half of them with a least, specs with few suppliers."""
    lots, specs = draw(st.sampled_from([(2, 1), (3, 1), (2, 2), (3, 2)]))
    z, cap = draw(st.sampled_from([0.0, 1.0, 1.645])), draw(st.sampled_from([0.3, 0.6]))
    seed, firms = draw(st.integers(0, 2**31)), draw(st.sampled_from([None, 2]))
    problem = drawn(lots, specs, lots, draw(st.integers(1, 3)), seed=seed, z=z, firms=firms, cap=cap)
    market, k = problem.market, lots * specs
    parts = np.array(draw(st.lists(st.sampled_from([0.0, 0.0, 0.2, 0.5, 0.9]), min_size=k, max_size=k)))
    most = np.minimum(market.available[market.lot], market.demand[market.spec])
    few = np.array(draw(st.lists(st.integers(1, lots), min_size=specs, max_size=specs)))
    market = msgspec.structs.replace(market, least=(parts * most).astype(np.int64), suppliers=few)
    return msgspec.structs.replace(problem, market=market)


def plans(problem: Coupled, steps: int = 5) -> np.ndarray:
    """Tonnes by plan and pair: every multiple of a pair's most by `steps`, and its least, where every row is kept."""
    market = problem.market
    most = np.minimum(problem.available[market.lot], problem.demand[market.spec])
    least = market.least / 1000.0
    takes = [np.unique((*(m * np.arange(steps + 1) / steps), low)) for m, low in zip(most, least, strict=True)]
    found = np.array(list(product(*takes)))
    kept = ((found == 0.0) | (found >= least)).all(axis=1)
    for groups, room in (
        (market.lot, problem.available),
        (market.spec, problem.demand),
        (market.owner[market.lot], problem.caps),
    ):
        for i, there in enumerate(room):
            kept &= found[:, groups == i].sum(axis=1) <= there * (1 + 1e-12)
    for j, limits in enumerate(problem.limits):
        mine = found[:, problem.edges(j)]
        kept &= (mine > 0.0).sum(axis=1) <= market.suppliers[j]
        guarded = mine @ limits.means.T + np.sqrt((mine**2) @ (limits.spreads**2).T)
        kept &= (guarded <= 0.0).all(axis=1)
    return found[kept]


def keeps(problem: Coupled, tonnes: np.ndarray) -> bool:
    """Whether least takes and counts of suppliers are kept."""
    market, used = problem.market, tonnes > 0.0
    counts = np.bincount(market.spec[used], minlength=len(problem.demand))
    large = tonnes[used] * 1000.0 >= market.least[used] * (1 - 1e-9)
    return bool(large.all()) and bool((counts <= market.suppliers).all())


def scale(problem: Coupled) -> float:
    """What every pair would be worth, or cost, with as much as it can take."""
    market = problem.market
    most = np.minimum(problem.available[market.lot], problem.demand[market.spec])
    return float(np.abs(market.profit) @ most)
