"""Allocations of posted specs and lots, and the jobs of coordinators over all that they oversee of a material."""

from typing import Final

from market.allocations.overseen import KIND as RUN
from market.allocations.structs import Outline
from market.parties.structs import OrganisationKind, Principal
from market.runs.posted import Asked, Documents, Opened
from market.solving.pool import Pool
from matching.fault import Fault, fault
from specs.freight.editions import Editions
from specs.kit.errors import Forbidden, Invalid
from specs.kit.idempotency import Answer

KIND: Final = "allocation"
# specs × lots up to which an allocation is answered at once, about a second; with blends each counts for so many
AT_ONCE: Final = 20_000
BLENDED: Final = 200


class Allocations:
    """One per API process."""

    def __init__(self, pool: Pool, editions: Editions) -> None:
        self._documents = Documents(pool, editions)

    async def answer(self, opened: Opened, principal: Principal, asked: Asked[Outline]) -> Answer:
        """200 with the allocation, or 202 with a job; a coordinator's run is always a job.

        Raises Forbidden, Invalid, SolveFailed, TooManyJobs.
        """
        outline = asked.outline
        faults = tuple(_faults(outline))
        if faults:
            raise Invalid(faults=faults)
        if outline.material is None:
            return await self._documents.answer(opened, KIND, asked, small=size_of(outline) <= AT_ONCE)
        if principal.kind is not OrganisationKind.COORDINATOR:
            raise Forbidden({"kind": principal.kind.value})
        return await self._documents.run(opened, RUN, asked)


def size_of(outline: Outline) -> int:
    """Pairs to judge, which decide whether a document is answered at once."""
    pairs = len(outline.specs) * len(outline.lots)
    return pairs * BLENDED if outline.blends else pairs


def _faults(outline: Outline) -> list[Fault]:
    posts = bool(outline.specs or outline.lots)
    if outline.material is None and not posts:
        return [fault("/specs", "listings_or_material")]
    return [fault("/material", "listings_or_material")] if outline.material is not None and posts else []
