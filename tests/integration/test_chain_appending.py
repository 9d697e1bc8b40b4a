"""Writing audit chains: who may, in whose name, and what a race or a killed transaction leaves behind."""

import asyncio
import base64
from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import asyncpg
import msgspec
import pytest

from market.adapters.db import open_database
from specs.kit import chain, paging, proof
from specs.kit.errors import InvalidCursor, Unavailable
from specs.kit.tenancy import Role
from tests.support.chains import entry, grown, verified
from tests.support.market import AT, Market
from tests.support.postgres import SECRET

RACERS = 24
APPENDS = 2_000
APPLICATION = tuple(Role)
WRITES = (
    "insert into chain_event select * from chain_event",
    "update chain_event set action = 'x'",
    "delete from chain_event",
    "truncate chain_event",
    "insert into chain_payload values (gen_random_uuid(), 1, null, null)",
    "update chain_payload set payload = null, salt = null",
    "delete from chain_payload",
    "insert into chain_head values (gen_random_uuid(), 1, '')",
    "update chain_head set seq = 1",
    "delete from chain_head",
    "select chain_put(gen_random_uuid(), now(), null, null, 'x', 'x', gen_random_uuid(), '{}', '{}', null)",
)


async def test_two_thousand_appends_at_once_make_one_chain_without_a_fork(market: Market) -> None:
    firm, about = await market.organisation(), uuid4()
    database = await open_database(market.cluster.dsn(market.name), SECRET, most=RACERS, least=RACERS)
    left = iter(range(APPENDS))

    async def race() -> None:
        for number in left:
            async with database.work(firm.id) as work:
                await chain.append(work, entry(about, firm.id, number=number))

    try:
        await asyncio.gather(*(race() for _ in range(RACERS)))
    finally:
        await database.close()
    verdict = await verified(market, about)
    assert (verdict.chains, verdict.events, verdict.broken) == (1, APPENDS, None)
    async with market.superuser() as connection:
        forks = await connection.fetchval(
            "select count(*) - count(distinct previous) from chain_event where chain = $1 and seq > 1", about
        )
    assert forks == 0


@pytest.mark.parametrize("statement", WRITES)
@pytest.mark.parametrize("role", [*APPLICATION, "capillary_owner"])
async def test_no_role_writes_a_chain_by_hand(market: Market, role: str, statement: str) -> None:
    firm = await market.organisation()
    await grown(market, firm, 1)
    async with market.superuser() as connection:
        await connection.execute(f"set role {role}")
        await connection.execute("select set_config('app.tenant_id', $1, false)", str(firm.id))
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute(statement)


@pytest.mark.parametrize("role", APPLICATION)
async def test_no_role_of_the_application_erases(market: Market, role: Role) -> None:
    firm = await market.organisation()
    about = await grown(market, firm, 1)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with market.work(firm.id, role) as work:
            await work.connection.execute("select chain_erase($1, 1, 'x', now())", about)


@pytest.mark.parametrize("role", APPLICATION)
async def test_every_role_of_the_application_appends_for_its_tenant(market: Market, role: Role) -> None:
    firm, about = await market.organisation(), uuid4()
    async with market.work(firm.id, role) as work:
        assert [await chain.append(work, entry(about, firm.id)) for _ in range(2)] == [1, 2]
    assert (await verified(market, about)).events == 2


@pytest.mark.parametrize("role", APPLICATION)
async def test_nobody_appends_in_the_name_of_another(market: Market, role: Role) -> None:
    firm, rival = await market.organisation(), await market.organisation()
    async with market.work(firm.id, role) as work:
        await work.connection.execute("savepoint before")
        work.tenant = rival.id
        with pytest.raises(asyncpg.InsufficientPrivilegeError, match="name of its own tenant"):
            await chain.append(work, entry(uuid4(), rival.id))
        await work.connection.execute("rollback to before")


async def test_without_a_tenant_only_the_engine_appends(market: Market) -> None:
    for role in APPLICATION:
        about = uuid4()
        if role is Role.ENGINE:
            async with market.work(None, role) as work:
                assert await chain.append(work, entry(about)) == 1
        else:
            with pytest.raises(asyncpg.InsufficientPrivilegeError, match="name of its own tenant"):
                async with market.work(None, role) as work:
                    await chain.append(work, entry(about))


