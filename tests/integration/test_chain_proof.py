"""Proving audit chains: whatever one row is turned into, the row is named; an erased payload breaks nothing."""

import contextlib
import random
from collections.abc import AsyncIterator
from uuid import UUID, uuid4

import asyncpg
import pytest

from specs.kit import chain, proof
from specs.kit.proof import Broken, Flaw
from tests.support.chains import TAMPERED, entry, grown, verified
from tests.support.market import AT, Market

PLACES = 200
LENGTH = 12


async def erase(market: Market, about: UUID, seq: int) -> int | None:
    async with market.owner() as connection:
        told: int | None = await connection.fetchval("select chain_erase($1, $2, 'asked to', $3)", about, seq, AT)
        return told


@contextlib.asynccontextmanager
async def undone(connection: asyncpg.Connection) -> AsyncIterator[None]:
    """What is done inside is rolled back."""
    undo = connection.transaction()
    await undo.start()
    try:
        yield
    finally:
        await undo.rollback()


async def test_one_row_tampered_with_at_two_hundred_places_is_named_every_time(market: Market) -> None:
    firm = await market.organisation()
    chains = [await grown(market, firm, LENGTH) for _ in range(10)]
    draw, missed = random.Random(12), []
    async with market.superuser() as connection, undone(connection):
        for rule in ("seq", "previous"):
            await connection.execute(f"alter table chain_event drop constraint ck_chain_event_{rule}")
        for number in range(PLACES):
            how = list(TAMPERED)[number % len(TAMPERED)]
            flaw, statements = TAMPERED[how]
            about, seq = draw.choice(chains), draw.randint(1, LENGTH - (how == "swap"))
            async with undone(connection):
                for statement in statements:
                    await connection.execute(statement, about, seq)
                found = (await proof.verify(connection, batch=100)).broken
            if found != Broken(about, seq, flaw):
                missed.append((how, seq, found))
        assert (await proof.verify(connection)).broken is None
    assert missed == []


@pytest.mark.parametrize(("seq", "found"), [(1, (2, Flaw.LINK)), (3, (4, Flaw.LINK)), (LENGTH, (LENGTH, Flaw.HEAD))])
async def test_a_row_that_was_changed_and_digested_anew_breaks_what_follows(
    market: Market, seq: int, found: tuple[int, Flaw]
) -> None:
    about = await grown(market, await market.organisation(), LENGTH)
    async with market.superuser() as connection, undone(connection):
        event = await connection.fetchrow("select * from chain_event where chain = $1 and seq = $2", about, seq)
        await connection.execute(
            "update chain_event set action = 'forged', digest = $3 where chain = $1 and seq = $2",
            *(about, seq, proof.digest(dict(event) | {"action": "forged"})),
        )
        assert (await proof.verify(connection, about)).broken == Broken(about, *found)


async def test_a_well_made_event_behind_the_end_is_named(market: Market) -> None:
    about = await grown(market, await market.organisation(), 3)
    async with market.superuser() as connection, undone(connection):
        event = await connection.fetchrow("select * from chain_event where chain = $1 and seq = 3", about)
        forged = dict(event) | {"seq": 4, "previous": event["digest"]}
        forged["digest"] = proof.digest(forged)
        values = ", ".join(f"${place}" for place in range(1, len(forged) + 1))
        await connection.execute(f"insert into chain_event ({', '.join(forged)}) values ({values})", *forged.values())
        assert (await proof.verify(connection, about)).broken == Broken(about, 4, Flaw.HEAD)


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("delete from chain_event where chain = $1", (1, Flaw.GAP)),
        ("delete from chain_head where chain = $1", (1, Flaw.HEAD)),
        ("update chain_head set seq = 2 where chain = $1", (3, Flaw.HEAD)),
        ("update chain_head set digest = sha256('') where chain = $1", (3, Flaw.HEAD)),
    ],
)
async def test_events_or_an_end_that_are_gone_are_named(
    market: Market, statement: str, found: tuple[int, Flaw]
) -> None:
    about = await grown(market, await market.organisation(), 3)
    async with market.superuser() as connection, undone(connection):
        await connection.execute(statement, about)
        verdict = await proof.verify(connection, about)
    assert (verdict.chains, verdict.broken_chains, verdict.broken) == (1, 1, Broken(about, *found))


async def test_the_first_of_several_broken_chains_is_named_and_all_are_counted(market: Market) -> None:
    firm = await market.organisation()
    chains = sorted([await grown(market, firm, 3) for _ in range(5)])
    async with market.superuser() as connection, undone(connection):
        for about in chains[1:4]:
            await connection.execute(TAMPERED["flip"][1][0], about, 2)
        verdict = await proof.verify(connection, batch=2)
    assert (verdict.broken_chains, verdict.broken) == (3, Broken(chains[1], 2, Flaw.DIGEST))


async def test_an_erased_payload_is_gone_and_the_chain_holds(market: Market) -> None:
    firm = await market.organisation()
    about = await grown(market, firm, 3)
    before = (await verified(market, about)).heads[about]
    assert await erase(market, about, 2) == 4
    verdict = await verified(market, about)
    assert (verdict.events, verdict.broken) == (4, None)
    async with market.work(firm.id) as work:
        (told, third, erased, _), _ = await chain.page(work, about, 10)
    assert (erased.payload, third.digest.hex()) == (None, before)
    assert (told.action, told.actor_tenant, told.object_id) == (proof.ERASURE, None, erased.object_id)
    assert told.payload is not None
    assert bytes(told.payload) == b'{"seq": 2, "reason": "asked to"}'
    async with market.superuser() as connection:
        row = await connection.fetchrow("select salt, payload from chain_payload where chain = $1 and seq = 2", about)
    assert tuple(row) == (None, None)


async def test_what_is_erased_missing_or_an_erasure_is_not_erased(market: Market) -> None:
    about = await grown(market, await market.organisation(), 1)
    assert [await erase(market, about, seq) for seq in (1, 1, 2, 3)] == [2, None, None, None]
    assert await erase(market, uuid4(), 1) is None


async def test_a_payload_that_came_back_after_its_erasure_is_named(market: Market) -> None:
    about = await grown(market, await market.organisation(), 2)
    read = "select salt, payload from chain_payload where chain = $1 and seq = 1"
    async with market.superuser() as connection, undone(connection):
        kept = await connection.fetchrow(read, about)
        await connection.execute("select chain_erase($1, 1, 'asked to', now())", about)
        assert (await proof.verify(connection, about)).broken is None
        await connection.execute(
            "update chain_payload set salt = $2, payload = $3 where chain = $1 and seq = 1", about, *kept
        )
        assert (await proof.verify(connection, about)).broken == Broken(about, 1, Flaw.PAYLOAD)


async def test_a_chain_may_be_followed_in_batches_of_any_size(market: Market) -> None:
    firm = await market.organisation()
    for length in (1, 2, 5):
        await grown(market, firm, length)
    async with market.superuser() as connection:
        verdicts = [await proof.verify(connection, heads=True, batch=batch) for batch in (1, 2, 3, 1000)]
    assert verdicts[0].events >= 8
    assert all(verdict == verdicts[0] for verdict in verdicts)


async def test_equal_payloads_have_digests_that_tell_nothing(market: Market) -> None:
    firm, about = await market.organisation(), uuid4()
    async with market.work(firm.id) as work:
        for _ in range(2):
            await chain.append(work, entry(about, firm.id, price=1))
    async with market.superuser() as connection:
        digests = await connection.fetch("select payload_digest from chain_event where chain = $1", about)
    assert len({row[0] for row in digests}) == 2
