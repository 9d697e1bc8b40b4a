"""Jobs in the worker: claimed once each, beaten, ended in every way, and found again when a worker is gone."""

import asyncio
import time
from collections.abc import AsyncIterator
from datetime import timedelta

import asyncpg
import pytest
import pytest_asyncio

from market.parties.structs import NewOrganisation
from market.runs import claims, service
from market.runs.structs import KEPT, MOST_ATTEMPTS, JobState
from market.solving.failures import CRASHED, DEADLINE, MEMORY
from specs.kit import clock
from specs.kit.errors import NotFound
from specs.kit.tenancy import Role
from tests.support.jobs import ask, begun, read, running, until
from tests.support.market import Market
from tests.support.matched import engine
from tests.support.postgres import Cluster


@pytest_asyncio.fixture
async def market(postgres: Cluster) -> AsyncIterator[Market]:
    async with postgres.database() as (name, database):
        yield Market(postgres, name, database)


@pytest_asyncio.fixture
async def firm(market: Market) -> NewOrganisation:
    return await market.organisation("manufacturer", "Mill")


async def test_a_job_is_done_and_its_result_is_kept_for_days(market: Market, firm: NewOrganisation) -> None:
    async with running(market):
        found = await until(market, firm, await ask(market, firm, "echo", b'{"a":1}'))
    assert (found.job.state, found.result, found.job.attempts) == (JobState.DONE, b'{"a":1}', 1)
    assert found.job.expires_at is not None
    assert found.job.finished_at is not None
    assert found.job.expires_at - found.job.finished_at == KEPT
    async with market.superuser() as connection:
        assert await connection.fetchval("select input from job") is None


async def test_progress_is_seen_while_it_runs(market: Market, firm: NewOrganisation) -> None:
    async with running(market):
        job = await ask(market, firm, "sleep", b"20")
        await begun(market, firm, job, 0.1)
        assert (await read(market, firm, job)).job.state is JobState.RUNNING


async def test_each_job_is_done_once_by_any_number_of_workers(market: Market, firm: NewOrganisation) -> None:
    others = [await market.organisation("manufacturer", f"Mill {i}") for i in range(3)]
    asked = [(one, await ask(market, one, "stages", b"1")) for one in (firm, *others) for _ in range(5)]
    async with running(market, size=2), running(market, size=1):
        found = [await until(market, one, job) for one, job in asked]
    assert {(one.job.state, one.job.attempts) for one in found} == {(JobState.DONE, 1)}


async def test_the_firm_that_was_served_longest_ago_is_next(market: Market, firm: NewOrganisation) -> None:
    other = await market.organisation("manufacturer", "Other")
    first = [await ask(market, firm, "echo") for _ in range(3)]
    late = await ask(market, other, "echo")
    order = []
    for _ in range(4):
        async with engine(market) as connection:
            job = await claims.claim(connection, 60.0)
            assert job is not None
            order.append(job.id)
    assert order == [first[0], late, first[1], first[2]]


async def test_a_cancelled_solve_stops_within_about_a_second(market: Market, firm: NewOrganisation) -> None:
    async with running(market) as pool:
        job = await ask(market, firm, "sleep", b"60")
        await begun(market, firm, job)
        children = pool.pids
        async with market.work(firm.id, at=clock.now()) as work:
            await service.cancel(work, job)
        started = time.monotonic()
        while pool.pids & children:
            assert time.monotonic() - started < 5.0
            await asyncio.sleep(0.02)
        # the slot is free again
        assert (await until(market, firm, await ask(market, firm, "echo"))).job.state is JobState.DONE
    assert (await read(market, firm, job)).job.state is JobState.CANCELLED


