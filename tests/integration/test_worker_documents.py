"""Posted documents as jobs: whatever is answered at once comes out the same when a worker does it."""

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any

import httpx
import msgspec
import pytest
import pytest_asyncio

from market.app import Application
from market.http.examples import ALLOCATION, BLEND, SITING, UPGRADE
from market.parties.structs import NewOrganisation
from market.runs import service
from market.runs.structs import Order
from market.solving.pool import REGISTRY
from specs.kit import clock
from tests.support.api import client
from tests.support.jobs import running
from tests.support.market import Market

AT_WORST_SECONDS = 30.0
EXAMPLES = {"blend": BLEND, "upgrade": UPGRADE, "allocation": ALLOCATION, "siting": SITING}


@pytest_asyncio.fixture(scope="module")
async def firm(market: Market) -> NewOrganisation:
    return await market.organisation("processor", "Works")


@pytest_asyncio.fixture(scope="module")
async def works(api: Application, firm: NewOrganisation) -> AsyncIterator[httpx.AsyncClient]:
    async with client(api, firm, **{"accept-language": "ja"}) as signed_in:
        yield signed_in


@pytest_asyncio.fixture(scope="module")
async def worker(market: Market) -> AsyncIterator[None]:
    """A runner in this process, with real solver processes."""
    async with running(market, kinds=REGISTRY):
        yield


async def ended(works: httpx.AsyncClient, place: str) -> dict[str, Any]:
    deadline = time.monotonic() + AT_WORST_SECONDS
    while time.monotonic() < deadline:
        body: dict[str, Any] = (await works.get(place)).json()
        if body["state"] not in ("queued", "running"):
            return body
        await asyncio.sleep(0.02)
    raise TimeoutError(body)


@pytest.mark.usefixtures("worker")
@pytest.mark.parametrize("kind", list(EXAMPLES))
async def test_a_job_answers_as_it_would_be_answered_at_once(
    market: Market, firm: NewOrganisation, works: httpx.AsyncClient, kind: str
) -> None:
    body = EXAMPLES[kind]
    at_once = await works.post(f"/v1/{kind}s", json=body)
    assert at_once.status_code == 200, at_once.text
    async with market.work(firm.id, at=clock.now()) as work:
        job = await service.ask(work, Order(kind, msgspec.json.encode(body), "ja"))
    found = await ended(works, f"/v1/jobs/{job.id}")
    assert (found["state"], found["problem"]) == ("done", None)
    assert found["result"] == at_once.json()
