"""Each rule that the database itself keeps about deals, broken once by someone whom no policy stops."""

from collections.abc import AsyncIterator
from uuid import UUID

import asyncpg
import pytest
import pytest_asyncio

from market.app import Application
from market.http.examples import CLAIM
from market.parties.structs import Jurisdiction
from tests.support.constraints import CHECK, DEALT, FOREIGN, UNIQUE, breaks, unbroken
from tests.support.deals import agreed, scene
from tests.support.deliveries import accepted, contracted, received
from tests.support.market import Market
from tests.support.statements import put_policy, put_review


@pytest_asyncio.fixture(scope="module")
async def deal(market: Market, api: Application) -> AsyncIterator[UUID]:
    """The id of a deal that is agreed."""
    async with scene(market, api, overseen=False) as met:
        yield UUID(await agreed(met))


@pytest.mark.parametrize(
    "change",
    [
        "version = 0",
        "status = 'sold'",
        "turn = 'bank'",
        "status = 'completed', turn = 'buyer'",
        "opened_as = 'system'",
        "origin = 'rumour'",
        "kg = 0",
        "parties = array[parties[2], parties[1]]",
        "parties = parties[1:1]",
        "taken_up = array[gen_random_uuid()]",
        "names_opened = array[gen_random_uuid()]",
        "signed = array[gen_random_uuid()]",
        "cancelling = array[gen_random_uuid()]",
        "risk_level = 1.1",
        "overdue_since = now()",
        "risk_level = 'NaN'",
    ],
)
async def test_a_deal_keeps_its_rules(market: Market, deal: UUID, change: str) -> None:
    await breaks(market, CHECK, f"update deal set {change} where id = $1", deal)


@pytest.mark.parametrize("change", ["turn = 'bank'", "kg = 0", "seller_tenant = tenant_id"])
async def test_a_leg_keeps_its_rules(market: Market, deal: UUID, change: str) -> None:
    await breaks(market, CHECK, f"update deal_leg set {change} where deal_id = $1", deal)


@pytest.mark.parametrize(
    ("error", "change"), [(CHECK, "lot_rev = 0"), (CHECK, "kg = 0"), (FOREIGN, "lot_id = gen_random_uuid()")]
)
async def test_a_lot_of_a_leg_keeps_its_rules(market: Market, deal: UUID, error: type[Exception], change: str) -> None:
    await breaks(market, error, f"update deal_lot set {change} where deal_id = $1", deal)


@pytest.mark.parametrize(
    "change",
    [
        "no = 0",
        "side = 'coordinator'",
        "state = 'lost'",
        "state = 'standing'",
        "closed_at = null",
        "price = -1",
        "price = 'NaN'",
        "price = 'Infinity'",
        "currency = 'GBP'",
        "kg = 0",
    ],
)
async def test_an_offer_keeps_its_rules(market: Market, deal: UUID, change: str) -> None:
    await breaks(market, CHECK, f"update offer set {change} where deal_id = $1", deal)


async def test_only_one_offer_of_a_leg_stands(market: Market, deal: UUID) -> None:
    columns = "price, currency, kg, content, evaluation, valid_until, created_at"
    statement = f"""insert into offer (tenant_id, id, deal_id, leg_id, seller_tenant, no, side, state, {columns})
select tenant_id, gen_random_uuid(), deal_id, leg_id, seller_tenant, n, side, 'standing', {columns}
from offer, generate_series(2, 3) n where deal_id = $1"""
    await breaks(market, UNIQUE, statement, deal)


@pytest.mark.parametrize("wrong", [{"no": "0"}, {"act": "'praise'"}, {"audience": "'{}'"}, {"audience": "parties[2:]"}])
async def test_a_review_keeps_its_rules(market: Market, deal: UUID, wrong: dict[str, str]) -> None:
    await breaks(market, CHECK, put_review(**wrong), deal)


