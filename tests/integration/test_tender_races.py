"""Bids against the opening: what is acknowledged is in the digest, and nothing comes after."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import msgspec
import pytest
import pytest_asyncio

from market.app import Application
from market.matches.current import Current
from market.parties import organisations
from market.tenders import bid_queries, bidding, opening, queries
from market.tenders.errors import TenderRefused
from market.tenders.held import Held
from market.tenders.structs import BidDraft
from specs.catalogue.loader import catalogue
from specs.kit.tenancy import Role, Work
from tests.support.api import client, serving
from tests.support.deals import Scene, scene
from tests.support.market import Market
from tests.support.tenders import bid, digest_by_hand, drafted, invited, pass_deadline

YARDS = 4


@pytest_asyncio.fixture
async def met(market: Market, api: Application) -> AsyncIterator[Scene]:
    async with scene(market, api, yards=YARDS, overseen=False) as found:
        yield found


async def deadline(met: Scene, tender: str) -> datetime:
    return datetime.fromisoformat((await met.mill.get(f"/v1/tenders/{tender}")).json()["deadline"])


async def bid_in(work: Work, met: Scene, tender: str) -> tuple[Held, UUID]:
    """The first yard's, in a transaction that is still open."""
    principal = await organisations.oneself(work, uuid4())
    draft = msgspec.json.decode(msgspec.json.encode(drafted(met)), type=BidDraft)
    return await bidding.bid(work, principal, Current(catalogue()), UUID(tender), draft)


async def waits(task: asyncio.Task[Any]) -> bool:
    """Whether it is still at it after a while."""
    return not (await asyncio.wait({task}, timeout=0.5))[0]


async def test_the_opening_waits_for_a_bid_that_is_being_placed_and_holds_it(met: Scene, market: Market) -> None:
    tender = await invited(met)
    end = await deadline(met, tender)

    async def open_now() -> Held:
        async with market.work(met.parties[0].id, role=Role.ENGINE, at=end) as work:
            row = await queries.lock(work, UUID(tender))
            return await opening.open_tender(work, opening.held(row, met.parties[0].id))

    async with market.work(met.parties[2].id, at=end - timedelta(seconds=1)) as work:
        found, placed = await bid_in(work, met, tender)
        digest = next(row["digest"] for row in await bid_queries.of_author(work, found) if row["id"] == placed)
        task = asyncio.create_task(open_now())
        assert await waits(task)

    assert (await task).digest == opening.sealing.digest_of_all(UUID(tender), [digest], [])


async def test_a_bid_waits_for_an_opening_and_is_refused(met: Scene, market: Market) -> None:
    tender = await invited(met)
    end = await deadline(met, tender)

    async def bid_now() -> None:
        async with market.work(met.parties[2].id, at=end - timedelta(seconds=1)) as work:
            await bid_in(work, met, tender)

    async with market.work(None, role=Role.ENGINE, at=end) as work:
        assert await opening.open_due(work) >= 1
        task = asyncio.create_task(bid_now())
        assert await waits(task)
    with pytest.raises(TenderRefused):
        await task

    assert (await met.mill.get(f"/v1/tenders/{tender}")).json()["bid_digests"] == []


async def test_bids_of_two_bidders_do_not_wait_for_each_other(met: Scene, market: Market) -> None:
    tender = await invited(met)
    async with market.work(met.parties[2].id) as work:
        await queries.share(await _as_engine(work), UUID(tender))

        assert (await asyncio.wait_for(bid(met, tender, 1), 10))["state"] == "standing"


async def _as_engine(work: Work) -> Work:
    await work.as_role(Role.ENGINE)
    return work


async def test_of_bids_that_race_with_the_opening_over_two_apis_the_acknowledged_ones_are_opened(
    met: Scene, market: Market
) -> None:
    tender = await invited(met)
    acknowledged: dict[int, str] = {}
    refused = 0

    async def keep_bidding(caller: httpx.AsyncClient, yard: int) -> None:
        nonlocal refused
        while True:
            answer = await caller.post(f"/v1/tenders/{tender}/bids", json=drafted(met, yard))
            if answer.status_code == 409:
                assert answer.json()["code"] == "tender_refused"
                refused += 1
                return
            assert answer.status_code == 201, answer.text
            acknowledged[yard] = answer.json()["digest"]

    async with serving(market) as second, client(second, met.parties[0]) as opener:
        async with market.superuser() as connection:
            await connection.execute("update tender set deadline = now() + interval '2 seconds' where id = $1", tender)
        callers = [client(second, met.parties[2 + i]) if i % 2 else met.yards[i] for i in range(YARDS)]
        bidders = [asyncio.create_task(keep_bidding(caller, i)) for i, caller in enumerate(callers)]
        while (answer := await opener.post(f"/v1/tenders/{tender}/open")).status_code != 200:
            assert answer.json()["code"] == "tender_refused"
        await asyncio.gather(*bidders)

    assert refused == YARDS
    assert set(acknowledged) == set(range(YARDS))
    found = (await met.mill.get(f"/v1/tenders/{tender}")).json()
    assert found["bid_digests"] == sorted(acknowledged.values())
    assert found["digest"] == digest_by_hand(found)


async def test_two_awards_at_once_give_no_tonne_twice(met: Scene, market: Market) -> None:
    tender = await invited(met, tonnes=100)
    placed = [await bid(met, tender, yard) for yard in range(2)]
    await pass_deadline(market, tender)
    await met.post(met.mill, f"tenders/{tender}/open")

    path = f"/v1/tenders/{tender}/award"
    answers = await asyncio.gather(*(met.mill.post(path, json={"awards": [{"bid_id": one["id"]}]}) for one in placed))

    assert sorted(answer.status_code for answer in answers) == [200, 409]
    assert (await met.mill.get(f"/v1/tenders/{tender}")).json()["remaining_tonnes"] == 0
