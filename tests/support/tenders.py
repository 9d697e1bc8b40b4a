"""Sealed tenders in tests: a scene with several yards, invited, and short ways to bid and to open."""

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx

from market.tenders import opening
from specs.kit import clock
from specs.kit.tenancy import Role
from tests.support.deals import Scene
from tests.support.market import Market

PRICE: dict[str, Any] = {"amount": 43000, "currency": "JPY", "per": "t", "incoterm": "EXW"}


def tomorrow() -> str:
    """A last day for bids."""
    return (clock.today(datetime.now(UTC)) + timedelta(days=1)).isoformat()


async def invited(met: Scene, **more: Any) -> str:
    """The id of a tender of the mill's, to all yards."""
    draft = {"spec_id": met.spec, "deadline": tomorrow()} | more
    return str((await met.post(met.mill, "tenders", draft, 201))["id"])


def drafted(met: Scene, yard: int = 0, **more: Any) -> dict[str, Any]:
    """A bid of a yard for its lot: 100 t."""
    price = PRICE | more.pop("price", {})
    return {"lot_id": met.lots[yard], "price": price, "tonnes": 100, "deliver_from": first(met)} | more


def first(met: Scene) -> str:
    """The first day on which both sides can."""
    return met.days["from"]


async def bid(met: Scene, tender: str, yard: int = 0, **more: Any) -> dict[str, Any]:
    """The bid, as its author is answered."""
    return await met.post(met.yards[yard], f"tenders/{tender}/bids", drafted(met, yard, **more), 201)


async def pass_deadline(market: Market, tender: str) -> None:
    """Its last day is over."""
    async with market.superuser() as connection:
        await connection.execute("update tender set deadline = now() - interval '1 second' where id = $1", tender)


async def opened(met: Scene, market: Market, tender: str) -> dict[str, Any]:
    """As its buyer opens it, after the deadline."""
    await pass_deadline(market, tender)
    return await met.post(met.mill, f"tenders/{tender}/open")


async def open_due(market: Market, at: datetime) -> int:
    """As the worker does, at an instant: how many."""
    async with market.work(None, role=Role.ENGINE, at=at) as work:
        return await opening.open_due(work)


async def codes(caller: httpx.AsyncClient) -> list[str]:
    """What a party was told, the newest first."""
    return [notice["code"] for notice in (await caller.get("/v1/notices")).json()["items"]]


def digest_by_hand(tender: dict[str, Any]) -> str:
    """As the documentation of `get_tender` tells anyone to compute it."""
    lists = (sorted(tender["bid_digests"]), sorted(tender["closed_bid_digests"]))
    count = len(lists[0]).to_bytes(4, "big")
    whole = b"".join(bytes.fromhex(one) for found in lists for one in found)
    return hashlib.sha256(b"capillary.tender.2" + UUID(tender["id"]).bytes + count + whole).hexdigest()
