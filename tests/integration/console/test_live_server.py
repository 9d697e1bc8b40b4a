"""Live events from a real server: over HTTP, across a restart, and none the worse for a server that stops."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx

from market.alerts import service as notices
from market.alerts.codes import Code
from market.app import Application
from tests.support.api import settings
from tests.support.console import signed_in
from tests.support.market import Market
from tests.support.served import served

# the grace that requests in flight are given
GRACE = 5.0


async def events(answer: httpx.Response) -> AsyncIterator[tuple[str, str]]:
    """Name and id of each."""
    found: dict[str, str] = {}
    async for line in answer.aiter_lines():
        name, _, value = line.partition(":")
        if not line and "event" in found:
            yield found["event"], found["id"]
        found = found | {name: value.strip()} if line else {}


async def test_a_page_outlives_its_server_and_misses_nothing(market: Market, api: Application, tmp_path: Path) -> None:
    party = await market.organisation()
    async with signed_in(api, market, party) as browser:
        cookies = {"capillary": browser.http.cookies["capillary"]}
    with served(settings(market, documents=str(tmp_path))) as server:
        async with httpx.AsyncClient(base_url=server.address, cookies=cookies, timeout=10) as http:
            async with http.stream("GET", "/console/live") as answer:
                told = events(answer)
                _, seen = await anext(told)
                took = server.stop()
                left = [event async for event in told]
            async with market.work(party.id) as work:
                await notices.tell(work, party.id, Code.ORGANISATION_VERIFIED, {}, "organisation", party.id)
            server.start()
            async with http.stream("GET", "/console/live", headers={"last-event-id": seen}) as answer:
                name, _ = await anext(events(answer))
    assert answer.headers["content-type"] == "text/event-stream; charset=utf-8"
    assert left == []
    assert took < GRACE
    assert name == "notices"


async def test_nobody_follows_without_a_session(api: Application) -> None:
    transport = httpx.ASGITransport(api)
    async with httpx.AsyncClient(transport=transport, base_url="http://capillary.test") as http:
        answer = await http.get("/console/live")
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/console/sign-in")
