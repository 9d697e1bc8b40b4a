"""A few solver processes and a queue before them.

A solve has a deadline by the wall clock, waiting included. A child that misses it, or whose caller has gone, is
killed; the next solve starts another. So a solve never holds the event loop, never takes the serving process with it,
and can be cancelled at any moment.
"""

import asyncio
import contextlib
import os
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Callable
from typing import Final

import msgspec
import structlog

from market.solving.failures import BUSY, CRASHED, DEADLINE, MEMORY, SolveFailed
from market.solving.frames import HEAD, Asked, Done, Failed, Progress, Told, length, packed

log = structlog.get_logger(__name__)

REGISTRY: Final = "market.solving.kinds"
# of addresses, for each child: what it has loaded takes a quarter
MOST_BYTES: Final = 2 * 1024**3
# what one waits for before it becomes a job
AT_ONCE_SECONDS: Final = 10.0
# more than this many callers waiting for a child are turned away at once
MOST_WAITING: Final = 16
# one thread in each child, whatever library it is that would like more
_ONE_THREAD: Final = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")

Heard = Callable[[float], None]


class Pool:
    """`solve` from any task of one event loop; `close` before the loop ends."""

    def __init__(self, size: int, *, kinds: str = REGISTRY, memory: int = MOST_BYTES) -> None:
        """`size` children at most, each started when it is first needed; `kinds` is the module of the registry."""
        self.size = size
        self._kinds = kinds
        self._memory = memory
        self._free = asyncio.Semaphore(size)
        self._idle: list[Process] = []
        self._all: set[Process] = set()
        self._waiting = 0

    async def solve(self, kind: str, payload: bytes, seconds: float, heard: Heard | None = None) -> bytes:
        """The answer of a child; `heard` gets what it tells of its progress. Raises SolveFailed."""
        if self._waiting >= MOST_WAITING and self._free.locked():
            raise SolveFailed(BUSY)
        turn = False
        try:
            async with asyncio.timeout(seconds):
                self._waiting += 1
                try:
                    await self._free.acquire()
                    turn = True
                finally:
                    self._waiting -= 1
                return await self._ask(packed(Asked(kind, payload)), heard)
        except TimeoutError:
            if not turn:
                raise SolveFailed(BUSY) from None
            log.warning("solver.deadline", kind=kind, seconds=seconds)
            raise SolveFailed(DEADLINE, {"seconds": seconds}) from None
        finally:
            if turn:
                self._free.release()

    async def soon(self, kind: str, payload: bytes) -> bytes | None:
        """As `solve` for one who waits; None where it takes longer than that, or no child comes free: then a job's."""
        try:
            return await self.solve(kind, payload, AT_ONCE_SECONDS)
        except SolveFailed as failed:
            if failed.code not in (BUSY, DEADLINE):
                raise
            return None

    async def close(self) -> None:
        """End every child."""
        for child in tuple(self._all):
            await self._end(child)

    @property
    def pids(self) -> set[int]:
        """Process ids of the children, working or idle."""
        return {child.pid for child in self._all if child.returncode is None}

    async def _ask(self, question: bytes, heard: Heard | None) -> bytes:
        child = await self._child()
        sound = False
        try:
            told = await _answer(child, question, heard)
            # one that ran out of memory says so, and is of no use any more
            sound = not (isinstance(told, Failed) and told.code == MEMORY)
        except (asyncio.IncompleteReadError, ConnectionError):
            log.warning("solver.crashed", pid=child.pid)
            raise SolveFailed(CRASHED) from None
        finally:
            if sound:
                self._idle.append(child)
            else:
                # shielded: the caller may be cancelled again while the child is ended
                await asyncio.shield(self._end(child))
        if isinstance(told, Done):
            return told.answer
        if told.trace is not None:
            log.error("solver.failed", code=told.code, trace=told.trace)
        raise SolveFailed(told.code, told.params, told.faults, told.shape)

    async def _child(self) -> Process:
        """One that waits for a question; started where none does."""
        while self._idle:
            child = self._idle.pop()
            if child.returncode is None and child.stdout is not None and not child.stdout.at_eof():
                return child
            await self._end(child)
        child = await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", "-m", "market.solving.child"),
            *(str(os.getpid()), str(self._memory), self._kinds),
            stdin=PIPE,
            stdout=PIPE,
            env=_environment(),
        )
        self._all.add(child)
        return child

    async def _end(self, child: Process) -> None:
        if child.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                child.kill()
        if child.stdin is not None:
            child.stdin.close()
        await child.wait()
        self._all.discard(child)


async def _answer(child: Process, question: bytes, heard: Heard | None) -> Done | Failed:
    if child.stdin is None or child.stdout is None:
        raise RuntimeError("a child without pipes")
    child.stdin.write(question)
    await child.stdin.drain()
    while True:
        head = await child.stdout.readexactly(HEAD)
        told: Told = msgspec.msgpack.decode(await child.stdout.readexactly(length(head)), type=Told)
        if not isinstance(told, Progress):
            return told
        if heard is not None:
            heard(told.share)


def _environment() -> dict[str, str]:
    """No address and no secret of ours; the same import path as ours."""
    path = os.pathsep.join(part for part in sys.path if part)
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8", "PYTHONPATH": path, **_ONE_THREAD}
