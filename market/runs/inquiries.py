"""Questions about what is others': answered at once where little is gathered for them, else by a job.

The job stores the question alone: what it is about is gathered again when it runs, and never lies in the asker's rows.
"""

from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

import msgspec

from market.runs import service as runs
from market.runs.posted import Opened
from market.runs.service import Conclude
from market.runs.structs import Order, Prepared
from market.solving.pool import Pool
from specs.kit import idempotency
from specs.kit.idempotency import Answer, Idempotency
from specs.kit.tenancy import Work

Subject = TypeVar("Subject")


class Asked(msgspec.Struct, Generic[Subject], frozen=True):
    """About what, and in which language."""

    subject: Subject
    language: str
    once: Idempotency | None = None


class Gathered(msgspec.Struct, frozen=True):
    """What a solve of this kind is asked; a `small` question takes about a second."""

    kind: str
    question: msgspec.Struct
    small: bool

    @property
    def prepared(self) -> Prepared:
        """As the solver processes read it."""
        return Prepared(self.kind, msgspec.msgpack.encode(self.question))


class Inquiry(msgspec.Struct, frozen=True):
    """How a question is answered: what is gathered for it, what is concluded of the result, and as which job if any."""

    order: Order
    gather: Callable[[Work], Awaitable[Gathered]]
    conclude: Conclude | None = None
    once: Idempotency | None = None


async def answer(pool: Pool, opened: Opened, inquiry: Inquiry) -> Answer:
    """200 with what is concluded, or 202 with a job; the same again for the same request.

    Raises SolveFailed, TooManyJobs, and what `gather` raises.
    """
    async with opened() as work:
        first = await idempotency.stored(work, inquiry.once)
        if first is not None:
            return first
        gathered = await inquiry.gather(work)
    result = await _soon(pool, gathered) if gathered.small else None
    async with opened() as work:
        return await runs.answered(work, result, inquiry.order, inquiry.once, inquiry.conclude)


async def _soon(pool: Pool, gathered: Gathered) -> bytes | None:
    prepared = gathered.prepared
    return await pool.soon(prepared.kind, prepared.payload)
