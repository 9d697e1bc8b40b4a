"""What is wrong with a posted location problem: each fault at its place, all at once."""

import math

import msgspec
import pytest

from matching.explain import render
from matching.locating.faults import MOST_PAIRS, instance_faults
from matching.locating.instance import Customer, Instance, Site
from matching.words import LANGUAGES
from specs.catalogue.loader import catalogue
from tests.support.sitings import posed, through

GOOD = posed([(10, 5), (10, 5)], [5, 5], [[1, 2], [3, 4]])
TWO = through([(10, 5, 0.9)], [20], [[1]], [5], [[1]])
PLACED = Instance(
    sites=(Site(id="s", capacity=9, fixed_cost=1, lat=35.0, lon=139.0),),
    customers=(Customer(id="c", demand=5, prefecture="JP-13"),),
    jpy_per_t_km=20.0,
)
set_ = msgspec.structs.replace


def site(instance: Instance, **rest: object) -> Instance:
    return set_(instance, sites=(*instance.sites[:-1], set_(instance.sites[-1], **rest)))


def customer(instance: Instance, **rest: object) -> Instance:
    return set_(instance, customers=(*instance.customers[:-1], set_(instance.customers[-1], **rest)))


CASES = [
    (site(GOOD, capacity=-1.0), "/sites/1/capacity", "negative"),
    (site(GOOD, capacity=math.nan), "/sites/1/capacity", "not_finite"),
    (site(GOOD, capacity=1e16), "/sites/1/capacity", "too_large"),
    (site(GOOD, capacity=1e-12), "/sites/1/capacity", "too_small_beside"),
    (site(GOOD, fixed_cost=-0.5), "/sites/1/fixed_cost", "negative"),
    (site(GOOD, fixed_cost=math.inf), "/sites/1/fixed_cost", "not_finite"),
    (site(GOOD, id="s0"), "/sites/1/id", "duplicate"),
    (site(GOOD, id="a\nb"), "/sites/1/id", "control_character"),
    (customer(GOOD, demand=-2.0), "/customers/1/demand", "negative"),
    (customer(GOOD, demand=math.nan), "/customers/1/demand", "not_finite"),
    (customer(GOOD, demand=1e-9), "/customers/1/demand", "too_small_beside"),
    (customer(GOOD, demand=0.0), "/cost/1", "cost_without_tonnes"),
    (customer(GOOD, id="c0"), "/customers/1/id", "duplicate"),
    (set_(GOOD, cost=((1.0, 2.0),)), "/cost", "rows_of_matrix"),
    (set_(GOOD, cost=((1.0, 2.0), (3.0,))), "/cost/1", "columns_of_matrix"),
    (set_(GOOD, cost=((1.0, 2.0), (3.0, 4.0, 5.0))), "/cost/1", "columns_of_matrix"),
    (set_(GOOD, cost=((1.0, -2.0), (3.0, 4.0))), "/cost/0/1", "negative"),
    (set_(GOOD, cost=((1.0, math.nan), (3.0, 4.0))), "/cost/0/1", "not_finite"),
    (set_(GOOD, cost=((1.0, 1e300), (3.0, 4.0))), "/cost/0/1", "too_large"),
    (set_(GOOD, cost=None), "/sites/0", "coordinates_missing"),
    (set_(GOOD, jpy_per_t_km=3.0), "/jpy_per_t_km", "cost_and_rate"),
    (set_(GOOD, inbound_cost=()), "/inbound_cost", "inbound_cost"),
    (set_(GOOD, max_open=0), "/max_open", "not_positive"),
    (set_(TWO, inbound_cost=None), "/inbound_cost", "inbound_cost"),
    (set_(TWO, inbound_cost=((1.0, 2.0),)), "/inbound_cost/0", "columns_of_matrix"),
    (set_(TWO, suppliers=(set_(TWO.suppliers[0], supply=0.0),)), "/inbound_cost/0", "cost_without_tonnes"),
    (set_(TWO, suppliers=(set_(TWO.suppliers[0], supply=-1.0),)), "/suppliers/0/supply", "negative"),
    (site(TWO, yield_=0.0), "/sites/0/yield", "yield_range"),
    (site(TWO, yield_=1.01), "/sites/0/yield", "yield_range"),
    (site(PLACED, lon=None), "/sites/0", "coordinates_range"),
    (site(PLACED, lat=91.0), "/sites/0", "coordinates_range"),
    (site(PLACED, lat=math.nan), "/sites/0/lat", "not_finite"),
    (site(PLACED, lat=None, lon=None), "/sites/0", "coordinates_missing"),
    (customer(PLACED, prefecture="JP-99"), "/customers/0/prefecture", "unknown_code_nearest"),
    (set_(PLACED, jpy_per_t_km=-1.0), "/jpy_per_t_km", "negative"),
    (set_(PLACED, sea_jpy_per_t_km=math.inf), "/sea_jpy_per_t_km", "not_finite"),
    (set_(PLACED, detour=0.9), "/detour", "detour_range"),
    (set_(PLACED, detour=math.nan), "/detour", "not_finite"),
    (set_(PLACED, currency="USD"), "/currency", "rate_is_in_yen"),
]


@pytest.mark.parametrize("good", [GOOD, TWO, PLACED], ids=["costs", "two echelons", "places"])
def test_a_problem_in_order_has_no_faults(good: Instance) -> None:
    assert instance_faults(good, catalogue()) == ()


@pytest.mark.parametrize(("instance", "pointer", "code"), CASES, ids=[f"{c} at {p}" for _, p, c in CASES])
def test_a_fault_is_told_at_its_place(instance: Instance, pointer: str, code: str) -> None:
    assert (pointer, code) in [(f.pointer, f.code) for f in instance_faults(instance, catalogue())]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_fault_is_told_in_words_without_a_gap(language: str) -> None:
    for instance, *_ in CASES:
        for fault in instance_faults(instance, catalogue()):
            reason = render(fault.code, fault.params, language, catalogue())
            assert reason != fault.code
            assert not {"?", "{", "None"} & {*reason.removesuffix("?"), *reason.split()}, reason


def test_all_faults_are_told_at_once() -> None:
    bad = customer(site(GOOD, capacity=-1.0, fixed_cost=-1.0), demand=math.inf)
    found = [(f.pointer, f.code) for f in instance_faults(bad, catalogue())]
    assert found == [
        ("/customers/1/demand", "not_finite"),
        ("/sites/1/capacity", "negative"),
        ("/sites/1/fixed_cost", "negative"),
    ]


def test_more_pairs_than_can_be_worked_out_are_refused() -> None:
    many = int(math.sqrt(MOST_PAIRS)) + 1
    sites = tuple(Site(id=f"s{i}", capacity=1, fixed_cost=1, prefecture="JP-13") for i in range(many))
    customers = tuple(Customer(id=f"c{i}", demand=1, prefecture="JP-13") for i in range(many))
    found = instance_faults(Instance(sites=sites, customers=customers), catalogue())
    assert [(f.pointer, f.code) for f in found] == [("/sites", "too_many_places")]
