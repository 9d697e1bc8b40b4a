"""The index answers as `ranking.rank` over all open listings would, whatever was put and discarded."""

from datetime import UTC, date, datetime
from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.columns import Listing
from matching.engine import Disclosure
from matching.index import MarketIndex
from matching.listings import Delivery, Demand, Lot, Spec, Supply
from matching.permits.permit import HeldPermit
from matching.ranking import Ranked, rank
from matching.tariffs import Tariff
from matching.values import LegalStatus, Place, Window
from matching.whereabouts import FIRMS, said_place
from specs.catalogue.loader import catalogue
from tests.support.freight import table
from tests.support.pairs import assay, limit, lot, spec
from tests.support.permits import TREATS_THERE, treats

replace = msgspec.structs.replace
MATERIALS = ("carbon_steel_scrap", "cu_scrap")
DEAR = table({10: [(0, 200_000), (500, 900_000)]})
days = st.integers(1, 28).map(lambda d: date(2027, 1, d))


@st.composite
def lots(draw: st.DrawFn) -> Lot:
    first = draw(days)
    return lot(
        *[assay("Cu", draw(st.sampled_from((0.1, 0.24, 0.3))))] * draw(st.integers(0, 1)),
        material=draw(st.sampled_from(MATERIALS)),
        grade=draw(st.sampled_from((None, "JP.H2"))),
        quantity=Supply(tonnes=draw(st.sampled_from((10.0, 80.0)))),
        available=Window(from_=first, until=max(first, draw(days))),
    )


@st.composite
def specs(draw: st.DrawFn) -> Spec:
    first = draw(days)
    place = Place(prefecture="JP-13")
    return spec(
        limit("Cu", max=0.25),
        confidence=0.95,
        material=draw(st.sampled_from(MATERIALS)),
        grades=draw(st.sampled_from(((), ("JP.H2",)))),
        quantity=Demand(tonnes=draw(st.sampled_from((50.0, 100.0)))),
        delivery=Delivery(location=place, from_=first, until=max(first, draw(days))),
    )


ids, owners = st.sampled_from([f"{n:02}" for n in range(8)]), st.sampled_from(("o1", "o2"))
steps = st.lists(
    st.one_of(
        st.tuples(st.just("lot"), ids, owners, lots()),
        st.tuples(st.just("spec"), ids, owners, specs()),
        st.tuples(st.just("gone"), st.sampled_from(("lot", "spec")), ids, owners),
        st.tuples(st.just("ask"), ids, owners, owners),
    ),
    max_size=25,
)


class Market:
    """The index beside plain dictionaries of what is open."""

    def __init__(self) -> None:
        self.index = MarketIndex(catalogue())
        self.lots: dict[str, Listing[Lot]] = {}
        self.specs: dict[str, Listing[Spec]] = {}
        self.rev = 0

    def put(self, kind: str, name: str, owner: str, content: Lot | Spec) -> None:
        self.rev += 1
        listing = Listing(f"{kind}-{name}", owner, self.rev, content)
        if isinstance(content, Lot):
            self.lots[listing.id] = listing  # type: ignore[assignment]
            self.index.put_lot(listing)  # type: ignore[arg-type]
        else:
            self.specs[listing.id] = listing  # type: ignore[assignment]
            self.index.put_spec(listing)  # type: ignore[arg-type]

    def discard(self, name: str) -> None:
        self.lots.pop(name, None)
        self.specs.pop(name, None)
        self.index.discard(name)

    def check(self) -> None:
        for wanted in self.specs.values():
            others = [o for o in self.lots.values() if o.owner != wanted.owner]
            alike = [(o.id, self.said(o)) for o in others if o.content.material == wanted.content.material]
            expected = rank(self.said(wanted), alike, catalogue(), disclosure=Disclosure.BANDED)
            for near in (False, True):
                found = self.index.lots_for(wanted, near_misses=near)
                assert found == [r for r in expected if r.near_miss is near]
                for ranked in found:
                    assert self.mirrored(ranked, wanted, near)
        assert {k: self.index.lot(k) for k in self.lots} == self.lots
        assert {k: self.index.spec(k) for k in self.specs} == self.specs

    def said(self, listing: Listing[Any]) -> Any:
        """Where it is said to be: nowhere are there five owners."""
        content = listing.content
        if isinstance(content, Lot):
            return replace(content, location=said_place(content.location, {}, catalogue()))
        place = said_place(content.delivery.location, {}, catalogue())
        return replace(content, delivery=replace(content.delivery, location=place))

    def mirrored(self, ranked: Ranked, wanted: Listing[Spec], near: bool) -> bool:
        back = self.index.specs_for(self.lots[ranked.id], near_misses=near)
        return Ranked(wanted.id, ranked.evaluation) in back