async def test_a_policy_counts_its_versions(market: Market) -> None:
    firm = await market.organisation("coordinator", jurisdiction=Jurisdiction())
    await breaks(market, CHECK, put_policy(version="0"), firm.id)


@pytest_asyncio.fixture(scope="module")
async def moved(market: Market, api: Application) -> AsyncIterator[UUID]:
    """The id of a deal with a portion that was received, one that was accepted, and an open claim."""
    async with scene(market, api, overseen=False) as met:
        found = await contracted(met)
        await received(met, found)
        path = await accepted(met, found)
        await met.post(met.mill, f"deals/{found}/claims", CLAIM | {"delivery_id": path.rpartition("/")[2]}, 201)
        yield UUID(found)


@pytest.mark.parametrize(
    ("no", "change"),
    [
        (1, "no = 0"),
        (1, "version = 0"),
        (1, "state = 'eaten'"),
        (1, "state = 'lost'"),
        (1, "planned_kg = 0"),
        (1, "declared_kg = 0"),
        (1, "measured_kg = 0"),
        (1, "currency = 'GBP'"),
        # what a state says is there, and nothing else is
        (1, "state = 'dispatched', dispatched_on = null"),
        (1, "state = 'planned', received_on = null, measured_kg = null"),
        (1, "declared_kg = null"),
        (1, "state = 'dispatched'"),
        (1, "measured_kg = null"),
        (1, "received_on = dispatched_on - 1"),
        (1, "state = 'settled'"),
        (1, "accepted_kg = 1"),
        (2, "state = 'received'"),
        (2, "net = null"),
        # what was decided stays as it was decided
        (2, "outcome = 'settled'"),
        (2, "state = 'accepted'"),
        (2, "accepted_kg = -1, booked_kg = 0"),
        (2, "state = 'rejected', outcome = 'rejected'"),
        (2, "booked_kg = accepted_kg + 1"),
        (2, "booked_kg = -1"),
        (2, "net = -1"),
        (2, "net = 'NaN'"),
        (2, "net = 'Infinity'"),
    ],
)
async def test_a_portion_keeps_its_rules(market: Market, moved: UUID, no: int, change: str) -> None:
    await breaks(market, CHECK, f"update delivery set {change} where deal_id = $1 and no = $2", moved, no)


@pytest.mark.parametrize(
    ("error", "change"),
    [
        (CHECK, "no = 0"),
        (CHECK, "version = 0"),
        (CHECK, "by = 'coordinator'"),
        (CHECK, "state = 'lost'"),
        (CHECK, "state = 'settled'"),
        (CHECK, "closed_at = now()"),
        (CHECK, "severity = 'dreadful'"),
        (CHECK, "amount = -1"),
        (CHECK, "amount = 'NaN'"),
        (CHECK, "currency = 'GBP'"),
        (FOREIGN, "delivery_id = gen_random_uuid()"),
        # only what does not come, or is not taken, is about no portion
        (CHECK, "delivery_id = null"),
    ],
)
async def test_a_claim_keeps_its_rules(market: Market, moved: UUID, error: type[Exception], change: str) -> None:
    await breaks(market, error, f"update claim set {change} where deal_id = $1", moved)


@pytest.mark.parametrize("table", ["delivery", "claim"])
async def test_nobody_but_the_engine_writes_portions_and_claims(market: Market, moved: UUID, table: str) -> None:
    async with market.superuser() as connection:
        parties = await connection.fetchval("select parties from deal where id = $1", moved)
    for party in parties:
        async with market.work(party) as work:
            assert await work.connection.fetchval(f"select count(*) from {table} where deal_id = $1", moved)
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with market.work(party) as work:
                await work.connection.execute(f"update {table} set version = 9 where deal_id = $1", moved)
    async with market.work((await market.organisation()).id) as work:
        assert not await work.connection.fetchval(f"select count(*) from {table} where deal_id = $1", moved)


async def test_every_check_of_deals_is_broken_by_a_test_of_this_module(market: Market) -> None:
    assert await unbroken(market, DEALT) == set()
