"""Posted documents: answered at once where they are small, else by a job.

No more of a document than its outline is read here. The kind of solve that a document names reads, checks and solves
it in a solver process; the kind with `_check` behind its name says what is wrong before there is a job.
"""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Final

import msgspec

from market.runs import service as runs
from market.runs.structs import Claimed, Order, Prepared
from market.solving.documents import Document
from market.solving.pool import Pool
from specs.kit import idempotency
from specs.kit.idempotency import Answer, Idempotency
from specs.kit.tenancy import Work

CHECK_SECONDS: Final = 20.0

Opened = Callable[[], AbstractAsyncContextManager[Work]]


class Posted(msgspec.Struct, frozen=True):
    """A document as it came. `kind` is that of its solve and of its job; a `small` one takes about a second."""

    kind: str
    body: bytes
    language: str
    small: bool
    once: Idempotency | None = None


async def answer(pool: Pool, opened: Opened, posted: Posted) -> Answer:
    """200 with what the solve answers, or 202 with a job; the same again for the same request.

    Raises SolveFailed, TooManyJobs.
    """
    if posted.once is not None:
        async with opened() as work:
            first = await idempotency.stored(work, posted.once)
        if first is not None:
            return first
    body = await _soon(pool, posted)
    async with opened() as work:
        return await runs.answered(work, body, Order(posted.kind, posted.body, posted.language), posted.once)


async def prepare(_work: Work, _current: object, job: Claimed) -> Prepared:
    """A stored document for the solver processes."""
    return Prepared(job.kind, msgspec.msgpack.encode(Document(job.input, job.language)))


async def _soon(pool: Pool, posted: Posted) -> bytes | None:
    """The answer; None where it is a job's."""
    payload = msgspec.msgpack.encode(Document(posted.body, posted.language))
    if posted.small:
        return await pool.soon(posted.kind, payload)
    # what is wrong with a document is said now, not by a job that fails later
    await pool.solve(f"{posted.kind}_check", payload, CHECK_SECONDS)
    return None
