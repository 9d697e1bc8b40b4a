"""An open list of matches is told when it is another: to whom it belongs, whatever was missed, calmly."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio

from market.adapters.embedded.valkey import EmbeddedValkey
from market.app import Application
from market.live.lists import CALM
from market.parties.structs import Jurisdiction
from specs.lot.service import LOTS
from specs.spec.service import SPECS
from tests.support.api import client, settings
from tests.support.declared import IN_TOKYO, declared
from tests.support.freight_tables import dearer, made, overseeing, withdraw_all
from tests.support.live_place import Place
from tests.support.market import Market, lot
from tests.support.matched import copper, engine, in_year, patch, publish_lot, publish_spec, recorded, settled
from tests.support.served import ServerProcess, served
from tests.support.streams import OpenPage, all_of, next_of, nothing_of, opened, reader
from tests.support.working import worker

FRESH_ONE = "Since you opened this list: 1 new or changed."
# a look is taken each second
QUIET = 2.5


@pytest.fixture(scope="module")
def server(market: Market, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    with served(settings(market, documents=str(tmp_path_factory.mktemp("documents")))) as found:
        yield found


_YEARS = iter(range(2200, 2300))


@pytest_asyncio.fixture
async def place(market: Market, api: Application, server: ServerProcess) -> Place:
    found = Place(market, api, server, next(_YEARS))
    found.mill = await market.organisation("manufacturer", "List Mill", prefecture="JP-13")
    found.yard = await market.organisation("recycler", "List Yard")
    return found


async def test_a_new_lot_is_told_to_the_one_whose_list_it_is_on_and_to_no_other(place: Place) -> None:
    mine = await place.spec()
    rival = await place.market.organisation("manufacturer", "Rival Mill")
    strict = {"limits": [{"analytes": ["Cu"], "max": 0.1, "unit": "%"}]}
    theirs = await publish_spec(place.market, rival, **place.days["spec"] | {"grades": [], "forms": []} | strict)
    async with (
        place.page(place.mill, f"/console/specs/{mine}/matches") as mine_open,
        place.page(rival, f"/console/specs/{theirs}/matches") as theirs_open,
        mine_open.follow() as told,
        theirs_open.follow() as elsewhere,
    ):
        await next_of(told, "hello")
        await next_of(elsewhere, "hello")
        await place.lot(0.2)
        event = await next_of(told, "matches")
        quiet = await nothing_of(elsewhere, "matches", QUIET)
    assert FRESH_ONE in event.data
    assert f'<a href="/console/specs/{mine}/matches">' in event.data
    assert quiet


async def test_a_near_miss_is_told_on_the_list_of_near_misses_only(place: Place) -> None:
    spec = await place.spec()
    async with (
        place.page(place.mill, f"/console/specs/{spec}/matches") as matches,
        place.page(place.mill, f"/console/specs/{spec}/matches?near=1", "ja") as near,
        matches.follow() as told,
        near.follow() as nearly,
    ):
        await next_of(told, "hello")
        await next_of(nearly, "hello")
        await place.lot(0.9)
        event = await next_of(nearly, "matches")
        quiet = await nothing_of(told, "matches", QUIET)
    assert "新規・変更 1 件。" in event.data
    assert f"/console/specs/{spec}/matches?near=1" in event.data
    assert quiet


async def test_who_wants_a_lot_is_told_by_specs(place: Place) -> None:
    lot = await place.lot()
    async with place.page(place.yard, f"/console/lots/{lot}/matches") as page, page.follow() as told:
        await next_of(told, "hello")
        await place.spec()
        event = await next_of(told, "matches")
    assert FRESH_ONE in event.data


async def test_a_shown_lot_that_is_withdrawn_is_told_as_gone(place: Place) -> None:
    spec, lot = await place.spec(), await publish_lot(place.market, place.yard, 0.2, **place.days["lot"])
    async with place.page(place.mill, f"/console/specs/{spec}/matches") as page, page.follow() as told:
        await next_of(told, "hello")
        async with place.market.work(place.yard.id) as work:
            await LOTS.withdraw(work, lot, None)
        event = await next_of(told, "matches")
    assert "Since you opened this list: 1 no longer on it." in event.data


async def test_a_patch_that_takes_a_lot_off_the_list_is_told_as_gone(place: Place) -> None:
    spec, lot = await place.spec(), await publish_lot(place.market, place.yard, 0.2, **place.days["lot"])
    async with place.page(place.mill, f"/console/specs/{spec}/matches") as page, page.follow() as told:
        await next_of(told, "hello")
        worse = [{"analyte": "Cu", "value": 0.9, "unit": "%"}]
        await patch(place.market, LOTS, place.yard, lot, assays=worse)
        event = await next_of(told, "matches")
    assert "Since you opened this list: 1 no longer on it." in event.data


async def test_a_new_revision_of_ones_own_spec_makes_it_another_list(place: Place) -> None:
    spec = await publish_spec(place.market, place.mill, **place.days["spec"])
    async with place.page(place.mill, f"/console/specs/{spec}/matches") as page, page.follow() as told:
        await next_of(told, "hello")
        await patch(place.market, SPECS, place.mill, spec, title="Another charge")
        event = await next_of(told, "matches")
    assert "The spec, or permits of its owner, have changed" in event.data


async def test_whoever_comes_back_is_told_what_it_missed_once(place: Place) -> None:
    spec = await place.spec()
    async with place.page(place.mill, f"/console/specs/{spec}/matches") as page:
        async with page.follow() as told:
            seen = (await next_of(told, "hello")).id
        await place.lot()
        async with page.follow(seen) as told:
            event = await next_of(told, "matches")
        async with page.follow(event.id) as told:
            quiet = await nothing_of(told, "matches", QUIET)
    assert FRESH_ONE in event.data
    assert quiet


async def test_what_the_worker_records_of_a_change_is_not_told_again(place: Place, tmp_path: Path) -> None:
    spec = await place.spec()
    async with place.page(place.mill, f"/console/specs/{spec}/matches") as page:
        async with page.follow() as told:
            await next_of(told, "hello")
            lot_id = await place.lot()
            event = await next_of(told, "matches")
        with (
            EmbeddedValkey(tmp_path / "valkey") as valkey,
            worker(settings(place.market, redis_url=valkey.url), tmp_path / "worker.log"),
        ):
            await settled(place.market, 60)
        async with page.follow(event.id) as told:
            quiet = await nothing_of(told, "matches", QUIET)
    assert (spec, lot_id) in await recorded(place.market)
    assert quiet


async def test_a_lot_that_was_committed_before_the_page_is_not_told(place: Place) -> None:
    spec = await place.spec()
    await place.lot()
    async with place.page(place.mill, f"/console/specs/{spec}/matches") as page, page.follow() as told:
        await next_of(told, "hello")
        assert await nothing_of(told, "matches", QUIET)


async def test_a_lot_that_was_begun_before_the_page_and_committed_after_it_is_told(place: Place) -> None:
    spec = await place.spec()
    async with reader(place.api, place.market, place.mill, place.server.address) as http:
        async with place.market.work(place.yard.id) as slow:
            await LOTS.create(slow, lot(**copper(0.2, **place.days["lot"])), publish=True)
            # a younger transaction that is committed first
            await place.lot(0.9)
            page = await opened(http, f"/console/specs/{spec}/matches")
        async with page.follow() as told:
            event = await next_of(told, "matches")
    assert FRESH_ONE in event.data


async def test_a_lot_that_a_deal_has_taken_up_is_told_as_gone(place: Place) -> None:
    spec, taken = await place.spec(), await place.lot()
    async with place.page(place.mill, f"/console/specs/{spec}/matches") as page, page.follow() as told:
        await next_of(told, "hello")
        async with engine(place.market) as connection:
            await connection.execute(
                """insert into reservation (tenant_id, id, lot_id, kg, state)
                   values ($1, gen_random_uuid(), $2, 120000, 'held')""",
                *(place.yard.id, UUID(taken)),
            )
        event = await next_of(told, "matches")
    assert "Since you opened this list: 1 no longer on it." in event.data


async def test_a_permit_that_opens_a_match_is_told(place: Place) -> None:
    # permits end, so not in a year far off
    place.days = in_year(2027)
    waste: dict[str, Any] = {"material": "stainless_scrap"}
    spec = await place.spec(**waste)
    await place.lot(legal_status="waste", grade=None, form=None, **waste)
    await place.lot(legal_status="valuable", grade=None, form=None, **waste)
    async with client(place.api, place.mill) as mill, client(place.api, place.yard) as yard:
        await declared(mill, number=IN_TOKYO)
        async with place.page(place.mill, f"/console/specs/{spec}/matches") as page, page.follow() as told:
            await next_of(told, "hello")
            await declared(yard)
            event = await next_of(told, "matches")
    assert FRESH_ONE in event.data


async def test_a_page_of_specs_asks_for_its_numbers_again_where_a_lot_of_a_material_was_written(place: Place) -> None:
    spec = await place.spec()
    async with place.page(place.mill, "/console/specs") as page:
        async with page.follow() as told:
            await next_of(told, "hello")
            await place.lot()
            event = await next_of(told, "matches")
        # whatever process is asked, it finds the same
        async with page.follow(event.id) as told:
            quiet = await nothing_of(told, "matches", QUIET)
        shown = (await page.http.get("/console/specs")).text
    assert event.data == ""
    assert f'hx-get="/console/specs/{spec}/tally" hx-trigger="load, sse:matches"' in shown
    assert quiet


async def test_freight_that_costs_otherwise_makes_it_another_list(place: Place) -> None:
    spec = await place.spec()
    async with overseeing(place.market, place.api) as coordinators:
        async with place.page(place.mill, f"/console/specs/{spec}/matches") as page, page.follow() as told:
            await next_of(told, "hello")
            await made(coordinators["kanto"], dearer())
            event = await next_of(told, "matches")
        await withdraw_all(place.market)
    assert "freight costs otherwise" in event.data


async def test_a_burst_is_told_no_oftener_than_a_reader_can_bear(place: Place) -> None:
    spec = await place.spec()
    async with place.page(place.mill, f"/console/specs/{spec}/matches") as page, page.follow() as told:
        await next_of(told, "hello")
        heard = asyncio.create_task(all_of(told, "matches", CALM + 4.0))
        for _ in range(5):
            await asyncio.gather(*(place.lot() for _ in range(50)))
        events = await heard
    assert len(events) <= 2
    assert "Much has changed since you opened this list." in events[-1].data


async def test_the_page_of_another_organisation_follows_nothing(place: Place) -> None:
    spec = await place.spec()
    async with (
        place.page(place.mill, f"/console/specs/{spec}/matches") as page,
        reader(place.api, place.market, place.yard, place.server.address) as thief,
        OpenPage(thief, page.stream).follow() as told,
    ):
        await next_of(told, "hello")
        await place.lot()
        assert await nothing_of(told, "matches", QUIET)


async def test_a_coordinator_is_told_of_a_list_in_its_jurisdiction(place: Place) -> None:
    spec = await place.spec()
    jurisdiction = Jurisdiction(members=(place.mill.id,))
    desk = await place.market.organisation("coordinator", "Desk", prefecture=None, jurisdiction=jurisdiction)
    async with place.page(desk, f"/console/specs/{spec}/matches") as page, page.follow() as told:
        await next_of(told, "hello")
        await place.lot()
        event = await next_of(told, "matches")
    assert FRESH_ONE in event.data


async def test_a_coordinator_whose_jurisdiction_ended_is_told_nothing_more(place: Place) -> None:
    spec = await place.spec()
    jurisdiction = Jurisdiction(members=(place.mill.id,))
    desk = await place.market.organisation("coordinator", "Desk", prefecture=None, jurisdiction=jurisdiction)
    async with place.page(desk, f"/console/specs/{spec}/matches") as page:
        async with place.market.superuser() as connection:
            await connection.execute("delete from jurisdiction where tenant_id = $1", desk.id)
        async with page.follow() as told:
            await next_of(told, "hello")
            await place.lot()
            assert await nothing_of(told, "matches", QUIET)
