"""Where to open hubs, and who is served from which, at least cost (design section 3, Siting).

Capacitated facility location, optionally in two echelons. One echelon: lower bounds by Lagrangian prices, plans by
exact transportation and local search, proof by branch and bound (`locating.branching`); two: branch and cut
(`locating.echelons`). The bound is proven for every answer. What one more hub is worth, and how far the answer hangs
on detours and fixed costs, is found by solving again.
"""

import math
from collections.abc import Iterator

import msgspec
import numpy as np

from matching.evaluation import ENGINE, Params
from matching.locating.answer import Flow, Inflow, SiteLoad, Siting, SitingObjective, Variation
from matching.locating.branching import Effort, Watch, located
from matching.locating.echelons import UndecidedError, deliverable, through_hubs
from matching.locating.faults import instance_faults
from matching.locating.hauls import Hauls, rated
from matching.locating.incumbent import ImprecisionError
from matching.locating.instance import Instance
from matching.locating.network import network
from matching.locating.problem import Placement, Problem, posed
from matching.reference import Catalogue
from matching.solver import SolverError
from matching.tolerance import outward
from matching.values import Currency

__all__ = ["Effort", "SitingRefusedError", "instance_faults", "site"]

_DIGITS = 12
_SCALES = (0.8, 1.2)
_DETOURS = (1.2, 1.4)
_NO_MORE = 1e-9


class SitingRefusedError(Exception):
    """The problem has no answer that can be stood by, and why."""

    def __init__(self, code: str, params: Params) -> None:
        super().__init__(code)
        self.code, self.params = code, params


def site(
    instance: Instance,
    catalogue: Catalogue,
    effort: Effort | None = None,
    *,
    changes: bool = False,
    watch: Watch | None = None,
) -> Siting:
    """The best choice of sites for an instance without faults (`instance_faults`), with a proven bound.

    `changes` solves again with one hub more and one less, with other fixed costs, and with other detours (or costs).
    Raises `SitingRefusedError` where two echelons are too hard for the limits, or numbers too far apart to be precise.
    """
    effort = effort or Effort()
    problem = posed(instance, catalogue)
    found = _placed(problem, effort, watch)
    shown = _infeasible(instance, problem) if found is None else _shown(instance, problem, found)
    shown = msgspec.structs.replace(shown, freight=rated(instance, catalogue))
    if not changes or found is None or not len(problem.demand):
        return shown
    return msgspec.structs.replace(shown, changes=tuple(_changes(instance, problem, found, catalogue, effort)))


def _placed(problem: Problem, effort: Effort, watch: Watch | None = None) -> Placement | None:
    """The optimum of a problem, or the best found; None where nothing serves everyone."""
    nobody = np.empty(0, dtype=np.intp), np.empty(0, dtype=np.intp), np.empty(0)
    if not len(problem.demand):
        return Placement(np.zeros(len(problem.sites), dtype=bool), nobody, nobody, 0.0, 0.0, 0)
    if not len(problem.sites) or deliverable(problem) < problem.tonnes * (1.0 - _NO_MORE):
        return None
    if problem.collected:
        try:
            return through_hubs(problem)
        except UndecidedError as error:
            raise SitingRefusedError("siting_undecided", {"hubs": len(problem.sites)}) from error
        except SolverError as error:
            raise SitingRefusedError("numbers_too_far_apart", {}) from error
    span = (problem.fewest, problem.most)
    net = network(problem.capacity, problem.fixed, problem.demand, problem.cost, span)
    try:
        found = located(net, effort, watch)
    except (ImprecisionError, SolverError) as error:
        raise SitingRefusedError("numbers_too_far_apart", {}) from error
    if found is None:
        return None
    flows = found.plan.flows
    served = flows.sites, flows.customers, flows.shares
    return Placement(found.plan.open, served, nobody, found.plan.amount, found.bound, found.nodes)


def _infeasible(instance: Instance, problem: Problem) -> Siting:
    """How much is missing, and of what."""
    delivered = deliverable(problem)
    missing = _digits(problem.tonnes - delivered)
    params: Params = {"missing": missing, "tonnes": _digits(problem.tonnes), "hubs": problem.most}
    hubs = math.fsum(np.sort(problem.yields * problem.capacity)[::-1][: problem.most])
    if problem.collected and hubs >= problem.tonnes:
        code = "collection_short"
    else:
        code = "capacity_short" if problem.most == len(problem.sites) else "capacity_of_few_short"
    return Siting(
        status="infeasible",
        objective=SitingObjective(amount=None, currency=_currency(instance)),
        bound=None,
        gap=None,
        open=(),
        flows=(),
        inflows=(),
        loads=(),
        missing_tonnes=missing,
        code=code,
        params=params,
        nodes=0,
        engine=ENGINE,
        freight=(),
    )


