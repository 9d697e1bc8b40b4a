"""All lots screened at once stand exactly where the evaluation of each pair puts them. Budget: 60 seconds."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.columns import Listing
from matching.index import MarketIndex
from matching.listings import Delivery, Demand, Lot, Spec, Supply, Weights
from matching.permits.permit import HeldPermit
from matching.ranking import near_order, order
from matching.screening.limits import Judgements, Unjudged
from matching.screening.screen import Wanting
from matching.values import (
    Assay,
    Basis,
    Currency,
    CustodyModel,
    Incoterm,
    LegalStatus,
    Limit,
    Operator,
    Origin,
    Place,
    Price,
    Scope,
    Statistic,
    Window,
)
from specs.catalogue.loader import catalogue
from tests.support.large_market import standings
from tests.support.permits import TREATS_THERE, treats

DAY = date(2027, 1, 1)
MATERIAL = "carbon_steel_scrap"
# an oxide and its element, bounds, a test whose conditions matter, other dimensions
ANALYTES = ("Cu", "Sn", "Cr", "Cr6", "P", "P2O5", "Br", "PBDE", "Pb", "moisture", "MFR", "bulk_density")
SUMS = (("Cu", "Sn"), ("Cr", "Cu", "Sn"), ("Br", "Cr"))
# few, so that equal values, and values at their limits, are common
AMOUNTS = st.sampled_from((0.0, 0.05, 0.1, 0.2, 0.25, 0.4, 1.0, 12.5, 60.0, 95.0)) | st.floats(0.001, 99.0)
UNWEIGHTED = Weights(**dict.fromkeys(Weights.__struct_fields__, 0.0))
# without limits, with limits of composition and of size, with one for a part of the grade, with two sets
GRADES = {
    MATERIAL: ("JP.SHRED_A", "EU.E5M", "EU.E40", "ISRI.251", "ISRI.207@2009"),
    "cu_refined": ("HS.REFINED_CU", "HS.REFINED_CU", "JP.SHRED_A"),
}
LAWS = ("eu_rohs", "eu_pop_pbde_recovered", "eu_weee_br", "eu_pack")


def maybe(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | strategy


def some(*values: Any, often: bool = False) -> st.SearchStrategy[tuple[Any, ...]]:
    """Mostly none, so that lots fit."""
    few = st.lists(st.sampled_from(values), max_size=2, unique=True).map(tuple)
    return few if often else st.one_of(st.just(()), st.just(()), st.just(()), few)


def unit_of(code: str, percent: bool) -> str:
    known = catalogue().analytes.get(code)
    return "%" if percent or known is None else known.unit


@st.composite
def limits(draw: st.DrawFn) -> Limit:
    members = draw(st.sampled_from(ANALYTES).map(lambda code: (code,)) | st.sampled_from(SUMS))
    low, width = draw(AMOUNTS), draw(AMOUNTS)
    shape = draw(st.sampled_from(("max", "max", "min", "band", "exclusive_max", "exclusive_min")))
    ends = {shape: low} if shape != "band" else {"min": low, "max": low + width}
    return Limit(
        analytes=members,
        unit=draw(st.sampled_from((unit_of(members[0], False), "%", "mg/kg"))),
        basis=draw(maybe(st.sampled_from(Basis))),
        scope=draw(maybe(st.sampled_from(Scope))),
        conditions=draw(st.sampled_from((None, None, None, {"temperature": 230.0}))),
        **ends,
    )


@st.composite
def assays(draw: st.DrawFn) -> Assay:
    code, value = draw(st.sampled_from(ANALYTES)), draw(AMOUNTS)
    common: dict[str, Any] = {
        "analyte": code,
        "unit": draw(st.sampled_from((unit_of(code, False), "%", "mg/kg"))),
        "basis": draw(st.sampled_from((None, None, *Basis))),
        "sample": draw(maybe(st.sampled_from(("a", "b")))),
        "laboratory": draw(maybe(st.just("x"))),
        "method": draw(maybe(st.sampled_from(("XRF", "spark-OES")))),
        "sampled_on": draw(maybe(st.integers(-800, 40).map(lambda d: DAY + timedelta(d)))),
        "statistic": draw(st.sampled_from((Statistic.MEASURED, *Statistic))),
        "conditions": draw(st.sampled_from((None, None, None, {"temperature": 230.0}))),
    }
    match draw(st.sampled_from("vvvro")):
        case "v":
            return Assay(value=value, uncertainty=draw(maybe(AMOUNTS)), **common)
        case "r":
            ends = sorted((value, draw(AMOUNTS)))
            return Assay(low=draw(st.sampled_from((None, ends[0]))), high=ends[1], **common)
    return Assay(value=value, operator=draw(st.sampled_from(Operator)), **common)


prices = st.builds(
    Price,
    amount=st.sampled_from((0, 30000, 45000, 47250, 50000)).map(Decimal),
    currency=st.sampled_from((Currency.JPY, Currency.JPY, Currency.USD)),
    incoterm=maybe(st.sampled_from((Incoterm.EXW, Incoterm.DAP))),
)
windows = st.tuples(st.integers(-30, 30), st.integers(0, 90))


@st.composite
def specs(draw: st.DrawFn, material: str = MATERIAL) -> Spec:
    begins, days = draw(windows)
    first = DAY + timedelta(begins)
    return Spec(
        material=material,
        limits=tuple(draw(st.lists(limits(), max_size=2))),
        grades=draw(some(*GRADES[material], often=True)),
        forms=draw(some("shredded", "bundle")),
        regimes=draw(some(*LAWS, often=True)),
        refused_hazards=draw(some("radioactivity")),
        required_documents=draw(some("mill_certificate")),
        origins=draw(some(*Origin)),
        custody_models=draw(some(*CustodyModel)),
        legal_statuses=draw(some(*LegalStatus)),
        confidence=draw(st.sampled_from((0.5, 0.8, 0.95, 0.99))),
        quantity=Demand(tonnes=draw(st.sampled_from((1.0, 50.0, 700.0))), min_lot_tonnes=draw(maybe(st.just(20.0)))),
        delivery=Delivery(location=Place(prefecture="JP-13"), from_=first, until=first + timedelta(days)),
        max_price=draw(maybe(prices)),
        weights=draw(st.sampled_from((Weights(), Weights(price=1.0), UNWEIGHTED))),
    )


@st.composite
def lots(draw: st.DrawFn, material: str = MATERIAL) -> Lot:
    begins, days = draw(windows)
    first = DAY + timedelta(begins)
    return Lot(
        material=material,
        assays=tuple(draw(st.lists(assays(), max_size=6))),
        grade=draw(maybe(st.sampled_from(GRADES[material]))),
        form=draw(maybe(st.sampled_from(("shredded", "bundle")))),
        origin=draw(maybe(st.sampled_from(Origin))),
        custody_model=draw(maybe(st.sampled_from(CustodyModel))),
        legal_status=draw(maybe(st.sampled_from(LegalStatus))),
        hazards=draw(some("radioactivity")),
        documents=draw(some("mill_certificate")),
        quantity=Supply(tonnes=draw(st.sampled_from((5.0, 20.0, 80.0)))),
        location=Place(prefecture=draw(st.sampled_from(("JP-01", "JP-12", "JP-13", "JP-40", "JP-47")))),
        available=Window(from_=first, until=first + timedelta(days)),
        ask_price=draw(maybe(prices)),
    )


held = st.sampled_from((None, (), (treats(),), (treats(TREATS_THERE, valid_until=DAY + timedelta(30)),)))


def agree(index: MarketIndex, wanted: Listing[Spec]) -> None:
    found = standings(index, wanted)
    fits, near = (index.lots_for(wanted, near_misses=near) for near in (False, True))
    assert [key for key, _ in found.best()] == [order(one) for one in fits]
    assert [key for key, _ in found.nearest()] == [near_order(one) for one in near]
    assert (found.matches, len(found)) == (len(fits), len(fits) + len(near))


@st.composite
def markets(draw: st.DrawFn) -> tuple[Spec, list[Lot], list[tuple[int, Lot]]]:
    """A spec, lots, and later ones in the place of some."""
    material = draw(st.sampled_from(tuple(GRADES)))
    offered = draw(st.lists(lots(material), min_size=1, max_size=8))
    return draw(specs(material)), offered, draw(st.lists(st.tuples(st.integers(0, 7), lots(material)), max_size=4))


@settings(max_examples=300, deadline=None)
@given(markets(), st.lists(held, min_size=8, max_size=8), maybe(st.integers(-30, 60)), held)
def test_every_lot_stands_where_its_evaluation_puts_it_also_after_changes(
    market: tuple[Spec, list[Lot], list[tuple[int, Lot]]],
    permits: list[tuple[HeldPermit, ...] | None],
    today: int | None,
    receiver: tuple[HeldPermit, ...] | None,
) -> None:
    wanted, offered, changes = market
    index = MarketIndex(catalogue())
    if today is not None:
        index.on(DAY + timedelta(today))
    spec = Listing("spec", "buyer", 1, wanted, receiver, id(receiver))
    for n, (lot, known) in enumerate(zip(offered, permits, strict=False)):
        index.put_lot(Listing(f"lot-{n}", ("buyer", "one", "two")[n % 3], 1, lot, known, id(known)))
    agree(index, spec)
    for rev, (n, lot) in enumerate(changes, 2):
        index.discard(f"lot-{(n + 1) % 8}")
        index.put_lot(Listing(f"lot-{n}", "three", rev, lot, (), 0))
    agree(index, spec)


def test_a_slot_that_is_used_again_keeps_nothing_of_the_lot_before() -> None:
    index, wanted = MarketIndex(catalogue()), Listing("s", "buyer", 1, spec_of("Cu"))
    fresh = Assay(analyte="Sn", value=0.01, unit="%", sampled_on=DAY)
    before = lot_of("Cu", 0.1)
    index.put_lot(Listing("before", "seller", 1, msgspec.structs.replace(before, assays=(*before.assays, fresh))))
    agree(index, wanted)
    index.discard("before")
    index.put_lot(Listing("after", "seller", 1, before))
    agree(index, wanted)


@settings(max_examples=60, deadline=None)
@given(specs(), st.lists(lots(), min_size=1, max_size=6), st.integers(1, 4), st.integers(1, 3))
def test_pages_are_the_whole_order_in_pieces_also_where_many_stand_level(
    wanted: Spec, kinds: list[Lot], copies: int, most: int
) -> None:
    index = MarketIndex(catalogue())
    for n, lot in enumerate(kinds * copies):
        index.put_lot(Listing(f"lot-{n:02}", "seller", 1, lot))
    found = standings(index, Listing("spec", "buyer", 1, wanted))
    for read in (found.best, found.nearest):
        whole, pages, after = read(), [], None
        while page := read(most, after):
            pages += page
            after = page[-1][0]
        assert pages == whole


def test_what_is_found_of_a_lot_that_has_changed_meanwhile_is_not_kept() -> None:
    index, wanted = MarketIndex(catalogue()), Listing("s", "buyer", 1, spec_of("Cu"))
    # exactly at the limit, which only the exact judge decides
    index.put_lot(Listing("l", "seller", 1, lot_of("Cu", 0.25)))
    before = index.standings(wanted)
    assert isinstance(before, Wanting)
    found = before.find()
    index.put_lot(Listing("l", "seller", 2, lot_of("Cu", 0.9)))
    before.keep(found)
    assert standings(index, wanted).matches == 0


@pytest.mark.parametrize("end", [0.0, -1.0])
def test_a_sum_that_must_be_less_than_nothing_is_broken_by_what_nobody_measured(end: float) -> None:
    index, asked = MarketIndex(catalogue()), spec_of("Cu")
    index.put_lot(Listing("l", "seller", 1, lot_of("Cu", 0.1)))
    limit = Limit(analytes=("Br", "Cr"), exclusive_max=end, unit="mg/kg")
    agree(index, Listing("s", "buyer", 1, msgspec.structs.replace(asked, limits=(limit,))))


def test_lots_are_described_a_few_at_a_time_and_stand_where_they_would_at_once() -> None:
    index, wanted = MarketIndex(catalogue()), Listing("s", "buyer", 1, spec_of("Cu"))
    for n in range(5):
        index.put_lot(Listing(f"l{n}", "seller", 1, lot_of("Cu", n / 10)))
    assert [index.describe(MATERIAL, 2) for _ in range(3)] == [True, True, False]
    agree(index, wanted)


def test_a_spec_with_as_many_limits_as_it_may_have_is_answered_where_none_can_be_told_from_arrays() -> None:
    index, asked = MarketIndex(catalogue()), spec_of("Cu")
    index.put_lot(Listing("l", "seller", 1, lot_of("Cu", 0.1)))
    limit = msgspec.structs.replace(asked.limits[0], conditions={"temperature": 230})
    limits = tuple(msgspec.structs.replace(limit, max=n / 1000) for n in range(100))
    agree(index, Listing("s", "buyer", 1, msgspec.structs.replace(asked, limits=limits)))


def test_of_what_the_exact_judge_said_no_more_than_so_much_is_remembered_the_last_asked_about() -> None:
    known = Judgements(most=2)
    first, second = (
        Unjudged(limit, 0.95, "spec", (Listing("l", "seller", 1, lot_of("Cu", 0.1)), Listing("m", "seller", 1, lot)))
        for limit, lot in ((spec_of(code).limits[0], lot_of(code, 0.2)) for code in ("Cu", "Sn"))
    )
    for one in (first, second):
        known.keep(one, one.judge(catalogue()))
    known.trim()
    assert len(known) == 2
    assert known.of(second.limit, 0.95, "spec")


@pytest.mark.parametrize("owner", ["buyer", "seller"])
def test_ones_own_lots_are_not_among_them(owner: str) -> None:
    index = MarketIndex(catalogue())
    index.put_lot(Listing("l", owner, 1, lot_of("Cu", 0.1)))
    assert len(standings(index, Listing("s", "buyer", 1, spec_of("Cu")))) == (owner == "seller")


def spec_of(code: str) -> Spec:
    place = Place(prefecture="JP-13")
    return Spec(
        material=MATERIAL,
        limits=(Limit(analytes=(code,), max=0.25, unit="%"),),
        quantity=Demand(tonnes=100),
        delivery=Delivery(location=place, from_=DAY, until=DAY + timedelta(60)),
    )


def lot_of(code: str, value: float) -> Lot:
    return Lot(
        material=MATERIAL,
        assays=(Assay(analyte=code, value=value, unit="%"),),
        quantity=Supply(tonnes=100),
        location=Place(prefecture="JP-14"),
        available=Window(from_=DAY, until=DAY + timedelta(60)),
    )
