"""Flows from open sites: proven by their own prices, and the same as a plain linear program finds."""

import numpy as np
import pytest

from matching.locating.network import Network, network
from matching.locating.transport import Flows, transported
from tests.support.large_siting import instance
from tests.support.sitings import cost_of


def drawn(seed: int, sites: int, customers: int, spare: float) -> tuple[Network, Flows]:
    tonnes = 50.5 * customers * spare / sites
    problem = instance(seed, sites=sites, customers=customers, capacity=tonnes, fixed=(0.0, 0.0))
    capacity, demand = np.full(sites, tonnes), np.array([c.demand for c in problem.customers])
    net = network(capacity, np.zeros(sites), demand, np.array(problem.cost).T, (0, sites))
    return net, transported(net, np.ones(sites, dtype=bool), np.zeros(sites))


@pytest.mark.parametrize(("sites", "customers", "spare"), [(6, 40, 1.2), (15, 600, 1.1), (30, 1000, 1.3)])
def test_the_prices_of_capacity_prove_the_cost(sites: int, customers: int, spare: float) -> None:
    net, flows = drawn(3, sites, customers, spare)
    bound = (net.cost + flows.prices[:, None] * net.demand).min(axis=0).sum() - float(flows.prices @ net.capacity)
    assert (flows.prices >= 0.0).all()
    assert flows.cost == pytest.approx(bound, rel=1e-9)


@pytest.mark.parametrize(("sites", "customers", "spare"), [(6, 40, 1.2), (15, 600, 1.1)])
def test_everyone_is_served_and_no_site_is_overloaded(sites: int, customers: int, spare: float) -> None:
    net, flows = drawn(4, sites, customers, spare)
    loads = np.bincount(flows.sites, weights=flows.shares * net.demand[flows.customers], minlength=sites)
    assert np.bincount(flows.customers, weights=flows.shares, minlength=customers) == pytest.approx(np.ones(customers))
    assert (loads <= net.capacity * (1 + 1e-9)).all()


def test_a_plain_linear_program_finds_the_same_cost() -> None:
    tonnes = 50.5 * 40 * 1.15 / 8
    problem = instance(5, sites=8, customers=40, capacity=tonnes, fixed=(0.0, 0.0))
    _, flows = drawn(5, 8, 40, 1.15)
    assert flows.cost == pytest.approx(cost_of(problem, tuple(range(8))), rel=1e-9)


def test_a_good_guess_of_the_prices_changes_nothing() -> None:
    net, flows = drawn(6, 20, 800, 1.1)
    again = transported(net, np.ones(20, dtype=bool), flows.prices)
    assert again.cost == pytest.approx(flows.cost, rel=1e-9)


def test_a_bad_guess_of_the_prices_changes_nothing() -> None:
    net, flows = drawn(6, 20, 800, 1.1)
    again = transported(net, np.ones(20, dtype=bool), np.linspace(0.0, 5_000.0, 20))
    assert again.cost == pytest.approx(flows.cost, rel=1e-9)