@settings(max_examples=60, deadline=None)
@given(steps)
def test_the_index_never_differs_from_ranking_everything(script: list[tuple[str, ...]]) -> None:
    market = Market()
    for step in script:
        match step:
            case ("gone", kind, name, _):
                market.discard(f"{kind}-{name}")
            case ("ask", *_):
                market.check()
            case (kind, name, owner, content):
                market.put(kind, name, owner, content)  # type: ignore[arg-type]
    market.check()


def test_fewer_tonnes_left_are_judged_again_without_a_new_revision() -> None:
    index, wanted = MarketIndex(catalogue()), Listing("s", "buyer", 1, spec(limit("Cu", max=0.25)))
    offered = Listing("l", "seller", 1, lot(assay("Cu", 0.1)))
    index.put_lot(offered)
    before = index.lots_for(wanted, near_misses=False)[0].evaluation
    index.put_lot(Listing("l", "seller", 1, replace(offered.content, quantity=Supply(tonnes=10))))
    after = index.lots_for(wanted, near_misses=False)[0].evaluation
    assert (before.criteria[1].utility, after.criteria[1].utility) == (1.0, 0.1)


def test_a_pair_that_is_read_again_is_the_same_answer() -> None:
    index, wanted = MarketIndex(catalogue()), Listing("s", "buyer", 1, spec(limit("Cu", max=0.25)))
    index.put_lot(Listing("l", "seller", 1, lot(assay("Cu", 0.1))))
    once, twice = (index.lots_for(wanted, near_misses=False)[0].evaluation for _ in range(2))
    assert once is twice


def test_a_listing_that_changes_its_material_is_found_once() -> None:
    index = MarketIndex(catalogue())
    for rev, material in enumerate(MATERIALS):
        index.put_lot(Listing("l", "seller", rev, lot(assay("Cu", 0.1), material=material)))
    found = [
        len(index.lots_for(Listing("s", "buyer", 1, spec(limit("Cu", max=0.25), material=m)), near_misses=False))
        for m in MATERIALS
    ]
    assert found == [0, 1]


WASTE = lot(assay("Cu", 0.1), legal_status=LegalStatus.WASTE)
MILL = Listing("s", "buyer", 1, spec(limit("Cu", max=0.25)), (treats(TREATS_THERE),), 1)


def offered(*permits: HeldPermit, rev: int = 1) -> MarketIndex:
    index = MarketIndex(catalogue())
    index.put_lot(Listing("l", "seller", 1, WASTE, permits, rev))
    return index


def test_waste_whose_owner_holds_no_permit_is_a_near_miss_and_in_no_blend() -> None:
    index = offered()
    found = index.lots_for(MILL, near_misses=True)
    assert [b.code for b in found[0].evaluation.blockers] == ["permit_not_valid"]
    assert (index.lots_in_time(MILL), index.lots_of_material(MILL)) == ([], [])


def test_a_permit_that_comes_later_is_judged_without_a_new_revision_of_the_lot() -> None:
    index = offered()
    assert index.lots_for(MILL, near_misses=False) == []
    index.put_lot(Listing("l", "seller", 1, WASTE, (treats(),), 2))
    assert [r.id for r in index.lots_for(MILL, near_misses=False)] == ["l"]
    assert [one.id for one in index.lots_in_time(MILL)] == ["l"]


