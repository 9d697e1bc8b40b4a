"""Which freight table prices a haul, and what is told of it."""

import itertools
import math
from datetime import UTC, datetime

import msgspec
import pytest

from matching.allocate import allocate
from matching.allocation.wish import Offered, Wanted
from matching.blend import blend
from matching.engine import evaluate
from matching.explain import render
from matching.fares import FreightTable
from matching.freight import between, locate, quote
from matching.locating.instance import Customer, Instance, Site, Supplier
from matching.reference import Catalogue
from matching.score import distance
from matching.siting import site
from matching.tariffs import EVERYWHERE, Tariff, by_prefecture
from matching.upgrade import upgrade
from matching.values import Place
from specs.catalogue.loader import catalogue
from tests.support.freight import table
from tests.support.offers import offer
from tests.support.pairs import assay, limit, lot, spec

KANAGAWA, TOKYO, OSAKA = (Place(prefecture=code) for code in ("JP-14", "JP-13", "JP-27"))


def times(factor: float) -> FreightTable:
    """The shipped table at so many times its fares."""
    shipped = catalogue().freight
    fares = tuple(msgspec.structs.replace(fare, jpy=fare.jpy * factor) for fare in shipped.fares)
    return msgspec.structs.replace(shipped, fares=fares)


def tariff(stamp: str, *prefectures: str, day: int = 1, factor: float = 2.0) -> Tariff:
    at = datetime(2027, 1, day, tzinfo=UTC)
    return Tariff(stamp=stamp, set_at=at, prefectures=prefectures, table=times(factor))


def priced(*tariffs: Tariff) -> Catalogue:
    return catalogue().priced(tariffs)


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        (tariff("a@1", "JP-14"), tariff("b@1", "JP-13", "JP-14", day=9)),
        (tariff("a@1", "JP-13", "JP-14"), tariff("b@1", day=9)),
        (tariff("a@1", "JP-14", day=2), tariff("b@1", "JP-14", day=1)),
        (tariff("b@1", "JP-14"), tariff("a@1", "JP-14")),
    ],
    ids=["fewer prefectures", "some before all of Japan", "set last", "the larger stamp"],
)
def test_one_of_two_tables_counts_in_whatever_order_they_come(better: Tariff, worse: Tariff) -> None:
    for order in itertools.permutations((better, worse)):
        assert by_prefecture(order)["JP-14"] is better


def test_where_no_table_is_set_the_one_for_all_of_japan_counts_and_else_the_shipped() -> None:
    known = priced(tariff("own@1", "JP-14"), tariff("all@1"))
    assert [known.rated((code,)) for code in ("JP-14", "JP-13", EVERYWHERE)] == [("own@1",), ("all@1",), ("all@1",)]
    alone = priced(tariff("own@1", "JP-14"))
    assert alone.rated(("JP-13", "JP-14", "JP-14")) == ("own@1", alone.shipped)
    assert alone.rates("JP-13") is catalogue().freight


def test_a_haul_is_priced_by_the_table_of_its_origin_only() -> None:
    known = priced(tariff("own@1", "JP-14"))
    there = [between(KANAGAWA, OSAKA, k, exact=True).jpy_per_t for k in (known, catalogue())]
    back = [between(OSAKA, KANAGAWA, k, exact=True).jpy_per_t for k in (known, catalogue())]
    assert there[0] > there[1]
    assert back[0] == back[1]


def test_a_region_costs_the_mean_over_its_prefectures_each_by_its_own_table() -> None:
    known = priced(tariff("own@1", "JP-14"))
    found = between(Place(prefecture="kanto"), Place(prefecture="kyushu_okinawa"), known, exact=False)
    ends = (known.within("kanto"), known.within("kyushu_okinawa"))
    assert [len(codes) for codes in ends] == [7, 8]
    points = ([locate(Place(prefecture=code), known, exact=False) for code in codes] for codes in ends)
    quotes = [quote(start, end, known) for start, end in itertools.product(*points)]
    for name in ("jpy_per_t", "road_km", "sea_km", "co2_kg_per_t"):
        mean = math.fsum(getattr(one, name) for one in quotes) / len(quotes)
        assert getattr(found, name) == pytest.approx(mean)
    assert found.of_region
    assert known.rated(("kanto",)) == ("own@1", known.shipped)


