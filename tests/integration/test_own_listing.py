"""The owner's one-round-trip read: the same row as the transaction's, and no trace of the tenant afterwards."""

import pytest

from specs.listing import queries
from specs.listing.service import Listings
from specs.lot.service import LOTS
from specs.spec.service import SPECS
from tests.support.market import Market, lot, spec

RESERVE = """insert into reservation (tenant_id, id, {table}_id, kg, state, expires_at) values
  ($1, gen_random_uuid(), $2, 1000, 'held', now() + interval '1 hour'),
  ($1, gen_random_uuid(), $2, 2000, 'held', now() - interval '1 hour'),
  ($1, gen_random_uuid(), $2, 4000, 'committed', null),
  ($1, gen_random_uuid(), $2, 8000, 'released', null)"""


@pytest.mark.parametrize(("listings", "draft"), [(LOTS, lot()), (SPECS, spec())], ids=["lot", "spec"])
async def test_the_owner_sees_the_row_that_a_transaction_shows(
    market: Market, listings: Listings, draft: object
) -> None:
    tenant = (await market.organisation("processor")).id
    async with market.work(tenant) as work:
        made = await listings.create(work, draft, publish=True)
    async with market.superuser() as above:
        await above.execute(RESERVE.format(table=listings.sql.table), tenant, made.id)
    async with market.work(tenant) as work:
        shown = await queries.read(work, listings.sql, made.id)
    own = await queries.own(market.database, listings.sql, tenant, made.id)
    assert own is not None
    assert dict(own) == dict(shown)
    assert own["remaining_kg"] == round(draft.quantity.tonnes * 1000) - 5000


async def test_another_tenant_finds_nothing(market: Market) -> None:
    tenant, rival = (await market.organisation()).id, (await market.organisation()).id
    async with market.work(tenant) as work:
        made = await LOTS.create(work, lot(), publish=True)
    assert await queries.own(market.database, LOTS.sql, rival, made.id) is None


async def test_the_tenant_is_forgotten_with_the_statement(market: Market) -> None:
    tenant = (await market.organisation()).id
    async with market.work(tenant) as work:
        made = await LOTS.create(work, lot())
    async with market.database.pool.acquire() as connection:
        row = await connection.fetchrow(LOTS.sql.own, tenant, made.id)
        assert row["id"] == made.id
        assert await connection.fetchval("select current_setting('app.tenant_id', true)") in (None, "")
        assert await connection.fetchval("select count(*) from lot") == 0


async def test_a_read_survives_connections_that_died(market: Market) -> None:
    tenant = (await market.organisation()).id
    async with market.work(tenant) as work:
        made = await LOTS.create(work, lot())
        pid = work.connection.get_server_pid()
    async with market.superuser() as above:
        await above.execute("select pg_terminate_backend($1)", pid)
    row = await queries.own(market.database, LOTS.sql, tenant, made.id)
    assert row is not None
