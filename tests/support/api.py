"""The API as a client sees it: httpx over ASGI, on a migrated database, signed in as this or that party."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx

from market.app import Application, create_app
from market.parties.structs import NewOrganisation
from market.settings import Settings
from tests.support.market import Market

# nothing listens there: every test runs with Redis away unless it says otherwise
NO_REDIS = "redis://127.0.0.1:1"


def settings(market: Market, **changes: Any) -> Settings:
    """Settings of an API on the module's database; no rate limit."""
    given: dict[str, Any] = {
        "database_url": market.cluster.dsn(market.name),
        "redis_url": NO_REDIS,
        "secret": "a secret of the tests, 32 or longer",
        "rate_limit": 0,
    }
    return Settings(**given | changes)


@asynccontextmanager
async def serving(market: Market, **changes: Any) -> AsyncIterator[Application]:
    """The app, open."""
    application = create_app(settings(market, **changes))
    async with application.lifespan():
        yield application


def client(application: Application, party: NewOrganisation | None = None, **headers: str) -> httpx.AsyncClient:
    """A client of `party`, or an anonymous one. Errors of the app come as responses, as from a server."""
    sent = dict(headers)
    if party is not None:
        sent["authorization"] = f"Bearer {party.api_key}"
    transport = httpx.ASGITransport(application, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://capillary.test", headers=sent)


async def published(caller: httpx.AsyncClient, noun: str, body: dict[str, Any]) -> str:
    """The id of a listing that is active."""
    made = await caller.post(f"/v1/{noun}", json=body)
    assert made.status_code == 201, made.text
    assert (await caller.post(f"{made.headers['location']}/publish")).status_code == 200
    return str(made.json()["id"])
