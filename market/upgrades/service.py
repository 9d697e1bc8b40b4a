"""Paths of steps for posted documents: at once where they are small, else as jobs. Nothing is stored."""

from typing import Final

import msgspec

from market.runs import posted
from market.runs.posted import Opened, Posted
from market.solving.pool import Pool
from market.upgrades.structs import Envelope
from specs.freight.editions import Editions
from specs.kit.idempotency import Answer, Idempotency

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

    def __init__(self, pool: Pool, editions: Editions) -> None:
        self._pool = pool
        self._editions = editions

    async def answer(self, opened: Opened, asked: Asked) -> Answer:
        """200 with the paths, or 202 with a job. Raises SolveFailed, TooManyJobs."""
        small = asked.envelope.size <= AT_ONCE
        return await posted.answer(
            self._pool, self._editions, opened, Posted(KIND, asked.body, asked.language, small, asked.once)
        )
