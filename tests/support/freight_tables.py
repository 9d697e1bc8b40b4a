"""Coordinators who set freight tables over HTTP, and what comes of it for a lot in Kanagawa."""

import contextlib
from collections.abc import AsyncIterator
from typing import Any

import httpx
import msgspec

from market.app import Application
from market.http.examples import LOT, SPEC
from market.parties.structs import Jurisdiction
from specs.catalogue.loader import catalogue
from tests.support.api import client
from tests.support.market import Market

SHIPPED = catalogue().shipped
SHIPPED_TABLE = msgspec.json.decode(msgspec.json.encode(catalogue().freight))


def dearer(times: float = 2.0, **changes: Any) -> dict[str, Any]:
    """The shipped table at so many times its fares, for Kanagawa."""
    fares = [fare | {"jpy": fare["jpy"] * times} for fare in SHIPPED_TABLE["fares"]]
    return {"prefectures": ["JP-14"], "table": SHIPPED_TABLE | {"fares": fares}} | changes


@contextlib.asynccontextmanager
async def overseeing(market: Market, api: Application) -> AsyncIterator[dict[str, httpx.AsyncClient]]:
    """Coordinators by what they oversee; `unverified` would oversee everything."""
    async with contextlib.AsyncExitStack() as stack:
        yard = await market.organisation("recycler", "Member")
        found = {}
        for name, jurisdiction in (
            ("ministry", None),
            ("kanto", Jurisdiction(prefectures=("JP-13", "JP-14"))),
            ("programme", Jurisdiction(members=(yard.id,))),
            ("unverified", None),
        ):
            party = await market.organisation(
                "coordinator", name, jurisdiction=jurisdiction, verified=name != "unverified"
            )
            found[name] = await stack.enter_async_context(client(api, party))
            found[name].headers["x-organisation"] = str(party.id)
        yield found


async def made(caller: httpx.AsyncClient, body: dict[str, Any]) -> httpx.Response:
    answer = await caller.post("/v1/freight-tables", json=body)
    assert answer.status_code == 201, answer.text
    return answer


async def evaluated(caller: httpx.AsyncClient) -> tuple[float, list[str]]:
    """Delivered price, and which tables it rests on, of a lot in Kanagawa."""
    answer = await caller.post("/v1/evaluations", json={"spec": SPEC, "lot": LOT})
    assert answer.status_code == 200, answer.text
    return answer.json()["delivered_price"]["amount"], answer.json()["freight"]


async def withdraw_all(market: Market) -> None:
    """Behind a test, so that the next begins with the shipped table alone."""
    async with market.superuser() as above:
        await above.execute("update freight_table set status = 'cancelled'")
