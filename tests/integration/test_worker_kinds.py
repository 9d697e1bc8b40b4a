"""What the worker makes of each kind of job: it gathers, solves and stores as the request would have at once."""

import asyncio
from collections.abc import AsyncIterator

import msgspec
import pytest_asyncio

from market.http.examples import OFFERED_STEP, UPGRADE
from market.matches.current import Current
from market.parties.structs import NewOrganisation
from market.runs import claims, service
from market.solving.pool import Pool
from matching.upgrading.offer import OfferedStep
from specs.catalogue.loader import catalogue
from specs.kit import clock
from specs.offer import service as offers
from tests.support.jobs import ask, running, until
from tests.support.market import Market
from tests.support.matched import engine, publish_lot, publish_spec
from tests.support.postgres import Cluster
from workers.runner import Runner


@pytest_asyncio.fixture
async def market(postgres: Cluster) -> AsyncIterator[Market]:
    async with postgres.database() as (name, database):
        yield Market(postgres, name, database)


@pytest_asyncio.fixture
async def firm(market: Market) -> NewOrganisation:
    return await market.organisation("manufacturer", "Mill")


async def test_a_blend_by_the_id_of_a_spec_gathers_its_lots_when_it_runs(market: Market, firm: NewOrganisation) -> None:
    yard = await market.organisation("recycler", "Yard")
    spec = await publish_spec(
        market, firm, quantity={"tonnes": 150}, limits=[{"analytes": ["Cu"], "max": 0.25, "unit": "%"}]
    )
    job = await ask(market, firm, "blend", f'{{"spec_id":"{spec}"}}'.encode())
    lots = [await publish_lot(market, yard, copper) for copper in (0.2, 0.28)]
    async with running(market, kinds="market.solving.kinds"):
        found = await until(market, firm, job)
    assert found.result is not None, found.trouble
    assert all(str(lot).encode() in found.result for lot in lots)
    assert b"45000" not in found.result
    async with market.superuser() as connection:
        shown = await connection.fetch("select object_id from access_grant where viewer_tenant = $1", firm.id)
    assert {row["object_id"] for row in shown} == set(lots)


async def test_proposals_are_stored_by_the_worker_and_are_what_the_job_shows(
    market: Market, firm: NewOrganisation
) -> None:
    yard = await market.organisation("recycler", "Yard")
    spec = await publish_spec(market, firm, quantity={"tonnes": 150})
    for percent in (0.2, 0.22, 0.24):
        await publish_lot(market, yard, percent)
    job = await ask(market, firm, "blend_proposal", f'{{"spec_id":"{spec}","request":{{"most":2}}}}'.encode())
    async with running(market, kinds="market.solving.kinds"):
        found = await until(market, firm, job)
    assert found.result is not None, found.trouble
    items = msgspec.json.decode(found.result)["items"]
    async with market.work(firm.id) as work:
        stored = await work.connection.fetch("select id::text, place from blend order by place")
    assert [(item["id"], item["place"]) for item in items] == [tuple(row) for row in stored]
    assert len(items) == 2


async def test_a_blend_by_way_of_processors_finds_their_open_offers_when_it_runs(
    market: Market, firm: NewOrganisation
) -> None:
    yard, works = [await market.organisation(kind, "Firm") for kind in ("recycler", "processor")]
    spec = await publish_spec(
        market, firm, quantity={"tonnes": 50}, limits=[{"analytes": ["Cu"], "max": 0.25, "unit": "%"}]
    )
    job = await ask(market, firm, "blend", f'{{"spec_id":"{spec}","open_offers":true}}'.encode())
    await publish_lot(market, yard, 0.35)
    async with market.work(works.id) as work:
        made = await offers.create(work, msgspec.convert(OFFERED_STEP, OfferedStep, strict=False), "en")
    async with running(market, kinds="market.solving.kinds"):
        found = await until(market, firm, job)
    assert found.result is not None, found.trouble
    takes = msgspec.json.decode(found.result)["takes"]
    assert {step["offer"] for take in takes for step in take.get("steps", [])} == {str(made.id)}


async def test_advice_by_a_job_gathers_the_lots_when_it_runs(market: Market, firm: NewOrganisation) -> None:
    yard = await market.organisation("recycler", "Yard")
    spec = await publish_spec(market, firm, quantity={"tonnes": 150})
    job = await ask(market, firm, "advice", f'{{"spec_id":"{spec}","request":{{}}}}'.encode())
    await publish_lot(market, yard, 0.4)
    async with running(market, kinds="market.solving.kinds"):
        found = await until(market, firm, job)
    assert found.result is not None, found.trouble
    assert msgspec.json.decode(found.result)["items"][0]["changes"][0]["kind"] == "limit"
    assert b"45000" not in found.result


async def test_the_paths_of_a_document_are_searched_by_a_job_as_it_was_posted(
    market: Market, firm: NewOrganisation
) -> None:
    job = await ask(market, firm, "upgrade", msgspec.json.encode(UPGRADE))
    async with running(market, kinds="market.solving.kinds"):
        found = await until(market, firm, job)
    assert found.result is not None, found.trouble
    assert msgspec.json.decode(found.result)["items"][0]["status"] == "upgraded"


async def test_a_job_cancelled_at_the_last_moment_concludes_nothing(market: Market, firm: NewOrganisation) -> None:
    yard = await market.organisation("recycler", "Yard")
    spec = await publish_spec(market, firm, quantity={"tonnes": 50})
    await publish_lot(market, yard)
    job = await ask(market, firm, "blend_proposal", f'{{"spec_id":"{spec}","request":{{}}}}'.encode())
    async with engine(market) as connection:
        claimed = await claims.claim(connection, 60.0)
    assert claimed is not None
    pool = Pool(1)
    runner = Runner(market.database, pool, Current(catalogue()))
    solved = asyncio.create_task(runner._solve(claimed, [0.0]))
    await asyncio.wait({solved})
    async with market.work(firm.id, at=clock.now()) as work:
        await service.cancel(work, job)
    await runner._end(claimed, solved)
    await pool.close()
    async with market.superuser() as connection:
        assert await connection.fetchval("select count(*) from blend") == 0
        assert await connection.fetchval("select count(*) from access_grant") == 0


async def test_a_spec_that_was_withdrawn_meanwhile_fails_by_name(market: Market, firm: NewOrganisation) -> None:
    spec = await publish_spec(market, firm)
    job = await ask(market, firm, "blend", f'{{"spec_id":"{spec}"}}'.encode())
    async with market.superuser() as connection:
        await connection.execute("update spec set status = 'cancelled'")
    async with running(market, kinds="market.solving.kinds"):
        found = await until(market, firm, job)
    assert found.trouble is not None
    assert found.trouble.code == "not_open"
