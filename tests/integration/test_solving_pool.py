"""Solver processes: answers, refusals, and every way in which a child can end."""

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from market.solving.failures import BUSY, CRASHED, DEADLINE, MEMORY, SolveFailed
from market.solving.pool import MOST_WAITING, Pool
from tests.support.launched import alive, until

PATIENT = 60.0


@pytest_asyncio.fixture
async def pool() -> AsyncIterator[Pool]:
    opened = Pool(1, kinds="tests.support.solves", memory=512 * 1024**2)
    yield opened
    await opened.close()


async def failure(pool: Pool, kind: str, payload: bytes = b"", seconds: float = PATIENT) -> SolveFailed:
    with pytest.raises(SolveFailed) as caught:
        await pool.solve(kind, payload, seconds)
    return caught.value


async def test_an_answer_comes_back_whole(pool: Pool) -> None:
    payload = os.urandom(3_000_000)
    assert await pool.solve("echo", payload, PATIENT) == payload


async def test_a_child_serves_one_caller_after_the_other(pool: Pool) -> None:
    assert await pool.solve("pid", b"", PATIENT) == await pool.solve("pid", b"", PATIENT)


async def test_progress_reaches_the_caller(pool: Pool) -> None:
    heard: list[float] = []
    await pool.solve("stages", b"", PATIENT, heard.append)
    assert heard == [0.25, 0.5, 0.75]


async def test_a_refusal_keeps_its_name_and_its_pointers(pool: Pool) -> None:
    refused = await failure(pool, "refuse")
    assert (refused.code, refused.params, refused.faults[0].pointer) == ("too_odd", {"by": 3}, "/lots/0")
    assert await pool.solve("echo", b"on", PATIENT) == b"on"


async def test_an_error_in_a_kind_is_a_crash_by_name_and_the_child_goes_on(pool: Pool) -> None:
    before = await pool.solve("pid", b"", PATIENT)
    assert (await failure(pool, "fail", b"0")).code == CRASHED
    assert await pool.solve("pid", b"", PATIENT) == before


async def test_a_kind_that_is_not_registered_is_a_crash(pool: Pool) -> None:
    assert (await failure(pool, "nonsense")).code == CRASHED


async def test_a_child_that_dies_is_replaced(pool: Pool) -> None:
    assert (await failure(pool, "die")).code == CRASHED
    assert await pool.solve("echo", b"on", PATIENT) == b"on"


async def test_a_child_killed_while_it_waits_is_replaced(pool: Pool) -> None:
    victim = int(await pool.solve("pid", b"", PATIENT))
    os.kill(victim, signal.SIGKILL)
    await asyncio.to_thread(until, lambda: not alive(victim))
    await asyncio.sleep(0.05)
    assert int(await pool.solve("pid", b"", PATIENT)) != victim


async def test_memory_has_an_end_and_only_the_child_meets_it(pool: Pool) -> None:
    assert (await failure(pool, "swallow")).code == MEMORY
    assert await pool.solve("echo", b"on", PATIENT) == b"on"


async def test_a_deadline_ends_the_child(pool: Pool) -> None:
    victim = int(await pool.solve("pid", b"", PATIENT))
    late = await failure(pool, "sleep", b"60", 0.3)
    assert (late.code, late.params) == (DEADLINE, {"seconds": 0.3})
    assert not alive(victim)
    assert await pool.solve("echo", b"on", PATIENT) == b"on"


async def test_a_caller_who_leaves_ends_the_child(pool: Pool) -> None:
    victim = int(await pool.solve("pid", b"", PATIENT))
    working = asyncio.Event()
    task = asyncio.create_task(pool.solve("sleep", b"60", PATIENT, lambda _: working.set()))
    await working.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not alive(victim)


async def test_waiting_counts_and_is_told_apart_from_solving(pool: Pool) -> None:
    working = asyncio.Event()
    first = asyncio.create_task(pool.solve("sleep", b"1.0", PATIENT, lambda _: working.set()))
    await working.wait()
    assert (await failure(pool, "echo", b"", 0.2)).code == BUSY
    assert await first == b"slept"


async def test_a_long_queue_turns_callers_away(pool: Pool) -> None:
    working = asyncio.Event()
    first = asyncio.create_task(pool.solve("sleep", b"1.0", PATIENT, lambda _: working.set()))
    await working.wait()
    others = [asyncio.create_task(pool.solve("echo", b"", PATIENT)) for _ in range(MOST_WAITING)]
    await asyncio.sleep(0)
    assert (await failure(pool, "echo")).code == BUSY
    assert await asyncio.gather(*others) == [b""] * MOST_WAITING
    await first


async def test_what_a_library_prints_does_not_reach_the_pipe(pool: Pool) -> None:
    assert await pool.solve("chatter", b"clean", PATIENT) == b"clean"


async def test_a_child_knows_no_address_and_no_secret(pool: Pool) -> None:
    known = (await pool.solve("secrets", b"", PATIENT)).decode().split()
    assert set(known) <= {
        *("PATH", "LC_ALL", "LC_CTYPE", "PYTHONPATH"),
        *("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"),
    }


async def test_closing_ends_every_child(pool: Pool) -> None:
    victim = int(await pool.solve("pid", b"", PATIENT))
    await pool.close()
    assert not alive(victim)
    assert pool.pids == set()


async def test_the_loop_turns_while_a_child_spins(pool: Pool) -> None:
    await pool.solve("echo", b"", PATIENT)
    task = asyncio.create_task(pool.solve("spin", b"1.0", PATIENT))
    turns, longest, before = 0, 0.0, time.monotonic()
    while not task.done():
        await asyncio.sleep(0.005)
        now = time.monotonic()
        turns, longest, before = turns + 1, max(longest, now - before), now
    assert await task == b"spun"
    # in this process the spin would have left no turn, and one gap as long as itself
    assert turns > 20
    assert longest < 0.5
