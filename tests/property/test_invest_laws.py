"""What a plant is worth is the difference of two optima, each found again by a dense program that knows nothing of it.

Costs come from the search for paths, one lot and one spec at a time, not from the columns of the engine.
"""

import math
from decimal import Decimal

import msgspec
import numpy as np
from hypothesis import HealthCheck, assume, event, given, settings
from hypothesis import strategies as st

from matching.blending.candidates import delivered_cost, haul
from matching.engine import evaluate
from matching.invest import Outlook, invest
from matching.investing.sites import Site
from matching.listings import Delivery, Demand, Lot, Spec, Supply
from matching.ranking import is_near_miss
from matching.upgrade import upgrade
from matching.upgrading.offer import UpgradeOffer
from matching.values import Incoterm, Limit, Place, Price
from specs.catalogue.loader import catalogue
from tests.support.allocations import optimum
from tests.support.offers import offer
from tests.support.pairs import FIRST, LAST, assay, lot, spec

PLACES = tuple(Place(prefecture=code) for code in ("JP-01", "JP-13", "JP-14", "JP-27"))
SITES = (Site(id="a", location=PLACES[1]), Site(id="b", location=PLACES[3]))
STEEL_STEPS = ("HAND_PICKING", "PRECISE_DISMANTLING")


@st.composite
def yards(draw: st.DrawFn) -> Lot:
    incoterm = draw(st.sampled_from((None, Incoterm.EXW, Incoterm.DAP)))
    return lot(
        assay("Cu", draw(st.sampled_from((0.2, 0.3, 0.4))), uncertainty=0.005),
        quantity=Supply(tonnes=float(draw(st.integers(10, 200)))),
        location=draw(st.sampled_from(PLACES)),
        ask_price=Price(amount=Decimal(draw(st.integers(0, 30_000))), incoterm=incoterm),
    )


@st.composite
def mills(draw: st.DrawFn) -> Spec:
    return spec(
        Limit(analytes=("Cu",), max=draw(st.sampled_from((0.25, 0.35))), unit="%"),
        confidence=0.9,
        quantity=Demand(tonnes=float(draw(st.integers(10, 200)))),
        delivery=Delivery(location=draw(st.sampled_from(PLACES)), from_=FIRST, until=LAST),
        max_price=Price(amount=Decimal(draw(st.integers(40_000, 80_000)))),
    )


@st.composite
def works(draw: st.DrawFn) -> UpgradeOffer:
    fee, kept = draw(st.integers(0, 5_000)), draw(st.sampled_from((0.7, 0.9)))
    return offer(draw(st.sampled_from(STEEL_STEPS)), kept, fee, id="works", Cu=draw(st.sampled_from((0.3, 0.6))))


def values(specs: list[Spec], lots: list[Lot], plant: UpgradeOffer) -> dict[str | None, float]:
    """What the engine says of the plant, by site."""
    wanted, offered = [(f"s{j}", one) for j, one in enumerate(specs)], [(f"l{i}", one) for i, one in enumerate(lots)]
    found = invest(wanted, offered, Outlook(offers=(plant,), sites=SITES), catalogue())
    assert math.isclose(found.base_value, worth(specs, lots, None), abs_tol=0.1)
    return {one.site: one.value for one in found.items if one.offer}


def worth(specs: list[Spec], lots: list[Lot], plant: UpgradeOffer | None) -> float:
    """Most value of all pairs, those through the plant among them."""
    columns: list[tuple[int, int, float, float]] = []
    for j, wanted in enumerate(specs):
        ceiling, mill = float(wanted.max_price.amount if wanted.max_price else 0), wanted.delivery.location
        for i, given_ in enumerate(lots):
            if not is_near_miss(evaluate(wanted, given_, catalogue())):
                cost = delivered_cost(given_, haul(given_.location, mill, catalogue()))
                assert cost is not None
                columns.append((i, j, ceiling - cost, 1.0))
            elif plant is not None:
                path = upgrade(wanted, [("x", given_)], [plant], catalogue()).items[0].path
                if path is not None and path.delivered_cost is not None:
                    columns.append((i, j, ceiling - path.delivered_cost, plant.yield_))
    rows = np.zeros((len(lots) + len(specs), len(columns)))
    for at, (i, j, _, kept) in enumerate(columns):
        rows[i, at], rows[len(lots) + j, at] = 1.0 / kept, 1.0
    ends = np.array([one.quantity.tonnes for one in (*lots, *specs)])
    return optimum(np.array([column[2] for column in columns]), rows, ends) if columns else 0.0


@settings(max_examples=60, suppress_health_check=list(HealthCheck), deadline=None)
@given(st.lists(mills(), min_size=1, max_size=2), st.lists(yards(), min_size=1, max_size=3), works())
def test_a_plant_is_worth_what_the_market_gains_by_it(specs: list[Spec], lots: list[Lot], plant: UpgradeOffer) -> None:
    shown, before = values(specs, lots, plant), worth(specs, lots, None)
    for site in SITES:
        gain = worth(specs, lots, msgspec.structs.replace(plant, location=site.location)) - before
        event("worth something" if gain > 0.1 else "worth nothing")
        assert math.isclose(shown.get(site.id, 0.0), gain, abs_tol=0.1)


@settings(max_examples=30, suppress_health_check=list(HealthCheck), deadline=None)
@given(st.lists(mills(), min_size=1, max_size=2), st.lists(yards(), min_size=1, max_size=3), works())
def test_a_dearer_plant_is_never_worth_more(specs: list[Spec], lots: list[Lot], plant: UpgradeOffer) -> None:
    more = msgspec.structs.replace(plant, fee=Price(amount=plant.fee.amount + 1_000))
    cheap, dear = (values(specs, lots, one) for one in (plant, more))
    assume(dear)
    assert all(value <= cheap[site] + 0.01 for site, value in dear.items())