@pytest.mark.parametrize(
    ("kind", "payload", "code", "attempts"),
    [
        ("refuse", b"", "too_odd", 1),
        ("swallow", b"", MEMORY, 1),
        ("die", b"", CRASHED, MOST_ATTEMPTS),
        ("fail", b"0", CRASHED, MOST_ATTEMPTS),
        ("nonsense", b"", CRASHED, MOST_ATTEMPTS),
    ],
)
async def test_what_ends_without_an_answer_fails_by_name(  # noqa: PLR0917 - a row of the table
    market: Market, firm: NewOrganisation, kind: str, payload: bytes, code: str, attempts: int
) -> None:
    async with running(market):
        found = await until(market, firm, await ask(market, firm, kind, payload))
        assert found.job.state is JobState.FAILED
        assert found.trouble is not None
        assert (found.trouble.code, found.job.attempts) == (code, attempts)
        assert (await until(market, firm, await ask(market, firm, "echo"))).job.state is JobState.DONE


async def test_a_deadline_ends_the_solve_and_fails_the_job(market: Market, firm: NewOrganisation) -> None:
    async with running(market, most_seconds=0.5):
        found = await until(market, firm, await ask(market, firm, "sleep", b"60"))
    assert found.trouble is not None
    assert (found.trouble.code, found.trouble.params, found.job.attempts) == (DEADLINE, {"seconds": 0.5}, 1)


async def test_a_refusal_keeps_its_pointers(market: Market, firm: NewOrganisation) -> None:
    async with running(market):
        found = await until(market, firm, await ask(market, firm, "refuse"))
    assert found.trouble is not None
    assert [fault.pointer for fault in found.trouble.faults] == ["/lots/0"]


async def test_the_job_of_a_worker_that_is_gone_is_found_again(market: Market, firm: NewOrganisation) -> None:
    job = await ask(market, firm, "echo", b"x")
    async with engine(market) as connection:
        gone = await claims.claim(connection, 0.3)
    assert gone is not None
    async with running(market):
        found = await until(market, firm, job)
    assert (found.job.state, found.job.attempts) == (JobState.DONE, 2)
    async with engine(market) as connection:
        # it comes back, and its ticket is void
        assert not await claims.beat(connection, gone, 0.5, 60.0)
        assert not await claims.succeed(connection, gone, b"late")


async def test_a_job_that_three_workers_did_not_survive_is_given_up(market: Market, firm: NewOrganisation) -> None:
    job = await ask(market, firm, "echo")
    for _ in range(MOST_ATTEMPTS):
        async with engine(market) as connection:
            assert await claims.claim(connection, 0.0) is not None
    async with engine(market) as connection:
        assert await claims.claim(connection, 60.0) is None
    found = await read(market, firm, job)
    assert found.job.state is JobState.FAILED
    assert found.trouble == claims.GIVEN_UP


async def test_a_worker_told_to_stop_hands_its_job_back_unharmed(market: Market, firm: NewOrganisation) -> None:
    async with running(market) as pool:
        job = await ask(market, firm, "sleep", b"60")
        await begun(market, firm, job)
    assert pool.pids == set()
    found = await read(market, firm, job)
    assert (found.job.state, found.job.attempts) == (JobState.QUEUED, 0)


async def test_jobs_are_forgotten_when_their_days_are_over(market: Market, firm: NewOrganisation) -> None:
    kept, old = [await ask(market, firm, "echo") for _ in range(2)]
    async with running(market):
        for job in (kept, old):
            await until(market, firm, job)
    async with market.superuser() as connection:
        await connection.execute("update job set expires_at = now() - $2::interval where id = $1", old, timedelta(1))
    async with engine(market) as connection:
        assert await claims.forget(connection) == 1
    assert (await read(market, firm, kept)).job.state is JobState.DONE
    with pytest.raises(NotFound):
        await read(market, firm, old)


async def test_a_job_is_hidden_from_another_tenant(market: Market, firm: NewOrganisation) -> None:
    job = await ask(market, firm, "echo")
    rival = await market.organisation("manufacturer", "Rival")
    async with market.work(rival.id) as work:
        assert await work.connection.fetch("select id from job") == []
    with pytest.raises(NotFound):
        await read(market, rival, job)


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.COUNTERPARTY])
async def test_jobs_are_no_business_of_those_who_see_listings(market: Market, role: Role) -> None:
    ministry = await market.organisation("coordinator", "Ministry")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with market.work(ministry.id, role) as work:
            await work.connection.fetch("select id from job")
