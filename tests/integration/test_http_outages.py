"""PostgreSQL goes away in the middle of a request: the caller is told to try again, not of an error of ours."""

import asyncio

import httpx
import pytest

from market.http import examples
from tests.support.api import client, serving
from tests.support.market import Market

WAITING = "select pid from pg_stat_activity where usename = 'capillary_app' and wait_event_type = 'Lock'"


async def cut_off_in_the_middle(market: Market, request: asyncio.Task[httpx.Response]) -> None:
    """End the session that waits for a lock on the lots."""
    async with market.superuser() as other:
        while (pid := await other.fetchval(WAITING)) is None:
            assert not request.done()
            await asyncio.sleep(0.01)
        await other.execute("select pg_terminate_backend($1, 1000)", pid)


@pytest.mark.parametrize("step", ["the one statement of a new lot", "the transaction of a publication"])
async def test_a_session_that_ends_in_the_middle_of_a_request_is_503(market: Market, step: str) -> None:
    yard = await market.organisation("recycler", step)
    async with serving(market) as api, client(api, yard) as caller, market.superuser() as gate:
        place = (await caller.post("/v1/lots", json=examples.LOT)).headers["location"]
        path, body = ("/v1/lots", examples.LOT) if "lot" in step else (f"{place}/publish", None)
        async with gate.transaction():
            await gate.execute("lock table lot in access exclusive mode")
            request = asyncio.create_task(caller.post(path, json=body))
            await cut_off_in_the_middle(market, request)
            answer = await request
        assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
        assert answer.headers["retry-after"] == "1"
        assert (await caller.post(path, json=body)).status_code in (200, 201)
