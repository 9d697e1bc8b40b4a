"""What would leak if the application forgot its own tenant conditions: nothing, the policies stand behind them."""

from uuid import UUID

import asyncpg
import pytest

from specs.kit.tenancy import Role
from specs.listing import queries
from specs.listing.statements import Statements
from specs.listing.structs import Filters
from specs.lot.service import LOTS
from specs.spec.service import SPECS
from tests.support.market import Market, lot, spec


class Forgetful(Statements):
    """The same statements without a word about tenants where they read."""

    def __init__(self, table: str, codes: tuple[str, str]) -> None:
        super().__init__(table, codes)
        for name in ("read", "lock", "revisions", "revision"):
            text = getattr(self, name)
            forgotten = text.replace("l.tenant_id = $1", "$1::uuid is not null").replace(
                "tenant_id = $1 and", "$1::uuid is not null and"
            )
            assert forgotten != text
            setattr(self, name, forgotten)


@pytest.mark.parametrize("name", ["spec", "lot"])
async def test_forgotten_conditions_still_show_nothing_of_others(market: Market, name: str) -> None:
    rival, firm = await market.organisation("processor"), await market.organisation("processor")
    async with market.work(rival.id) as work:
        made = await (
            SPECS.create(work, spec(), publish=True) if name == "spec" else LOTS.create(work, lot(), publish=True)
        )
    listings = SPECS if name == "spec" else LOTS
    sql = Forgetful(name, listings.kind.codes)
    async with market.work(firm.id) as work:
        assert await queries.read(work, sql, made.id) is None
        assert await queries.lock(work, sql, made.id) is None
        assert await queries.revisions(work, sql, made.id, 99, 10) == []
        assert await queries.revision(work, sql, made.id, 1) is None
        assert await queries.page(work, sql, Filters(), None, 100, overseen=True) == []
    async with market.work(rival.id) as work:
        assert await queries.read(work, sql, made.id) is not None


@pytest.mark.parametrize("name", ["spec", "lot"])
async def test_forgotten_conditions_still_change_nothing_of_others(market: Market, name: str) -> None:
    rival, firm = await market.organisation("processor"), await market.organisation("processor")
    async with market.work(rival.id) as work:
        await SPECS.create(work, spec(), publish=True)
        await LOTS.create(work, lot(), publish=True)
    for role in (Role.TENANT, Role.COUNTERPARTY, Role.COORDINATOR):
        assert await changed(market, firm.id, role, f"update {name} set status = 'cancelled'") in (
            "UPDATE 0",
            "refused",
        )
        assert await changed(market, firm.id, role, f"delete from {name}_revision") == "refused"


async def changed(market: Market, tenant: UUID, role: Role, statement: str) -> str:
    try:
        async with market.work(tenant, role) as work:
            done: str = await work.connection.execute(statement)
            return done
    except asyncpg.InsufficientPrivilegeError:
        return "refused"
