"""What the database itself keeps about people: its rules, each broken once, and whom the application's role sees."""

from uuid import UUID, uuid4

import asyncpg
import pytest
import pytest_asyncio

from market.people import links, queries, sweeping
from market.people.structs import LinkPurpose
from specs.kit.tenancy import Role
from tests.support.constraints import CHECK, FOREIGN, PEOPLED, UNIQUE, breaks, unbroken
from tests.support.market import Market
from tests.support.people import Human, human

SESSION = """insert into console_session (id, person_id, tenant_id, user_id, digest, created_at, last_seen_at,
  expires_at, user_agent) values (gen_random_uuid(), $1, $2, $3, sha256('{token}'), now() - interval '{age}',
  now(), now() - interval '{age}' + interval '7 days', '')"""
ATTEMPT = "insert into sign_in_attempt (key, failed, last_at) values (sha256('{key}'), 1, now() - interval '{age}')"


@pytest_asyncio.fixture(scope="module")
async def someone(market: Market) -> Human:
    """Signed in, with a link."""
    met = await human(market, await market.organisation())
    async with market.database.work(met.tenant) as work:
        await links.make(work, met.user, LinkPurpose.RESET)
    async with market.superuser() as connection:
        await connection.execute(SESSION.format(token="a", age="0"), met.id, met.tenant, met.user)
    return met


@pytest.mark.parametrize(
    ("error", "change"),
    [
        (CHECK, "email = 'Upper@people.test'"),
        (CHECK, "language = 'fr'"),
        # a password, or a hash that is fast to try out
        (CHECK, "password_hash = 'secret'"),
        (CHECK, "totp_confirmed_at = now()"),
    ],
)
async def test_a_person_keeps_its_rules(market: Market, someone: Human, error: type[Exception], change: str) -> None:
    await breaks(market, error, f"update person set {change} where id = $1", someone.id)


async def test_an_address_is_one_persons(market: Market, someone: Human) -> None:
    other = await human(market, await market.organisation())
    await breaks(market, UNIQUE, "update person set email = $2 where id = $1", other.id, someone.email)


async def test_a_person_is_one_user_of_an_organisation(market: Market, someone: Human) -> None:
    statement = """insert into app_user (tenant_id, id, email, name, role, person_id)
                   values ($1, gen_random_uuid(), 'twice@people.test', 'x', 'member', $2)"""
    await breaks(market, UNIQUE, statement, someone.tenant, someone.id)


@pytest.mark.parametrize(
    ("error", "change"),
    [
        (CHECK, "digest = 'short'"),
        (CHECK, "expires_at = created_at"),
        (CHECK, "expires_at = created_at + interval '7 days 1 second'"),
        (CHECK, "user_agent = repeat('x', 121)"),
        (FOREIGN, "user_id = gen_random_uuid()"),
        (FOREIGN, "person_id = gen_random_uuid()"),
    ],
)
async def test_a_session_keeps_its_rules(market: Market, someone: Human, error: type[Exception], change: str) -> None:
    await breaks(market, error, f"update console_session set {change} where person_id = $1", someone.id)


@pytest.mark.parametrize(
    ("error", "change"),
    [
        (CHECK, "purpose = 'favour'"),
        (CHECK, "digest = 'short'"),
        (CHECK, "expires_at = created_at"),
        (CHECK, "expires_at = created_at + interval '7 days 1 second'"),
        (FOREIGN, "user_id = gen_random_uuid()"),
    ],
)
async def test_a_link_keeps_its_rules(market: Market, someone: Human, error: type[Exception], change: str) -> None:
    await breaks(market, error, f"update sign_in_link set {change} where user_id = $1", someone.user)


@pytest.mark.parametrize("values", ["('short', 1, now())", "(sha256('x'), -1, now())"])
async def test_an_attempt_keeps_its_rules(market: Market, values: str) -> None:
    await breaks(market, CHECK, f"insert into sign_in_attempt (key, failed, last_at) values {values}")


async def test_every_check_is_broken_by_a_test_of_this_module(market: Market, someone: Human) -> None:
    assert await unbroken(market, PEOPLED) == set()


async def seen(market: Market, tenant: UUID | None, person: UUID | None) -> tuple[int, int, int]:
    """How many persons, sessions and links the application sees."""
    async with market.database.work(tenant) as work:
        if person is not None:
            await queries.become(work, person)
        row = await work.connection.fetchrow(
            """select (select count(*) from person), (select count(*) from console_session),
                      (select count(*) from sign_in_link)"""
        )
        return tuple(row)


async def test_nobody_lists_people_their_sessions_or_links(market: Market, someone: Human) -> None:
    stranger = await market.organisation()
    assert await seen(market, None, None) == (0, 0, 0)
    assert await seen(market, stranger.id, uuid4()) == (0, 0, 0)
    # an organisation sees the links of its users, and not who they are elsewhere
    assert (await seen(market, someone.tenant, None))[:2] == (0, 0)
    assert (await seen(market, None, someone.id))[:2] == (1, 1)


@pytest.mark.parametrize("role", [Role.ENGINE, Role.COORDINATOR, Role.COUNTERPARTY])
async def test_no_other_role_reads_a_hash(market: Market, someone: Human, role: Role) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with market.database.work(someone.tenant, role=role) as work:
            await work.connection.fetch("select password_hash from person")


async def planted(market: Market, tenant: UUID, person: UUID) -> None:
    """A row of that person by a transaction that became another."""
    async with market.database.work(tenant) as work:
        await queries.become(work, uuid4())
        await queries.add_person(work, person, "planted@people.test", "Planted")


async def test_nobody_writes_a_person_whom_they_did_not_become(market: Market, someone: Human) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await planted(market, someone.tenant, uuid4())


async def test_what_is_over_is_swept_and_nothing_else(market: Market, someone: Human) -> None:
    async with market.superuser() as connection:
        for table in ("console_session", "sign_in_attempt"):
            await connection.execute(f"delete from {table}")
        for token, age in (("b", "7 days"), ("c", "6 days")):
            await connection.execute(SESSION.format(token=token, age=age), someone.id, someone.tenant, someone.user)
        for key, age in (("b", "25 hours"), ("c", "23 hours")):
            await connection.execute(ATTEMPT.format(key=key, age=age))
        await connection.execute("update sign_in_link set created_at = now() - interval '2 h', expires_at = now()")
    async with market.database.work(None, role=Role.ENGINE) as work:
        assert await sweeping.over(work) >= 3
        assert await sweeping.over(work) == 0
    async with market.superuser() as connection:
        left = await connection.fetchrow(
            """select (select count(*) from console_session), (select count(*) from sign_in_attempt),
                      (select count(*) from sign_in_link)"""
        )
    assert tuple(left) == (1, 1, 0)
