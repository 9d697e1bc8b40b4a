"""Paths of steps for posted documents: at once where they are small, else as jobs. Nothing is stored."""

from typing import Final

from market.runs.posted import Asked, Documents, Opened
from market.solving.pool import Pool
from market.upgrades.structs import Envelope
from specs.freight.editions import Editions
from specs.kit.idempotency import Answer

KIND: Final = "upgrade"
# lots × offers² up to which paths are searched at once: some seconds on a busy machine
AT_ONCE: Final = 10_000


class Upgrading:
    """One per API process."""

    def __init__(self, pool: Pool, editions: Editions) -> None:
        self._documents = Documents(pool, editions)

    async def answer(self, opened: Opened, asked: Asked[Envelope]) -> Answer:
        """200 with the paths, or 202 with a job. Raises SolveFailed, TooManyJobs."""
        return await self._documents.answer(opened, KIND, asked, small=asked.outline.size <= AT_ONCE)
