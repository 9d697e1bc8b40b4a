"""Paths of steps for posted documents: at once where they are small, else as jobs. Nothing is stored."""

from typing import Final

import msgspec

from market.blends.service import CHECK_SECONDS, Opened
from market.matches.current import Current
from market.runs import service as runs
from market.runs.structs import Claimed, Order, Prepared
from market.solving.documents import Document
from market.solving.pool import Pool
from market.upgrades.structs import Envelope
from specs.kit import idempotency
from specs.kit.idempotency import Answer, Idempotency
from specs.kit.tenancy import Work

KIND: Final = "upgrade"
# lots × offers² up to which paths are searched at once: some seconds on a busy machine
AT_ONCE: Final = 10_000


class Asked(msgspec.Struct, frozen=True):
    """A posted document, as it came and as far as it is read here."""

    envelope: Envelope
    body: bytes
    language: str
    once: Idempotency | None = None


class Upgrading:
    """One per API process."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def answer(self, opened: Opened, asked: Asked) -> Answer:
        """200 with the paths, or 202 with a job. Raises SolveFailed, TooManyJobs."""
        async with opened() as work:
            first = await idempotency.stored(work, asked.once)
            if first is not None:
                return first
        body = await self._soon(asked)
        async with opened() as work:
            return await runs.answered(work, body, Order(KIND, asked.body, asked.language), asked.once)

    async def _soon(self, asked: Asked) -> bytes | None:
        payload = msgspec.msgpack.encode(Document(asked.body, asked.language))
        if asked.envelope.size <= AT_ONCE:
            return await self._pool.soon(KIND, payload)
        # what is wrong with a document is said now, not by a job that fails later
        await self._pool.solve("upgrade_check", payload, CHECK_SECONDS)
        return None


async def prepare(_work: Work, _current: Current, job: Claimed) -> Prepared:
    """The document as it was posted."""
    return Prepared(KIND, msgspec.msgpack.encode(Document(job.input, job.language)))
