"""A page's stream as a browser reads it, over real HTTP."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import httpx
import msgspec

from market.app import Application
from market.parties.structs import NewOrganisation
from tests.support.console import signed_in
from tests.support.market import Market

_STREAM = re.compile(r'sse-connect="([^"]+)"')


class Event(msgspec.Struct, frozen=True):
    """What the server said, and the id to come back with."""

    name: str
    id: str
    data: str


class OpenPage:
    """A page that somebody reads, by the address of its stream."""

    def __init__(self, http: httpx.AsyncClient, stream: str) -> None:
        self.http = http
        self.stream = stream

    @asynccontextmanager
    async def follow(self, seen: str | None = None) -> AsyncIterator[AsyncIterator[Event]]:
        """Its events, from then on."""
        headers = {} if seen is None else {"last-event-id": seen}
        async with self.http.stream("GET", self.stream, headers=headers) as answer:
            assert answer.status_code == 200
            yield _events(answer)


async def _events(answer: httpx.Response) -> AsyncIterator[Event]:
    found: dict[str, str] = {}
    async for line in answer.aiter_lines():
        name, _, value = line.partition(":")
        if not line and "event" in found:
            yield Event(found["event"], found.get("id", ""), found.get("data", ""))
        found = found | {name: value.strip()} if line else {}


async def next_of(events: AsyncIterator[Event], topic: str, seconds: float = 20.0) -> Event:
    """The next event of a topic, whatever else comes."""
    async with asyncio.timeout(seconds):
        async for event in events:
            if event.name == topic:
                return event
    raise AssertionError(f"the stream ended before any event of {topic}")


async def nothing_of(events: AsyncIterator[Event], topic: str, seconds: float) -> bool:
    """Whether none comes for so long."""
    try:
        return await next_of(events, topic, seconds) is None
    except TimeoutError:
        return True


async def all_of(events: AsyncIterator[Event], topic: str, seconds: float) -> list[Event]:
    """All of a topic that come within so long."""
    found: list[Event] = []
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            async for event in events:
                if event.name == topic:
                    found.append(event)  # noqa: PERF401 - what came before the time is out is kept
    return found


@asynccontextmanager
async def reader(
    api: Application, market: Market, party: NewOrganisation, address: str, language: str = "en"
) -> AsyncIterator[httpx.AsyncClient]:
    """A person of `party` at a real server."""
    async with signed_in(api, market, party, language) as browser:
        cookies = {"capillary": browser.http.cookies["capillary"], "capillary_language": language}
    async with httpx.AsyncClient(base_url=address, cookies=cookies, timeout=30) as http:
        yield http


async def opened(http: httpx.AsyncClient, path: str) -> OpenPage:
    """A page, as it stands now."""
    answer = await http.get(path)
    assert answer.status_code == 200, answer.text[:500]
    found = _STREAM.search(answer.text)
    assert found is not None
    return OpenPage(http, found[1])
