"""Deals in tests: a mill, yards and a coordinator, and short ways to bring them to a deal."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from itertools import count
from typing import Any

import httpx

from market.app import Application
from market.parties.structs import Jurisdiction, NewOrganisation
from tests.support.api import client, published
from tests.support.market import LOT, SPEC, Market

_years = count(2100)


class Scene:
    """A spec of `mill`, a lot of each yard that conforms to it, and a coordinator who oversees all of them."""

    def __init__(self, parties: list[NewOrganisation], callers: list[httpx.AsyncClient], days: dict[str, str]) -> None:
        self.parties = parties
        self.mill, self.coordinator, *self.yards = callers
        self.days = days
        self.spec = ""
        self.lots: list[str] = []

    @property
    def yard(self) -> httpx.AsyncClient:
        """The first recycler."""
        return self.yards[0]

    async def post(self, caller: httpx.AsyncClient, path: str, body: Any = None, status: int = 200) -> dict[str, Any]:
        """The answer's body. The status is asserted, with the answer as the message."""
        answer = await caller.post(f"/v1/{path}", json=body) if body is not None else await caller.post(f"/v1/{path}")
        assert answer.status_code == status, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def open(self, caller: httpx.AsyncClient | None = None, lot: int = 0, **more: Any) -> dict[str, Any]:
        """A deal on the spec and a lot, by the mill unless another is named."""
        draft = {"spec_id": self.spec, "lot_id": self.lots[lot]} | more
        return await self.post(caller or self.mill, "deals", draft, 201)

    async def look(self) -> None:
        """Both sides look at their matches, which opens each to the other."""
        await self.mill.get(f"/v1/specs/{self.spec}/matches")
        await self.mill.get(f"/v1/specs/{self.spec}/matches?near_misses=true")
        for yard, lot in zip(self.yards, self.lots, strict=True):
            await yard.get(f"/v1/lots/{lot}/matches")
            await yard.get(f"/v1/lots/{lot}/matches?near_misses=true")


@asynccontextmanager
async def scene(
    market: Market,
    api: Application,
    *,
    yards: int = 1,
    spec: dict[str, Any] | None = None,
    lots: list[dict[str, Any]] | None = None,
    overseen: bool = True,
) -> AsyncIterator[Scene]:
    """In a year of its own, so that listings of two scenes never meet."""
    year = next(_years)
    days = {"from": f"{year}-01-01", "until": f"{year}-03-31"}
    members: list[NewOrganisation] = [await market.organisation("manufacturer", "Deal Mill", prefecture="JP-13")]
    members += [await market.organisation("recycler", f"Deal Yard {i}", prefecture="JP-14") for i in range(yards)]
    jurisdiction = Jurisdiction(members=tuple(one.id for one in members) if overseen else ())
    overseer = await market.organisation("coordinator", "Deal Desk", prefecture=None, jurisdiction=jurisdiction)
    async with AsyncExitStack() as stack:
        parties = [members[0], overseer, *members[1:]]
        callers = [await stack.enter_async_context(client(api, one)) for one in parties]
        found = Scene(parties, callers, days)
        wanted = SPEC | {"delivery": SPEC["delivery"] | days} | (spec or {})  # type: ignore[operator]
        found.spec = await published(found.mill, "specs", wanted)
        for i, yard in enumerate(found.yards):
            changes = lots[i] if lots else {}
            found.lots.append(await published(yard, "lots", LOT | {"available": days} | changes))
        await found.look()
        yield found


TERMS: dict[str, Any] = {
    "price": {"amount": 44000, "currency": "JPY", "per": "t", "incoterm": "DAP"},
    "tonnes": 100,
}


async def negotiating(met: Scene, lot: int = 0, **more: Any) -> str:
    """The id of a deal in which either side may offer, approved where someone oversees it."""
    deal = await met.open(lot=lot, **more)
    taken = await met.post(met.yards[lot], f"deals/{deal['id']}/take-up")
    assert taken["status"] == "negotiating", taken
    return str(deal["id"])


async def newest(caller: httpx.AsyncClient, deal: str) -> dict[str, Any]:
    """The newest offer of the first leg."""
    found: dict[str, Any] = (await caller.get(f"/v1/deals/{deal}/offers")).json()["items"][0]
    return found


async def agreed(met: Scene, lot: int = 0, **terms: Any) -> str:
    """The id of a deal that both sides agreed on."""
    deal = await negotiating(met, lot)
    await met.post(met.yards[lot], f"deals/{deal}/offers", TERMS | terms)
    offer = await newest(met.mill, deal)
    struck = await met.post(met.mill, f"deals/{deal}/offers/{offer['id']}/accept")
    assert struck["status"] == "agreed", struck
    return deal
