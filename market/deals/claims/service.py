"""Claims between the sides of a deal's legs. Every method is one unit of work's worth."""

from collections.abc import Sequence
from uuid import UUID

from market.deals.acting import Asking
from market.deals.claims import making, queries, seen
from market.deals.claims.held import HeldClaim, claim
from market.deals.claims.structs import Claim, ClaimAnswer, ClaimDraft, ClaimEvidence, ClaimPage
from market.deals.held import Held
from market.deals.matters import Matters
from specs.kit.idempotency import Answer
from specs.kit.tenancy import Work


class Claims(Matters[HeldClaim, Claim]):
    """One per API process. Acts raise NotFound, VersionMismatch, ClaimRefused."""

    def __init__(self) -> None:
        super().__init__("claim", queries, claim)

    async def make(self, work: Work, asking: Asking, deal: UUID, draft: ClaimDraft) -> Answer:
        """201 with the claim. Raises NotFound, TransitionRefused, Invalid, ClaimTooLate."""
        return await self.create(work, asking, deal, making.make, draft)

    async def answer(self, work: Work, asking: Asking, deal: UUID, claim_id: UUID, said: ClaimAnswer) -> Answer:
        """What the other side offers. Raises Invalid too."""
        return await self.change(work, asking, deal, claim_id, making.answer, said)

    async def add_evidence(self, work: Work, asking: Asking, deal: UUID, claim_id: UUID, said: ClaimEvidence) -> Answer:
        """What came to light later. Raises Invalid, DocumentAwaiting too."""
        return await self.change(work, asking, deal, claim_id, making.add_evidence, said)

    async def settle(self, work: Work, asking: Asking, deal: UUID, claim_id: UUID) -> Answer:
        """The claimant takes the newest answer."""
        return await self.change(work, asking, deal, claim_id, making.settle)

    async def withdraw(self, work: Work, asking: Asking, deal: UUID, claim_id: UUID) -> Answer:
        """The claimant lets it go."""
        return await self.change(work, asking, deal, claim_id, making.withdraw)

    async def escalate(self, work: Work, asking: Asking, deal: UUID, claim_id: UUID) -> Answer:
        """A coordinator is to decide. Raises NoArbiter too."""
        return await self.change(work, asking, deal, claim_id, making.escalate)

    async def page(self, work: Work, asking: Asking, deal: UUID, limit: int, cursor: str | None = None) -> ClaimPage:
        """As far as they concern the caller, the newest first. Raises NotFound, InvalidCursor."""
        items, more = await self.listed(work, asking, deal, limit, cursor)
        return ClaimPage(items=items, next_cursor=more)

    async def shown(self, work: Work, asking: Asking, deal: Held, found: Sequence[HeldClaim]) -> tuple[Claim, ...]:  # noqa: ARG002 - all that there is to show is in the claim
        """Whole, to whoever may read them."""
        return tuple(seen.claim(deal, one) for one in found)
