"""Deals under load and faults, over real HTTP: a tonne is sold once, and an agreement is whole or is not.

Two API processes throughout, one of which is killed again and again. Budget: 90 seconds on two cores.
"""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Any

import httpx
import pytest
import pytest_asyncio

from market.parties.structs import NewOrganisation
from tests.support.api import settings
from tests.support.deals import TERMS
from tests.support.listening import ApiProcess
from tests.support.market import LOT, SPEC, Market
from tests.support.postgres import Cluster

pytestmark = pytest.mark.faults

PARTIES = 200
EACH, WHOLE = 20, 1_000
KILLS = 8
DAYS = {"from": "2090-01-01", "until": "2090-03-31"}


@pytest_asyncio.fixture
async def market(postgres: Cluster) -> AsyncIterator[Market]:
    async with postgres.database() as (name, database):
        yield Market(postgres, name, database)


@pytest_asyncio.fixture
async def apis(market: Market) -> AsyncIterator[list[ApiProcess]]:
    found = [ApiProcess(settings(market)) for _ in range(2)]
    for api in found:
        api.start()
    yield found
    for api in found:
        api.stop()


@pytest_asyncio.fixture
async def bazaar(market: Market, apis: list[ApiProcess]) -> AsyncIterator["Bazaar"]:
    yard = await market.organisation("recycler", "The Yard")
    async with httpx.AsyncClient(timeout=60, limits=httpx.Limits(max_connections=48)) as http:
        yield Bazaar(apis, http, yard)


class Bazaar:
    """One yard with one lot, and many mills with a spec each, at both processes in turn."""

    def __init__(self, apis: Sequence[ApiProcess], http: httpx.AsyncClient, yard: NewOrganisation) -> None:
        self.apis = apis
        self.http = http
        self.yard = yard
        self._turns = 0

    async def send(self, method: str, by: NewOrganisation, path: str, body: Any = None) -> httpx.Response:
        self._turns += 1
        address = self.apis[self._turns % len(self.apis)].address
        headers = {"authorization": f"Bearer {by.api_key}"}
        return await self.http.request(method, f"{address}/v1/{path}", json=body, headers=headers)

    async def done(self, method: str, by: NewOrganisation, path: str, body: Any = None) -> Any:
        """Other cases of the same second may be refused for a moment; these preparations try again."""
        while True:
            answer = await self.send(method, by, path, body)
            if answer.status_code != 503:
                assert answer.is_success, answer.text
                return answer.json()
            await asyncio.sleep(0.05)

    async def publish(self, by: NewOrganisation, noun: str, body: dict[str, Any]) -> str:
        made = await self.done("POST", by, noun, body)
        await self.done("POST", by, f"{noun}/{made['id']}/publish")
        return str(made["id"])


async def each(people: Sequence[Any], act: Callable[[Any], Awaitable[Any]], at_once: int = 24) -> list[Any]:
    """All of them, so many at a time."""
    gate = asyncio.Semaphore(at_once)

    async def one(person: Any) -> Any:
        async with gate:
            return await act(person)

    return await asyncio.gather(*map(one, people))


async def ready_to_accept(market: Market, bazaar: Bazaar, mills: int) -> tuple[str, list[Any]]:
    """(lot, (mill, deal, offer) …): every mill has an offer of the yard's for some of the one lot."""
    yard = bazaar.yard
    buyers = [await market.organisation("manufacturer", f"Mill {i}") for i in range(mills)]
    lot = await bazaar.publish(yard, "lots", LOT | {"available": DAYS, "quantity": {"tonnes": WHOLE}})

    async def prepare(mill: NewOrganisation) -> tuple[NewOrganisation, str, str]:
        wanted = SPEC | {"quantity": {"tonnes": EACH}, "delivery": SPEC["delivery"] | DAYS}  # type: ignore[operator]
        spec = await bazaar.publish(mill, "specs", wanted)
        await bazaar.done("GET", mill, f"specs/{spec}/matches")
        deal = (await bazaar.done("POST", mill, "deals", {"spec_id": spec, "lot_id": lot}))["id"]
        await bazaar.done("POST", yard, f"deals/{deal}/take-up")
        await bazaar.done("POST", yard, f"deals/{deal}/offers", TERMS | {"tonnes": EACH})
        offers = await bazaar.done("GET", mill, f"deals/{deal}/offers")
        return mill, deal, offers["items"][0]["id"]

    return lot, await each(buyers, prepare)


async def stock(market: Market, lot: str) -> tuple[int, int, int, int]:
    """(kg of the lot reserved, kg of specs reserved, agreed deals, acceptances in their chains)."""
    async with market.superuser() as connection:
        return tuple(  # type: ignore[return-value]
            await connection.fetchrow(
                """select (select coalesce(sum(kg), 0) from reservation where lot_id = $1::uuid)::bigint,
                          (select coalesce(sum(kg), 0) from reservation where spec_id is not null)::bigint,
                          (select count(*) from deal where status = 'agreed'),
                          (select count(*) from chain_event where action = 'deal.accept')""",
                lot,
            )
        )


async def test_two_hundred_parties_race_for_the_last_tonnes(market: Market, bazaar: Bazaar) -> None:
    lot, ready = await ready_to_accept(market, bazaar, PARTIES)

    async def accept(case: tuple[NewOrganisation, str, str]) -> httpx.Response:
        mill, deal, offer = case
        while True:
            answer = await bazaar.send("POST", mill, f"deals/{deal}/offers/{offer}/accept")
            # shed, not refused: the same request again
            if answer.status_code != 503:
                return answer

    answers = await each(ready, accept, at_once=PARTIES)

    won = WHOLE // EACH
    assert Counter(answer.status_code for answer in answers) == {200: won, 409: PARTIES - won}
    assert {answer.json()["code"] for answer in answers if answer.status_code == 409} == {"stock_taken"}
    assert await stock(market, lot) == (WHOLE * 1000, WHOLE * 1000, won, won)
    remaining = (await bazaar.done("GET", bazaar.yard, f"lots/{lot}"))["remaining_tonnes"]
    assert remaining == 0


async def test_an_api_that_is_killed_while_agreeing_leaves_everything_or_nothing(
    market: Market, apis: list[ApiProcess], bazaar: Bazaar
) -> None:
    lot, ready = await ready_to_accept(market, bazaar, 4 * KILLS)
    whims = random.Random(7)

    async def accept(case: tuple[NewOrganisation, str, str]) -> None:
        mill, deal, offer = case
        with suppress(httpx.TransportError):
            await bazaar.send("POST", mill, f"deals/{deal}/offers/{offer}/accept")

    for i in range(KILLS):
        some = ready[i * 4 : i * 4 + 4]
        tasks = [asyncio.create_task(accept(case)) for case in some]
        await asyncio.sleep(whims.uniform(0.0, 0.03))
        apis[0].kill()
        await asyncio.gather(*tasks)
        await asyncio.to_thread(apis[0].start)

    on_lot, on_specs, agreed, accepted = await stock(market, lot)
    assert on_lot == on_specs == agreed * EACH * 1000
    assert accepted == agreed
    # whatever the kills left undone can be done now
    await each(ready, accept)
    left = len(ready) * EACH * 1000
    assert await stock(market, lot) == (left, left, len(ready), len(ready))