async def test_nobody_pretends_that_a_payload_was_erased(market: Market) -> None:
    firm = await market.organisation()
    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="erasure"):
        async with market.work(firm.id) as work:
            await chain.append(work, entry(uuid4(), firm.id, action=proof.ERASURE, seq=1))


async def test_a_killed_transaction_leaves_nothing_and_the_next_goes_on_from_there(market: Market) -> None:
    firm = await market.organisation()
    about = await grown(market, firm, 3)

    async def killed() -> None:
        async with market.work(firm.id) as work:
            assert await chain.append(work, entry(about, firm.id)) == 4
            backend = await work.connection.fetchval("select pg_backend_pid()")
            await above.execute("select pg_terminate_backend($1)", backend)

    async with market.superuser() as above:
        with pytest.raises(Unavailable):
            await killed()
        left = await above.fetchval("select count(*) from chain_payload where chain = $1", about)
    assert left == 3
    async with market.work(firm.id) as work:
        assert await chain.append(work, entry(about, firm.id)) == 4
    assert (await verified(market, about)).broken is None


async def test_an_event_says_who_did_what_when_and_keeps_every_digit_of_money(market: Market) -> None:
    firm, person, about = await market.organisation(), uuid4(), uuid4()
    told = entry(about, firm.id, price=Decimal("45000.10"), note="秘")
    async with market.work(firm.id, actor=person, request_id="r-7", at=AT + timedelta(microseconds=1)) as work:
        await chain.append(work, told)
        ((event,), more) = await chain.page(work, about, 10)
    assert more is None
    assert (event.seq, event.at, event.previous) == (1, AT + timedelta(microseconds=1), None)
    assert (event.actor_tenant, event.actor, event.action) == (firm.id, person, "offer")
    assert (event.object_kind, event.object_id) == ("deal", told.object_id)
    assert event.payload is not None
    assert bytes(event.payload) == '{"note": "秘", "price": 45000.10}'.encode()


async def test_a_chain_is_read_newest_first_in_pages(market: Market) -> None:
    firm = await market.organisation()
    about = await grown(market, firm, 5)
    seen, cursor = [], None
    async with market.work(firm.id) as work:
        while True:
            events, cursor = await chain.page(work, about, 2, cursor)
            seen.append([msgspec.json.decode(event.payload)["tonnes"] for event in events])
            if cursor is None:
                break
        _, cursor = await chain.page(work, about, 2)
        with pytest.raises(InvalidCursor):
            await chain.page(work, uuid4(), 2, cursor)
    assert seen == [[4, 3], [2, 1], [0]]


async def test_a_cursor_does_not_tell_how_much_happened_between_others(market: Market) -> None:
    firm, rival = await market.organisation(), await market.organisation()
    about = uuid4()
    async with market.work(rival.id) as work:
        for _ in range(3):
            await chain.append(work, entry(about, rival.id))
            await chain.append(work, entry(about, rival.id, firm.id))
    async with market.work(firm.id) as work:
        _, cursor = await chain.page(work, about, 1)
    assert cursor is not None
    held = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))[paging._TAG :]
    assert msgspec.msgpack.decode(held) == 3


async def test_an_event_and_its_payload_are_read_by_its_audience_only(market: Market) -> None:
    mill, yard, rival, ministry = [await market.organisation() for _ in range(4)]
    about = uuid4()
    async with market.work(mill.id) as work:
        await chain.append(work, entry(about, mill.id, yard.id, ministry.id))
        await chain.append(work, entry(about, mill.id, rival.id))
        await chain.append(work, entry(about, mill.id))
    expected = {mill.id: 3, yard.id: 1, rival.id: 1, ministry.id: 1, (await market.organisation()).id: 0}
    for role in (Role.TENANT, Role.COORDINATOR):
        for tenant, count in expected.items():
            async with market.work(tenant, role) as work:
                events, _ = await chain.page(work, about, 10)
                payloads = await work.connection.fetchval("select count(*) from chain_payload where chain = $1", about)
            assert (len(events), payloads) == (count, count)
    async with market.work(None) as work:
        assert await work.connection.fetchval("select count(*) from chain_event") == 0
    async with market.owner() as connection:
        assert await connection.fetchval("select count(*) from chain_event") == 0
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with market.work(mill.id, Role.COUNTERPARTY) as work:
            await chain.page(work, about, 10)
