"""Sitings of posted instances: at once where they are small, else as jobs."""

from typing import Final

from market.runs.posted import Asked, Documents, Opened
from market.sitings.structs import Outline
from market.solving.pool import Pool
from specs.freight.editions import Editions
from specs.kit.idempotency import Answer

KIND: Final = "siting"
# sites × (customers + suppliers) up to which a siting is answered at once: about a second
AT_ONCE: Final = 3_000
# how often an instance is solved where its changes are asked for
CHANGES: Final = 7


class Sitings:
    """One per API process."""

    def __init__(self, pool: Pool, editions: Editions) -> None:
        self._documents = Documents(pool, editions)

    async def answer(self, opened: Opened, asked: Asked[Outline]) -> Answer:
        """200 with the siting, or 202 with a job. Raises SolveFailed, TooManyJobs."""
        return await self._documents.answer(opened, KIND, asked, small=size_of(asked.outline) <= AT_ONCE)


def size_of(outline: Outline) -> int:
    """Pairs of places to look at, which decide whether an instance is answered at once."""
    pairs = len(outline.sites) * (len(outline.customers) + len(outline.suppliers))
    return pairs * CHANGES if outline.changes else pairs
