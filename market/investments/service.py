"""Investments of posted specs and lots, and the jobs of coordinators over all that they oversee."""

from typing import Final

from market.investments.overseen import KIND as RUN
from market.investments.structs import Outline
from market.parties.structs import OrganisationKind, Principal
from market.runs.posted import Asked, Documents, Opened
from market.solving.pool import Pool
from matching.fault import Fault, fault
from specs.freight.editions import Editions
from specs.kit.errors import Forbidden, Invalid
from specs.kit.idempotency import Answer

KIND: Final = "investment"
# judgements up to which investments are answered at once, some seconds
AT_ONCE: Final = 1_000


class Investing:
    """One per API process."""

    def __init__(self, pool: Pool, editions: Editions) -> None:
        self._documents = Documents(pool, editions)

    async def answer(self, opened: Opened, principal: Principal, asked: Asked[Outline]) -> Answer:
        """200 with the investments, or 202 with a job; a coordinator's run is always a job.

        Raises Forbidden, Invalid, SolveFailed, TooManyJobs.
        """
        outline = asked.outline
        if outline.specs or outline.lots:
            faults = tuple(_faults(outline))
            if faults:
                raise Invalid(faults=faults)
            return await self._documents.answer(opened, KIND, asked, small=outline.size <= AT_ONCE)
        if principal.kind is not OrganisationKind.COORDINATOR:
            raise Forbidden({"kind": principal.kind.value})
        return await self._documents.run(opened, RUN, asked)


def _faults(outline: Outline) -> list[Fault]:
    """What is meant of the market cannot be meant of posted listings."""
    found = [fault("/material", "listings_or_market")] if outline.material is not None else []
    return found + ([fault("/open_offers", "listings_or_market")] if outline.open_offers else [])
