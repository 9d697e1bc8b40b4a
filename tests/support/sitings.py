"""Location problems: published ones, small ones in one line each, and their optima by trying every choice of sites."""

import itertools
import math
from collections.abc import Iterator, Sequence

import msgspec
import numpy as np

from matching.locating.answer import Siting
from matching.locating.instance import Customer, Instance, Site, Supplier
from matching.siting import Effort, instance_faults, site
from matching.solver import Outcome, Program
from specs.catalogue.loader import catalogue
from tests.support.cases import FOLDER

SITINGS = msgspec.json.decode((FOLDER / "siting.json").read_bytes(), type=list[Instance])


def posed(
    sites: Sequence[tuple[float, float]], demands: Sequence[float], cost: Sequence[Sequence[float]], **rest: object
) -> Instance:
    """Sites as (capacity, fixed cost); they are called s0, s1, …, the customers c0, c1, …"""
    return Instance(
        sites=tuple(Site(id=f"s{i}", capacity=c, fixed_cost=f) for i, (c, f) in enumerate(sites)),
        customers=tuple(Customer(id=f"c{j}", demand=d) for j, d in enumerate(demands)),
        cost=tuple(map(tuple, cost)),
        **rest,
    )


def through(
    sites: Sequence[tuple[float, float, float]],
    supplies: Sequence[float],
    inbound: Sequence[Sequence[float]],
    demands: Sequence[float],
    cost: Sequence[Sequence[float]],
) -> Instance:
    """Two echelons; sites as (capacity, fixed cost, yield)."""
    one = posed([(c, f) for c, f, _ in sites], demands, cost)
    return msgspec.structs.replace(
        one,
        sites=tuple(msgspec.structs.replace(s, yield_=y) for s, (_, _, y) in zip(one.sites, sites, strict=True)),
        suppliers=tuple(Supplier(id=f"p{p}", supply=s) for p, s in enumerate(supplies)),
        inbound_cost=tuple(map(tuple, inbound)),
    )


def sited(instance: Instance, effort: Effort | None = None, *, changes: bool = False) -> Siting:
    assert instance_faults(instance, catalogue()) == ()
    return site(instance, catalogue(), effort, changes=changes)


def choices(instance: Instance, fewest: int = 0) -> Iterator[tuple[int, ...]]:
    m = len(instance.sites)
    most = m if instance.max_open is None else min(m, instance.max_open)
    return itertools.chain.from_iterable(itertools.combinations(range(m), k) for k in range(fewest, most + 1))


def cheapest(instance: Instance, fewest: int = 0) -> float:
    """The optimum by one plain linear program for each choice of sites; infinite where none serves everyone."""
    return min((cost_of(instance, choice) for choice in choices(instance, fewest)), default=math.inf)


def cost_of(instance: Instance, choice: tuple[int, ...]) -> float:
    """Fixed costs and the cheapest flows of these sites: every pair is a column, every site and customer a row."""
    k, n, q = len(choice), len(instance.customers), len(instance.suppliers)
    if not k:
        return 0.0 if not any(c.demand for c in instance.customers) else math.inf
    open_ = [instance.sites[i] for i in choice]
    program = Program()
    for _ in range(n):
        program.add_row(1.0, 1.0, np.empty(0))
    for one in open_:
        program.add_row(-math.inf, one.capacity * (one.yield_ if q else 1.0), np.empty(0))
        program.add_row(0.0 if q else -math.inf, 0.0 if q else math.inf, np.empty(0))
    for _ in range(q):
        program.add_row(-math.inf, 1.0, np.empty(0))
    matrix, cost = np.zeros((n + 2 * k + q, k * (n + q))), np.zeros(k * (n + q))
    for a, i in enumerate(choice):
        for j, customer in enumerate(instance.customers):
            column = a * n + j
            matrix[j, column], matrix[n + 2 * a, column] = 1.0, customer.demand
            matrix[n + 2 * a + 1, column] = customer.demand
            cost[column] = instance.cost[j][i]
        for p, supplier in enumerate(instance.suppliers):
            column = k * n + a * q + p
            matrix[n + 2 * a + 1, column] = -open_[a].yield_ * supplier.supply
            matrix[n + 2 * k + p, column] = 1.0
            cost[column] = instance.inbound_cost[p][i]
    unit = float(cost.max(initial=0.0)) or 1.0
    program.add_columns(cost / unit, np.zeros(len(cost)), np.full(len(cost), math.inf), matrix)
    found = program.solve()
    if found.outcome is Outcome.INFEASIBLE:
        return math.inf
    return found.objective * unit + math.fsum(one.fixed_cost for one in open_)


def recounted(instance: Instance, found: Siting) -> float:
    """The amount, added up again from what the answer says; everyone is served and no site is overloaded."""
    open_ = {s.id: s for s in instance.sites if s.id in found.open}
    for customer in instance.customers:
        served = math.fsum(f.tonnes for f in found.flows if f.customer == customer.id)
        assert math.isclose(served, customer.demand, rel_tol=1e-9, abs_tol=1e-9)
    for load in found.loads:
        one = open_[load.site]
        out = math.fsum(f.tonnes for f in found.flows if f.site == load.site)
        into = math.fsum(f.tonnes for f in found.inflows if f.site == load.site)
        assert math.isclose(into * one.yield_ if instance.suppliers else out, out, rel_tol=1e-7, abs_tol=1e-9)
        assert load.tonnes <= one.capacity * (1 + 1e-9)
    for supplier in instance.suppliers:
        drawn = math.fsum(f.tonnes for f in found.inflows if f.supplier == supplier.id)
        assert drawn <= supplier.supply * (1 + 1e-9)
    flows = math.fsum(f.cost for f in (*found.flows, *found.inflows))
    return flows + math.fsum(one.fixed_cost for one in open_.values())
