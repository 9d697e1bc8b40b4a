"""What is judged of one listing alone, to tell an open list that it changed, is what the ranking says."""

from uuid import UUID, uuid4

import msgspec

from market.app import Application
from market.matches.counted import Counted, Counting
from market.matches.current import Current
from market.matches.following import MOST, Change, Followed, Following, Pair, Seen, seen
from specs.catalogue.loader import catalogue
from specs.kit.tenancy import Role
from tests.support.freight_tables import dearer, made, overseeing, withdraw_all
from tests.support.market import Market
from tests.support.matched import in_year, publish_lot, publish_spec

# conforms; fails; is not measured; another grade; another form; another year; waste, of a firm without permits
LOTS = (
    {"percent": 0.2},
    {"percent": 0.9},
    {"assays": []},
    {"grade": "JP.H2"},
    {"form": "turnings"},
    in_year(2031)["lot"],
    {"legal_status": "waste"},
)
SPECS = (
    {},
    {"grades": ["JP.SHRED_A"], "forms": ["shredded"]},
    {"limits": [], "grades": ["JP.SHRED_A"]},
    {"refused_hazards": [], "required_documents": ["mill_certificate"]},
)


async def test_a_pair_judged_alone_stands_on_the_list_that_the_ranking_puts_it_on(market: Market) -> None:
    mill, yard = await market.organisation("manufacturer"), await market.organisation()
    days = in_year(2030)
    for one in SPECS:
        await publish_spec(market, mill, **days["spec"] | one)
    for one in LOTS:
        await publish_lot(market, yard, **days["lot"] | one)
    current = Current(catalogue())
    async with market.database.work(None, role=Role.ENGINE) as work:
        await current.refresh(work.connection)
    specs, lots = current.open_of("carbon_steel_scrap")
    alone, ranked = {}, {}
    for near, others in [*((spec, lots) for spec in specs), *((lot, specs) for lot in lots)]:
        for far in others:
            alone[near.id, far.id] = Pair(near, far, current).near_miss
        for near_misses in (False, True):
            ranked |= {(near.id, one.id): near_misses for one in current.ranked(near, near_misses=near_misses)}
    assert alone == ranked
    assert set(alone.values()) == {True, False}


def change(*, beyond: bool = False, material: str = "stainless_scrap") -> Change:
    return Change(
        kind="lot", tenant_id=uuid4(), id=uuid4(), material=material, open=True, permits=False, xid=1, beyond=beyond
    )


async def following(market: Market, **changes: object) -> Following:
    mill = await market.organisation("manufacturer")
    spec = await publish_spec(market, mill, material="stainless_scrap", limits=[], **changes)
    current = Current(catalogue())
    async with market.database.work(None, role=Role.ENGINE) as work:
        await current.refresh(work.connection)
    followed = Followed(
        kind="spec", id=UUID(str(spec)), material="stainless_scrap", near_misses=False, seen=Seen("1:1:", "today")
    )
    return Following(followed, current.find(str(spec)))


async def test_too_many_changes_are_not_judged(market: Market) -> None:
    found = await following(market)
    for _ in range(MOST + 1):
        found.note(change())
    assert (found.moved.mark, found.waiting) == ("many", False)


async def test_on_another_day_or_at_other_freight_it_is_another_list(market: Market) -> None:
    found = await following(market)
    found.note(change())
    found.stand("today")
    same = found.moved.another
    found.stand("tomorrow")
    assert (same, found.moved.mark, found.waiting) == (False, "aged", False)


async def test_the_ground_of_every_list_is_another_with_a_freight_table(market: Market, api: Application) -> None:
    async def ground() -> str:
        async with market.work(yard.id) as work:
            return (await seen(work)).ground

    yard = await market.organisation()
    async with overseeing(market, api) as coordinators:
        before = [await ground(), await ground()]
        await made(coordinators["kanto"], dearer())
        after = await ground()
        await withdraw_all(market)
    assert (before[0] == before[1], after == before[0], await ground() == before[0]) == (True, False, True)


SPECS_OF_COPPER = Counted(kind="spec", ids=(UUID(int=1),), materials=("copper_scrap",), seen=Seen("1:1:", "today"))


def test_numbers_are_asked_for_again_with_each_change_of_the_other_side_and_of_ones_own() -> None:
    counting = Counting(SPECS_OF_COPPER)
    marks = [counting.moved.mark]
    for one in (
        change(material="copper_scrap"),
        change(material="stainless_scrap"),
        msgspec.structs.replace(change(), kind="spec", id=UUID(int=1)),
        msgspec.structs.replace(change(material="copper_scrap"), kind="spec"),
    ):
        counting.note(one)
        marks.append(counting.moved.mark)
    assert marks == ["", "1", "1", "2", "2"]


def test_numbers_are_asked_for_again_once_on_another_day() -> None:
    counting = Counting(SPECS_OF_COPPER)
    marks = []
    for ground in ("today", "tomorrow", "tomorrow"):
        counting.stand(ground)
        marks.append(counting.moved.mark)
    assert (marks[0], marks[1] == marks[2], marks[1] == "") == ("", True, False)


async def test_what_stands_for_too_many_of_another_material_says_nothing(market: Market) -> None:
    found = await following(market)
    found.note(change(beyond=True, material="carbon_steel_scrap"))
    assert (found.moved.mark, found.waiting) == ("", False)
