"""Sitings of posted instances: at once where they are small, else as jobs."""

from typing import Final

import msgspec

from market.runs import posted
from market.runs.posted import Opened, Posted
from market.sitings.structs import Outline
from market.solving.pool import Pool
from specs.freight.editions import Editions
from specs.kit.idempotency import Answer, Idempotency

KIND: Final = "siting"
# sites × (customers + suppliers) up to which a siting is answered at once: about a second
AT_ONCE: Final = 3_000
# how often an instance is solved where its changes are asked for
CHANGES: Final = 7


class Asked(msgspec.Struct, frozen=True):
    """A posted instance, as it came and as far as it is read here."""

    outline: Outline
    body: bytes
    language: str
    once: Idempotency | None = None


class Sitings:
    """One per API process."""

    def __init__(self, pool: Pool, editions: Editions) -> None:
        self._pool = pool
        self._editions = editions

    async def answer(self, opened: Opened, asked: Asked) -> Answer:
        """200 with the siting, or 202 with a job. Raises SolveFailed, TooManyJobs."""
        small = size_of(asked.outline) <= AT_ONCE
        return await posted.answer(
            self._pool, self._editions, opened, Posted(KIND, asked.body, asked.language, small, asked.once)
        )


def size_of(outline: Outline) -> int:
    """Pairs of places to look at, which decide whether an instance is answered at once."""
    pairs = len(outline.sites) * (len(outline.customers) + len(outline.suppliers))
    return pairs * CHANGES if outline.changes else pairs