def _shown(instance: Instance, problem: Problem, found: Placement) -> Siting:
    status = "optimal" if found.optimal else "feasible"
    open_ = _opened(instance, problem, found)
    gap = 0.0 if found.optimal else (found.amount - found.bound) / found.amount
    params: Params = {"hubs": len(open_), "tonnes": _digits(problem.tonnes)}
    return Siting(
        status=status,
        objective=SitingObjective(amount=_digits(found.amount), currency=_currency(instance)),
        bound=_digits(found.bound),
        gap=gap,
        open=open_,
        flows=tuple(_flows(instance, problem, found)),
        inflows=tuple(_inflows(instance, problem, found)),
        loads=tuple(_loads(instance, problem, found)),
        missing_tonnes=0.0,
        code="sited" if found.optimal else "sited_within",
        params=params if found.optimal else {**params, "percent": outward(100.0 * gap)},
        nodes=found.nodes,
        engine=ENGINE,
        freight=(),
    )


def _currency(instance: Instance) -> Currency | None:
    return instance.currency if instance.cost is not None else Currency.JPY


def _opened(instance: Instance, problem: Problem, found: Placement) -> tuple[str, ...]:
    return tuple(instance.sites[i].id for i in problem.sites[found.open])


def _flows(instance: Instance, problem: Problem, found: Placement) -> Iterator[Flow]:
    i, j, shares = found.served
    for k in np.lexsort((i, j)):
        at, to = int(problem.sites[i[k]]), int(problem.customers[j[k]])
        road, sea = _way(problem.outward, to, at)
        yield Flow(
            site=instance.sites[at].id,
            customer=instance.customers[to].id,
            tonnes=_digits(float(shares[k] * problem.demand[j[k]])),
            cost=_digits(float(shares[k] * problem.cost[i[k], j[k]])),
            road_km=road,
            sea_km=sea,
        )


def _inflows(instance: Instance, problem: Problem, found: Placement) -> Iterator[Inflow]:
    i, s, shares = found.drawn
    for k in np.lexsort((i, s)):
        at, source = int(problem.sites[i[k]]), int(problem.suppliers[s[k]])
        road, sea = _way(problem.inward, source, at)
        yield Inflow(
            supplier=instance.suppliers[source].id,
            site=instance.sites[at].id,
            tonnes=_digits(float(shares[k] * problem.supply[s[k]])),
            cost=_digits(float(shares[k] * problem.inbound[i[k], s[k]])),
            road_km=road,
            sea_km=sea,
        )


def _way(known: Hauls | None, other: int, at: int) -> tuple[float | None, float | None]:
    return (None, None) if known is None else (_digits(known.road[other, at]), _digits(known.sea[other, at]))


def _loads(instance: Instance, problem: Problem, found: Placement) -> Iterator[SiteLoad]:
    (i, j, shares), m = found.served, len(problem.sites)
    taken = np.bincount(i, weights=shares * problem.demand[j], minlength=m) / problem.yields
    for k in np.flatnonzero(found.open):
        one = instance.sites[problem.sites[k]]
        yield SiteLoad(site=one.id, tonnes=_digits(float(taken[k])), capacity=one.capacity, fixed_cost=one.fixed_cost)


def _changes(
    instance: Instance, problem: Problem, found: Placement, catalogue: Catalogue, effort: Effort
) -> Iterator[Variation]:
    replace = msgspec.structs.replace
    hubs = int(found.open.sum())
    cases = [("hubs", float(k), replace(problem, fewest=k, most=k)) for k in (hubs - 1, hubs + 1) if k > 0]
    cases += [("fixed_cost", k, replace(problem, fixed=problem.fixed * k)) for k in _SCALES]
    if instance.cost is None:
        cases += [("detour", k, posed(replace(instance, detour=k), catalogue)) for k in _DETOURS]
    else:
        cases += [("cost", k, replace(problem, cost=problem.cost * k, inbound=problem.inbound * k)) for k in _SCALES]
    for what, value, changed in cases:
        if changed.fewest <= len(problem.sites):
            yield _change((what, value), instance, changed, found, effort)


def _change(
    what: tuple[str, float], instance: Instance, changed: Problem, before: Placement, effort: Effort
) -> Variation:
    after = _placed(changed, effort)
    if after is None:
        return Variation(
            what=what[0], value=what[1], status="infeasible", amount=None, bound=None, change=None, open=()
        )
    # gaps may hide which of the two is less
    same = before.optimal and after.optimal
    told = same or after.bound > before.amount or after.amount < before.bound
    return Variation(
        what=what[0],
        value=what[1],
        status="optimal" if after.optimal else "feasible",
        amount=_digits(after.amount),
        bound=_digits(after.bound),
        change=_digits(after.amount - before.amount) if told else None,
        open=_opened(instance, changed, after),
    )


def _digits(value: float) -> float:
    return float(f"{value:.{_DIGITS}g}")
