"""Posted documents: answered at once where they are small, else by a job.

No more of a document than its outline is read here. The kind of solve that a document names reads, checks and solves
it in a solver process; the kind with `_check` behind its name says what is wrong before there is a job.
"""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any, Final, Generic, Protocol, TypeVar

import msgspec

from market.runs import service as runs
from market.runs.structs import Claimed, Order, Prepared
from market.solving.documents import Document
from market.solving.pool import Pool
from specs.freight.editions import Editions
from specs.kit import idempotency
from specs.kit.idempotency import Answer, Idempotency
from specs.kit.tenancy import Role, Work

CHECK_SECONDS: Final = 20.0

Opened = Callable[[], AbstractAsyncContextManager[Work]]
Outline = TypeVar("Outline")


class Pricing(Protocol):
    """Whatever has the freight tables in force."""

    @property
    def editions(self) -> Editions:
        """One per process."""


class Asked(msgspec.Struct, Generic[Outline], frozen=True):
    """A posted document, as it came and as far as it is read here."""

    outline: Outline
    body: bytes
    language: str
    once: Idempotency | None = None


class Documents:
    """Answers them; `kind` is that of the solve and of the job."""

    def __init__(self, pool: Pool, editions: Editions) -> None:
        self._pool = pool
        self._editions = editions

    async def answer(self, opened: Opened, kind: str, asked: Asked[Any], *, small: bool) -> Answer:
        """200 with what the solve answers, or 202 with a job; a `small` one takes about a second.

        The same again for the same request. Raises SolveFailed, TooManyJobs.
        """
        async with opened() as work:
            first = await idempotency.stored(work, asked.once)
            if first is not None:
                return first
            await work.as_role(Role.COUNTERPARTY)
            tariffs = await self._editions.in_force(work.connection)
        payload = msgspec.msgpack.encode(Document(asked.body, asked.language, tariffs))
        if small:
            body = await self._pool.soon(kind, payload)
        else:
            # what is wrong with a document is said now, not by a job that fails later
            await self._pool.solve(f"{kind}_check", payload, CHECK_SECONDS)
            body = None
        async with opened() as work:
            return await runs.answered(work, body, Order(kind, asked.body, asked.language), asked.once)

    async def run(self, opened: Opened, kind: str, asked: Asked[Any]) -> Answer:
        """202 with a job that stores the terms which its check reads; what they are about is gathered when it runs.

        The same again for the same request. Raises SolveFailed, TooManyJobs.
        """
        async with opened() as work:
            first = await idempotency.stored(work, asked.once)
        if first is not None:
            return first
        payload = msgspec.msgpack.encode(Document(asked.body, asked.language))
        terms = await self._pool.solve(f"{kind}_check", payload, CHECK_SECONDS)
        async with opened() as work:
            return await runs.ask(work, Order(kind, terms, asked.language), asked.once)


async def prepare(work: Work, current: Pricing, job: Claimed) -> Prepared:
    """A stored document for the solver processes, priced as of now. Goes on as role counterparty."""
    await work.as_role(Role.COUNTERPARTY)
    tariffs = await current.editions.in_force(work.connection)
    return Prepared(job.kind, msgspec.msgpack.encode(Document(job.input, job.language, tariffs)))
