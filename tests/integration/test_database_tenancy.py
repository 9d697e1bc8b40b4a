"""Row-level security seen from SQL: what each party reaches when no application code stands in the way."""

import asyncio
from uuid import UUID, uuid4

import asyncpg
import pytest

from market.adapters.db import open_database
from market.parties.structs import Jurisdiction
from specs.kit.tenancy import Role, Work
from specs.listing.structs import Status
from specs.lot.service import LOTS
from specs.spec.service import SPECS
from tests.support.market import Market, lot, spec
from tests.support.postgres import SECRET

READABLE = (
    "organisation", "jurisdiction", "app_user", "api_key", "spec", "spec_revision", "lot", "lot_revision", "assay",
    "reservation", "matched", "access_grant", "idempotency", "audit_event", "upgrade_offer", "notice",
    "document", "document_link", "document_share", "permit", "tender", "bid",
)  # fmt: skip


async def lots(work: Work) -> set[UUID]:
    """Every lot that the transaction's role and tenant reach."""
    return {row[0] for row in await work.connection.fetch("select id from lot")}


async def active_lot(market: Market, tenant: UUID, **changes: object) -> UUID:
    async with market.work(tenant) as work:
        return (await LOTS.create(work, lot(**changes), publish=True)).id


@pytest.mark.parametrize("table", READABLE)
async def test_a_tenant_reads_nothing_of_another(market: Market, table: str) -> None:
    firm, rival = await market.organisation("processor"), await market.organisation("processor")
    for tenant in (firm.id, rival.id):
        await active_lot(market, tenant)
        async with market.work(tenant) as work:
            await SPECS.create(work, spec(), publish=True)
    column = {"organisation": "id", "access_grant": "viewer_tenant", "document_share": "owner_tenant"}.get(
        table, "tenant_id"
    )
    async with market.work(firm.id) as work:
        seen = {row[0] for row in await work.connection.fetch(f"select {column} from {table}")}
    assert seen <= {firm.id}
    async with market.work(None) as work:
        assert await work.connection.fetchval(f"select count(*) from {table}") == 0


@pytest.mark.parametrize("table", ["spec", "lot", "app_user", "idempotency", "api_key", "assay"])
async def test_a_tenant_cannot_write_into_another(market: Market, table: str) -> None:
    firm, rival = await market.organisation("processor"), await market.organisation("processor")
    await active_lot(market, rival.id)
    async with market.superuser() as connection:
        before = await connection.fetchval(f"select count(*) from {table} where tenant_id = $1", rival.id)
        columns = await connection.fetch(
            "select column_name from information_schema.columns where table_name = $1 and is_updatable = 'YES'", table
        )
    changed = {"api_key": "name = ''", "assay": "position = 9"}.get(table, "tenant_id = tenant_id")
    async with market.work(firm.id) as work:
        touched = await work.connection.execute(f"update {table} set {changed} where tenant_id = $1", rival.id)
    assert touched == "UPDATE 0"
    assert columns
    async with market.superuser() as connection:
        assert await connection.fetchval(f"select count(*) from {table} where tenant_id = $1", rival.id) == before


async def test_a_row_for_another_tenant_is_refused(market: Market) -> None:
    firm, rival = await market.organisation(), await market.organisation()
    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="row-level security"):
        async with market.work(firm.id) as work:
            await work.connection.execute(
                "insert into outbox (tenant_id, topic, object_id, rev) values ($1, 't', $1, 1)", rival.id
            )


async def test_the_owner_of_the_tables_is_a_tenant_like_any_other(market: Market) -> None:
    firm, rival = await market.organisation(), await market.organisation()
    await active_lot(market, rival.id)
    async with market.owner() as connection:
        assert await connection.fetchval("select count(*) from lot") == 0
        async with connection.transaction():
            await connection.execute("select set_config('app.tenant_id', $1, true)", str(firm.id))
            assert await connection.fetchval("select count(*) from lot") == 0
            assert await connection.fetchval("select count(*) from organisation") == 1


async def test_a_used_connection_remembers_neither_tenant_nor_role(market: Market) -> None:
    firm = await market.organisation()
    mine = await active_lot(market, firm.id)
    database = await open_database(market.cluster.dsn(market.name), SECRET, most=1)
    try:
        for role in Role:
            async with database.work(firm.id, role=role) as work:
                await work.connection.fetch("select 1")
            async with database.work(None) as work:
                assert await lots(work) == set()
                assert await work.connection.fetchval("select current_user") == "capillary_app"
            with pytest.raises(RuntimeError):
                async with database.work(firm.id, role=role) as work:
                    raise RuntimeError
            async with database.work(None) as work:
                assert await lots(work) == set()
        async with database.work(firm.id) as work:
            assert await lots(work) == {mine}
    finally:
        await database.close()


async def test_cancelled_work_leaks_neither_rows_nor_connections(market: Market) -> None:
    firms = [await market.organisation() for _ in range(2)]
    own = {firm.id: await active_lot(market, firm.id) for firm in firms}
    database = await open_database(market.cluster.dsn(market.name), SECRET, most=4)

    async def look(tenant: UUID) -> None:
        async with database.work(tenant) as work:
            assert await lots(work) == {own[tenant]}
            await work.connection.execute("select pg_sleep(0.01)")
            assert await lots(work) == {own[tenant]}

    async def cancelled(i: int) -> None:
        task = asyncio.create_task(look(firms[i % 2].id))
        await asyncio.sleep(0.001 * (i % 13))
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    try:
        for start in range(0, 200, 10):
            await asyncio.gather(*(cancelled(start + i) for i in range(10)), look(firms[start % 2].id))
        assert database.pool.get_size() <= 4
        async with database.work(None) as work:
            assert await lots(work) == set()
        assert database.pool.get_idle_size() == database.pool.get_size()
    finally:
        await database.close()


