"""Deals on their way in tests: contracted, portions dispatched and received, and what is left of both listings."""

from typing import Any
from uuid import UUID

import httpx

from market.deals import deadlines
from market.http.examples import ACCEPTANCE, CONTRACT_TERMS, RECEIPT
from specs.kit import clock
from specs.kit.tenancy import Role
from tests.support.deals import Scene, agreed
from tests.support.market import Market

# everything in order, so that nothing is deducted
GOOD = [
    {"analyte": "Cu", "value": 0.2, "unit": "%", "uncertainty": 0.005},
    {"analyte": "Cr", "value": 0.05, "unit": "%"},
    {"analyte": "Ni", "value": 0.04, "unit": "%"},
    {"analyte": "Mo", "value": 0.01, "unit": "%"},
]


async def contracted(met: Scene, lot: int = 0, **terms: Any) -> str:
    """The id of a deal that both sides signed, under the contract of the example unless another is given."""
    deal = await agreed(met, lot, **{"contract": CONTRACT_TERMS} | terms)
    await met.post(met.mill, f"deals/{deal}/contract")
    signed = await met.post(met.yards[lot], f"deals/{deal}/contract")
    assert signed["status"] == "contracted", signed
    return deal


async def planned(met: Scene, deal: str, tonnes: float = 40, lot: int = 0) -> str:
    """The path of a portion to come."""
    made = await met.post(met.yards[lot], f"deals/{deal}/deliveries", {"tonnes": tonnes}, 201)
    return f"deals/{deal}/deliveries/{made['id']}"


async def dispatched(met: Scene, deal: str, tonnes: float = 40, lot: int = 0) -> str:
    """The path of a portion on its way."""
    path = await planned(met, deal, tonnes, lot)
    sent = await met.post(met.yards[lot], f"{path}/dispatch", {"tonnes": tonnes, "carrier": "Keihin Unyu"})
    assert sent["state"] == "dispatched", sent
    return path


async def received(met: Scene, deal: str, tonnes: float = 40, lot: int = 0, **more: Any) -> str:
    """The path of a portion that was measured, as in the example unless otherwise said."""
    path = await dispatched(met, deal, tonnes, lot)
    arrived = await met.post(met.mill, f"{path}/receive", RECEIPT | {"tonnes": tonnes} | more)
    assert arrived["state"] == "received", arrived
    return path


async def accepted(met: Scene, deal: str, tonnes: float = 40, lot: int = 0) -> str:
    """The path of a portion that was taken with the contract's deductions."""
    path = await received(met, deal, tonnes, lot)
    await met.post(met.mill, f"{path}/accept", ACCEPTANCE)
    return path


async def settled(met: Scene, deal: str, tonnes: float = 40, lot: int = 0) -> str:
    """The path of a portion that is paid."""
    path = await accepted(met, deal, tonnes, lot)
    await met.post(met.yards[lot], f"{path}/settle")
    return path


async def remaining(met: Scene, lot: int = 0) -> tuple[float, float]:
    """Tonnes left of the spec and of a lot, as their owners see them."""
    spec = (await met.mill.get(f"/v1/specs/{met.spec}")).json()
    own = (await met.yards[lot].get(f"/v1/lots/{met.lots[lot]}")).json()
    return spec["remaining_tonnes"], own["remaining_tonnes"]


async def stock(market: Market, deal: str) -> dict[str, tuple[int, int]]:
    """Kilograms of the deal's reservations by state: of the spec, and of its lots."""
    async with market.superuser() as connection:
        rows = await connection.fetch(
            """select r.state, coalesce(sum(r.kg) filter (where r.spec_id is not null), 0)::bigint as spec,
                 coalesce(sum(r.kg) filter (where r.lot_id is not null), 0)::bigint as lots
               from reservation r join deal_leg l on l.id = r.leg where l.deal_id = $1 group by r.state""",
            UUID(deal),
        )
    return {row["state"]: (row["spec"], row["lots"]) for row in rows}


async def oversee(market: Market, met: Scene) -> None:
    """From now on the scene's coordinator oversees the mill."""
    async with market.superuser() as connection:
        await connection.execute(
            "insert into jurisdiction (tenant_id, id, member_id) values ($1, gen_random_uuid(), $2)",
            met.parties[1].id,
            met.parties[0].id,
        )


async def told(caller: httpx.AsyncClient) -> list[str]:
    """Codes of the caller's notices, the newest first."""
    return [item["code"] for item in (await caller.get("/v1/notices")).json()["items"]]


async def acts(caller: httpx.AsyncClient, deal: str) -> list[str]:
    """What the caller reads in the trail of a deal, the oldest first."""
    items = (await caller.get(f"/v1/deals/{deal}/events?limit=200")).json()["items"]
    return [item["act"] for item in reversed(items)]


async def overdue(market: Market, deal: str) -> None:
    """The window of what is dealt in and its grace have passed; the sweeper has not run since."""
    async with market.superuser() as connection:
        await connection.execute(
            """update spec_revision r set content = jsonb_set(r.content, '{delivery,until}', '"2020-01-31"')
               from deal d where d.id = $1 and r.tenant_id = d.tenant_id and r.id = d.spec_id""",
            UUID(deal),
        )
        await connection.execute("update deal set deadline = now() where id = $1", UUID(deal))


async def waiting(market: Market, deal: str) -> None:
    """Every portion that was dispatched was so a month ago."""
    async with market.superuser() as connection:
        await connection.execute(
            """update delivery set dispatched_on = dispatched_on - 30, received_on = received_on - 30
               where deal_id = $1""",
            UUID(deal),
        )
        await connection.execute("update deal set deadline = now() where id = $1", UUID(deal))


async def reminded(market: Market) -> int:
    """The sweeper runs: of how many deals a day had passed."""
    async with market.work(None, role=Role.ENGINE, at=clock.now()) as work:
        return await deadlines.remind(work)