SHORT = table({10: [(20, 20_000), (300, 90_000)]})
REASONS = {
    ("JP-13", "JP-14"): ("20 to 300 km", "20～300 km"),
    ("JP-13", "JP-40"): ("20 to 300 km", "20～300 km"),
    ("JP-01", "JP-13"): ("20 to 300 km", "20～300 km"),
}


@pytest.mark.parametrize("way", list(REASONS))
def test_outside_of_its_distances_a_table_tells_its_own_bounds(way: tuple[str, str]) -> None:
    near = table({10: [(60, 20_000), (300, 90_000)]}) if way == ("JP-13", "JP-14") else SHORT
    known = priced(Tariff(stamp="t@1", set_at=datetime(2027, 1, 1, tzinfo=UTC), table=near))
    start, end = (Place(prefecture=code) for code in way)
    told = distance(between(start, end, known, exact=True))
    first = "60" if near is not SHORT else "20"
    for language, text in zip(("en", "ja"), REASONS[way], strict=True):
        reason = render(told.code, told.params, language, known)
        assert text.replace("20", first, 1) in reason
        assert "100" not in reason.replace(f"{told.params['jpy_per_t']:,}", "")


def test_where_further_kilometres_are_published_fares_only_begin() -> None:
    far = table({10: [(60, 20_000), (300, 90_000)]}, {10: 15_000})
    known = priced(Tariff(stamp="t@1", set_at=datetime(2027, 1, 1, tzinfo=UTC), table=far))
    told = distance(between(TOKYO, KANAGAWA, known, exact=True))
    assert "begin at 60 km" in render(told.code, told.params, "en", known)
    assert "60 km から" in render(told.code, told.params, "ja", known)
    assert not between(TOKYO, Place(prefecture="JP-40"), known, exact=True).extrapolated


def test_every_engine_prices_by_the_table_of_the_origin_and_names_it() -> None:
    known = priced(tariff("own@1", "JP-14"), tariff("else@1", "JP-27"))
    wanted, given = spec(limit("Cu", max=0.25)), lot(assay("Cu", 0.1), location=KANAGAWA)
    steps = [offer(location=OSAKA)]
    assert evaluate(wanted, given, known).freight == ("own@1",)
    assert blend(wanted, [("a", given)], known).freight == ("own@1",)
    assert allocate([Wanted("s", wanted)], [Offered("a", given)], known).freight == ("own@1",)
    assert upgrade(wanted, [("a", given)], steps, known).freight == ("else@1", "own@1")


def sited(known: Catalogue, *suppliers: Supplier, **costs: float) -> tuple[float | None, tuple[str, ...]]:
    hub = Site(id="hub", capacity=100, fixed_cost=0, prefecture="JP-14")
    mill = Customer(id="mill", demand=50, prefecture="JP-27")
    found = site(Instance(sites=(hub,), customers=(mill,), suppliers=suppliers, **costs), known)
    return found.objective.amount, found.freight


def test_a_hub_sends_out_by_its_own_table_and_takes_in_by_that_of_the_supplier() -> None:
    supplier = Supplier(id="yard", supply=80, prefecture="JP-12")
    plain, hub, yard, mill = (
        sited(known, supplier)[0]
        for known in (catalogue(), *(priced(tariff("t@1", code)) for code in ("JP-14", "JP-12", "JP-27")))
    )
    assert plain is not None
    assert hub == pytest.approx(plain + 50 * extra("JP-14", "JP-27"))
    assert yard == pytest.approx(plain + 50 * extra("JP-12", "JP-14"))
    assert mill == plain


def extra(start: str, end: str) -> float:
    """What the doubled fares add to a tonne."""
    places = [Place(prefecture=code) for code in (start, end)]
    both = [between(*places, known, exact=True).jpy_per_t for known in (priced(tariff("t@1")), catalogue())]
    return both[0] - both[1]


def test_a_siting_names_the_tables_that_its_costs_rest_on() -> None:
    known = priced(tariff("t@1", "JP-14"))
    supplier = Supplier(id="yard", supply=80, prefecture="JP-12")
    assert sited(known, supplier)[1] == (known.shipped, "t@1")
    assert sited(known, supplier, jpy_per_t_km=45.0)[1] == (known.shipped, "t@1")
    assert sited(known, supplier, jpy_per_t_km=45.0, sea_jpy_per_t_km=5.0)[1] == ()
