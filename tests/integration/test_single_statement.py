"""Reads and creates that are one statement and set the tenant themselves: the same rows as in a transaction, under
the same policies, and no trace of the tenant afterwards.
"""

import asyncpg
import msgspec
import pytest

from specs.kit.idempotency import keyed
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


async def test_a_create_needs_no_transaction_around_it(market: Market) -> None:
    tenant, rival = (await market.organisation()).id, (await market.organisation()).id
    async with market.work(tenant, begin=False) as work:
        made = await LOTS.create(work, lot(), publish=True)
        assert not work.begun
        assert await work.connection.fetchval("select current_setting('app.tenant_id', true)") in (None, "")
    async with market.work(tenant) as work:
        read = await LOTS.read(work, made.id)
    assert msgspec.json.decode(read.body) == msgspec.json.decode(made.body)
    async with market.superuser() as above:
        told = await above.fetch("select tenant_id, topic from outbox where object_id = $1", made.id)
        noted = await above.fetch("select tenant_id, action from audit_event where object_id = $1", made.id)
    assert [tuple(row) for row in told] == [(tenant, "lot.changed")]
    assert [tuple(row) for row in noted] == [(tenant, "create")]
    assert await queries.own(market.database, LOTS.sql, rival, made.id) is None


async def test_a_repeated_create_gets_its_first_answer_from_a_transaction(market: Market) -> None:
    tenant = (await market.organisation()).id
    once = keyed("/v1/lots", "the same", b"{}")
    answers = []
    for _ in range(2):
        async with market.work(tenant, begin=False) as work:
            answers.append(await LOTS.create(work, lot(), request=once))
    assert [answer.replayed for answer in answers] == [False, True]
    assert answers[0].body == answers[1].body


@pytest.mark.parametrize("key", [None, "a key"])
async def test_policies_judge_the_tenant_that_the_statement_set(market: Market, key: str | None) -> None:
    tenant, rival = (await market.organisation()).id, (await market.organisation()).id
    other = LOTS.sql.create.replace("$1::uuid::text", f"'{rival}'")
    request = key and keyed("/v1/lots", key, b"{}")
    listings = Listings(LOTS.kind)
    listings.sql.create = other
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with market.work(tenant, begin=False) as work:
            await listings.create(work, lot(), request=request or None)
