"""Allocations of posted specs and lots, and the jobs of coordinators over all that they oversee of a material."""

from typing import Final

import msgspec

from market.allocations.overseen import KIND as RUN
from market.allocations.structs import Outline
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

KIND: Final = "allocation"
# specs × lots up to which an allocation is answered at once, about a second; with blends each counts for so many
AT_ONCE: Final = 20_000
BLENDED: Final = 200


class Asked(msgspec.Struct, frozen=True):
    """A posted document, as it came and as far as it is read here."""

    outline: Outline
    body: bytes
    language: str
    once: Idempotency | None = None


class Allocations:
    """One per API process."""

    def __init__(self, pool: Pool, editions: Editions) -> None:
        self._pool = pool
        self._editions = editions

    async def answer(self, opened: Opened, principal: Principal, asked: Asked) -> Answer:
        """200 with the allocation, or 202 with a job; a coordinator's run is always a job.

        Raises Forbidden, Invalid, SolveFailed, TooManyJobs.
        """
        outline = asked.outline
        faults = tuple(_faults(outline))
        if faults:
            raise Invalid(faults=faults)
        if outline.material is None:
            small = size_of(outline) <= AT_ONCE
            return await posted.answer(
                self._pool, self._editions, opened, Posted(KIND, asked.body, asked.language, small, asked.once)
            )
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


def size_of(outline: Outline) -> int:
    """Pairs to judge, which decide whether a document is answered at once."""
    pairs = len(outline.specs) * len(outline.lots)
    return pairs * BLENDED if outline.blends else pairs


def _faults(outline: Outline) -> list[Fault]:
    posts = bool(outline.specs or outline.lots)
    if outline.material is None and not posts:
        return [fault("/specs", "listings_or_material")]
    return [fault("/material", "listings_or_material")] if outline.material is not None and posts else []
