"""Posted documents: answered at once where they are small, else by a job.

No more of a document than its outline is read here. The kind of solve that a document names reads, checks and solves
it in a solver process; the kind with `_check` behind its name says what is wrong before there is a job.
"""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Final, Protocol

import msgspec

from market.runs import service as runs
from market.runs.structs import Claimed, Order, Prepared
from market.solving.documents import Document
from market.solving.pool import Pool
from matching.tariffs import Tariff
from specs.freight.editions import Editions
from specs.kit import idempotency
from specs.kit.idempotency import Answer, Idempotency
from specs.kit.tenancy import Role, Work

CHECK_SECONDS: Final = 20.0

Opened = Callable[[], AbstractAsyncContextManager[Work]]


class Pricing(Protocol):
    """Whatever has the freight tables in force."""

    @property
    def editions(self) -> Editions:
        """One per process."""


class Posted(msgspec.Struct, frozen=True):
    """A document as it came. `kind` is that of its solve and of its job; a `small` one takes about a second."""

    kind: str
    body: bytes
    language: str
    small: bool
    once: Idempotency | None = None


async def answer(pool: Pool, editions: Editions, opened: Opened, posted: Posted) -> Answer:
    """200 with what the solve answers, or 202 with a job; the same again for the same request.

    Raises SolveFailed, TooManyJobs.
    """
    async with opened() as work:
        first = await idempotency.stored(work, posted.once)
        if first is not None:
            return first
        await work.as_role(Role.COUNTERPARTY)
        tariffs = await editions.in_force(work.connection)
    body = await _soon(pool, posted, tariffs)
    async with opened() as work:
        return await runs.answered(work, body, Order(posted.kind, posted.body, posted.language), posted.once)


async def prepare(work: Work, current: Pricing, job: Claimed) -> Prepared:
    """A stored document for the solver processes, priced as of now. Goes on as role counterparty."""
    await work.as_role(Role.COUNTERPARTY)
    tariffs = await current.editions.in_force(work.connection)
    return Prepared(job.kind, msgspec.msgpack.encode(Document(job.input, job.language, tariffs)))


async def _soon(pool: Pool, posted: Posted, tariffs: tuple[Tariff, ...]) -> bytes | None:
    """The answer; None where it is a job's."""
    payload = msgspec.msgpack.encode(Document(posted.body, posted.language, tariffs))
    if posted.small:
        return await pool.soon(posted.kind, payload)
    # what is wrong with a document is said now, not by a job that fails later
    await pool.solve(f"{posted.kind}_check", payload, CHECK_SECONDS)
    return None