async def test_the_engine_sees_every_listing(market: Market) -> None:
    firms = [await market.organisation() for _ in range(2)]
    own = {await active_lot(market, firm.id) for firm in firms}
    async with market.work(None, Role.ENGINE) as work:
        assert own <= await lots(work)


async def test_a_counterparty_sees_what_a_grant_opens(market: Market) -> None:
    mill, yard = await market.organisation("manufacturer"), await market.organisation()
    shown, hidden = [await active_lot(market, yard.id) for _ in range(2)]
    private = await active_lot(market, yard.id, visibility="private")
    async with market.work(yard.id) as work:
        draft = (await LOTS.create(work, lot())).id
    async with market.work(None, Role.ENGINE) as work:
        for listing in (shown, private, draft):
            await work.connection.execute(
                """insert into access_grant (viewer_tenant, object_kind, object_id, owner_tenant, why)
                   values ($1, 'lot', $2, $3, 'match')""",
                mill.id,
                listing,
                yard.id,
            )
    async with market.work(mill.id, Role.COUNTERPARTY) as work:
        assert await lots(work) == {shown}
    async with market.work(mill.id) as work:
        assert await lots(work) == set()
    async with market.work(yard.id, Role.COUNTERPARTY) as work:
        assert await lots(work) == set()
    assert hidden != shown
    await trust(market, yard.id, verified=False)
    async with market.work(mill.id, Role.COUNTERPARTY) as work:
        assert await lots(work) == set()
    await trust(market, yard.id, verified=True)
    await trust(market, mill.id, verified=False)
    async with market.work(mill.id, Role.COUNTERPARTY) as work:
        assert await lots(work) == set()


async def trust(market: Market, organisation: UUID, *, verified: bool) -> None:
    async with market.superuser() as connection:
        value = "now()" if verified else "null"
        await connection.execute(f"update organisation set verified_at = {value} where id = $1", organisation)


async def test_a_coordinator_sees_its_jurisdiction(market: Market) -> None:
    yokohama, osaka = await market.organisation(prefecture="JP-14"), await market.organisation(prefecture="JP-27")
    here = await active_lot(market, yokohama.id)
    there = await active_lot(market, osaka.id, location={"prefecture": "JP-27"})
    await active_lot(market, yokohama.id, visibility="private")
    async with market.work(yokohama.id) as work:
        await LOTS.create(work, lot())
    every = await market.organisation("coordinator")
    kanagawa = await market.organisation("coordinator", jurisdiction=Jurisdiction(prefectures=("JP-14", "JP-01")))
    programme = await market.organisation("coordinator", jurisdiction=Jurisdiction(members=(osaka.id,)))
    unverified = await market.organisation("coordinator", verified=False)
    pretender = await market.organisation("recycler", prefecture="JP-47")
    ours = {here, there}
    for coordinator, expected in (
        (every, ours), (kanagawa, {here}), (programme, {there}), (unverified, set()), (pretender, set()),
    ):  # fmt: skip
        async with market.work(coordinator.id, Role.COORDINATOR) as work:
            assert await lots(work) & ours == expected
            drafts = await work.connection.fetchval("select count(*) from lot where status = $1", Status.DRAFT.value)
            revisions = await work.connection.fetch("select distinct id from lot_revision")
            assert drafts == 0
            assert {row[0] for row in revisions} & ours == expected
        async with market.work(coordinator.id) as work:
            assert await lots(work) == set()


async def test_an_unverified_coordinator_cannot_verify_itself(market: Market) -> None:
    coordinator = await market.organisation("coordinator", verified=False)
    async with market.work(coordinator.id, Role.COORDINATOR) as work:
        done = await work.connection.execute(
            "update organisation set verified_at = now() where id = $1", coordinator.id
        )
    assert done == "UPDATE 0"


async def test_a_change_of_trust_tells_of_every_active_listing(market: Market) -> None:
    yard = await market.organisation(verified=False)
    mine = await active_lot(market, yard.id)
    async with market.work(yard.id) as work:
        await LOTS.create(work, lot())
    async with market.superuser() as connection:
        await connection.execute("delete from outbox where tenant_id = $1", yard.id)
        before = await connection.fetchval("select changed_xid from lot where id = $1", mine)
    await trust(market, yard.id, verified=True)
    async with market.superuser() as connection:
        told = await connection.fetch("select topic, object_id, rev from outbox where tenant_id = $1", yard.id)
        after = await connection.fetchval("select changed_xid from lot where id = $1", mine)
    assert [tuple(row) for row in told] == [("lot.changed", mine, 1)]
    assert after > before


async def test_a_reservation_makes_its_lot_fresh(market: Market) -> None:
    yard = await market.organisation()
    mine = await active_lot(market, yard.id)
    async with market.superuser() as connection:
        before = await connection.fetchval("select changed_xid from lot where id = $1", mine)
        await connection.execute(
            "insert into reservation (tenant_id, id, lot_id, kg, state) values ($1, $2, $3, 1, 'held')",
            yard.id,
            uuid4(),
            mine,
        )
        assert await connection.fetchval("select changed_xid from lot where id = $1", mine) > before


async def test_a_published_listing_rings_the_doorbell(market: Market) -> None:
    yard = await market.organisation()
    rung = asyncio.Event()

    def ring(*_: object) -> None:
        rung.set()

    async with market.superuser() as connection:
        await connection.add_listener("capillary_outbox", ring)
        await active_lot(market, yard.id)
        await asyncio.wait_for(rung.wait(), 2)
        await connection.remove_listener("capillary_outbox", ring)