def test_a_permit_that_ends_is_judged_again_on_the_day_after() -> None:
    index = offered(treats(valid_until=date(2027, 2, 1)))
    for day, ids_ in ((date(2027, 1, 31), ["l"]), (date(2027, 2, 1), ["l"]), (date(2027, 2, 2), [])):
        index.on(day)
        assert [r.id for r in index.lots_for(MILL, near_misses=False)] == ids_


def test_both_sides_are_told_the_same_of_their_permits() -> None:
    index = offered(treats(outcome=None))
    index.put_spec(MILL)
    theirs = index.specs_for(Listing("l", "seller", 1, WASTE, (treats(outcome=None),), 1), near_misses=False)
    ours = index.lots_for(MILL, near_misses=False)
    assert theirs[0].evaluation == ours[0].evaluation
    assert "permit_unchecked" in {f.code for f in ours[0].evaluation.flags}


def far_and_near(index: MarketIndex, prefecture: str, owners: int) -> tuple[Any, ...]:
    """What a buyer in Hokkaido is told of a lot there, among those of so many owners."""
    for n in range(owners):
        there = lot(assay("Cu", 0.1), location=Place(prefecture=prefecture, lat=35.0, lon=137.0))
        index.put_lot(Listing(f"l{n}", f"o{n}", 1, there))
    wanted = spec(
        limit("Cu", max=0.25),
        delivery=replace(spec().delivery, location=Place(prefecture="JP-01", lat=43.1, lon=141.3)),
    )
    (first, *_) = index.lots_for(Listing("s", "buyer", 1, wanted), near_misses=False)
    return msgspec.to_builtins(first.evaluation)


def test_where_few_firms_are_nothing_of_a_lot_tells_the_prefecture_within_its_region() -> None:
    dearer = Tariff(stamp="t@1", set_at=datetime(2027, 1, 1, tzinfo=UTC), prefectures=("JP-23",), table=DEAR)
    for known in (catalogue(), catalogue().priced([dearer])):
        told = [far_and_near(MarketIndex(known), code, FIRMS - 1) for code in known.within("chubu")]
        assert len(told) == 9
        assert all(one == told[0] for one in told)


def test_where_enough_firms_are_the_freight_is_that_of_the_prefecture() -> None:
    here, there = (far_and_near(MarketIndex(catalogue()), code, FIRMS) for code in ("JP-15", "JP-23"))
    assert here["criteria"] != there["criteria"]


def test_listings_of_one_owner_are_one_firm() -> None:
    index = MarketIndex(catalogue())
    for n in range(FIRMS):
        index.put_lot(Listing(f"x{n}", "one", 1, lot(assay("Cu", 0.1), location=Place(prefecture="JP-15"))))
    assert index.said(lot(location=Place(prefecture="JP-15"))) == "chubu"


def test_another_table_is_counted_from_the_next_question_on_and_only_where_it_is_for() -> None:
    index, wanted = MarketIndex(catalogue()), Listing("s", "buyer", 1, spec(limit("Cu", max=0.25)))
    for name, code in (("near", "JP-14"), ("far", "JP-40")):
        index.put_lot(Listing(name, "seller", 1, lot(assay("Cu", 0.1), location=Place(prefecture=code))))

    def told() -> dict[str, Any]:
        return {r.id: r.evaluation for r in index.lots_for(wanted, near_misses=False)}

    before = told()
    dearer = Tariff(stamp="t@1", set_at=datetime(2027, 1, 1, tzinfo=UTC), prefectures=("JP-14",), table=DEAR)
    index.reprice(catalogue().priced([dearer]))
    after = told()
    assert after["far"] is before["far"]
    assert after["near"].freight == (catalogue().shipped, "t@1")
    assert after["near"].score < before["near"].score
    index.reprice(catalogue())
    assert told() == before
