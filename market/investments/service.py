"""Investments of posted specs and lots, and the jobs of coordinators over all that they oversee."""

from typing import Final

import msgspec

from market.investments.overseen import KIND as RUN
from market.investments.structs import Outline
from market.parties.structs import OrganisationKind, Principal
from market.runs import posted
from market.runs import service as runs
from market.runs.posted import CHECK_SECONDS, Opened, Posted
from market.runs.structs import Order
from market.solving.documents import Document
from market.solving.pool import Pool
from matching.fault import Fault, fault
from specs.freight.editions import Editions
from specs.kit import idempotency
from specs.kit.errors import Forbidden, Invalid
from specs.kit.idempotency import Answer, Idempotency

KIND: Final = "investment"
# judgements up to which investments are answered at once, some seconds
AT_ONCE: Final = 1_000


class Asked(msgspec.Struct, frozen=True):
    """A posted document, as it came and as far as it is read here."""

    outline: Outline
    body: bytes
    language: str
    once: Idempotency | None = None


class Investing:
    """One per API process."""

    def __init__(self, pool: Pool, editions: Editions) -> None:
        self._pool = pool
        self._editions = editions

    async def answer(self, opened: Opened, principal: Principal, asked: Asked) -> Answer:
        """200 with the investments, or 202 with a job; a coordinator's run is always a job.

        Raises Forbidden, Invalid, SolveFailed, TooManyJobs.
        """
        outline = asked.outline
        if outline.specs or outline.lots:
            faults = tuple(_faults(outline))
            if faults:
                raise Invalid(faults=faults)
            small = outline.size <= AT_ONCE
            document = Posted(KIND, asked.body, asked.language, small, asked.once)
            return await posted.answer(self._pool, self._editions, opened, document)
        if principal.kind is not OrganisationKind.COORDINATOR:
            raise Forbidden({"kind": principal.kind.value})
        return await self._run(opened, asked)

    async def _run(self, opened: Opened, asked: Asked) -> Answer:
        """The job stores how it is asked for; the listings are gathered when it runs."""
        if asked.once is not None:
            async with opened() as work:
                first = await idempotency.stored(work, asked.once)
            if first is not None:
                return first
        document = msgspec.msgpack.encode(Document(asked.body, asked.language))
        terms = await self._pool.solve(f"{RUN}_check", document, CHECK_SECONDS)
        async with opened() as work:
            return await runs.ask(work, Order(RUN, terms, asked.language), asked.once)


def _faults(outline: Outline) -> list[Fault]:
    """What is meant of the market cannot be meant of posted listings."""
    found = [fault("/material", "listings_or_market")] if outline.material is not None else []
    return found + ([fault("/open_offers", "listings_or_market")] if outline.open_offers else [])
