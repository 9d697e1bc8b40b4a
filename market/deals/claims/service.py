"""Claims between the sides of a deal's legs. Every method is one unit of work's worth."""

from collections.abc import Awaitable, Callable
from uuid import UUID

import msgspec

from market.deals import acting, transition
from market.deals.acting import Asking, as_reader
from market.deals.claims import making, queries, seen
from market.deals.claims.held import HeldClaim, claim
from market.deals.claims.structs import ClaimAnswer, ClaimDraft, ClaimEvidence, ClaimPage
from market.deals.held import Held
from specs.kit import paging, versions
from specs.kit.errors import NotFound
from specs.kit.idempotency import Answer
from specs.kit.tenancy import Role, Work
from specs.kit.wire import encode

Step = Callable[[Work, Held, HeldClaim], Awaitable[HeldClaim]]


class Claims:
    """One per API process; methods leave the work as role engine or reader."""

    async def make(self, work: Work, asking: Asking, deal: UUID, draft: ClaimDraft) -> Answer:
        """201 with the claim. Raises NotFound, TransitionRefused, Invalid, ClaimTooLate."""

        async def run(work: Work, held: Held) -> Answer:
            return msgspec.structs.replace(_answer(held, await making.make(work, held, draft)), status=201)

        return await acting.on_deal(work, asking, deal, run)

    async def change(self, work: Work, asking: Asking, deal: UUID, claim_id: UUID, step: Step) -> Answer:
        """One act on a claim, the deal locked. Raises NotFound, VersionMismatch, ClaimRefused."""

        async def run(work: Work, held: Held) -> Answer:
            before = await _claim(work, held, claim_id)
            versions.check(before.version, asking.if_match)
            after = await step(work, held, before)
            return _answer(await transition.again(work, held), after)

        return await acting.on_deal(work, asking, deal, run)

    async def answer(self, work: Work, asking: Asking, deal: UUID, claim_id: UUID, said: ClaimAnswer) -> Answer:
        """What the other side offers. Raises Invalid too."""
        return await self.change(
            work, asking, deal, claim_id, lambda work, held, before: making.answer(work, held, before, said)
        )

    async def add_evidence(self, work: Work, asking: Asking, deal: UUID, claim_id: UUID, said: ClaimEvidence) -> Answer:
        """What came to light later. Raises Invalid, DocumentAwaiting too."""
        return await self.change(
            work, asking, deal, claim_id, lambda work, held, before: making.add_evidence(work, held, before, said)
        )

    async def settle(self, work: Work, asking: Asking, deal: UUID, claim_id: UUID) -> Answer:
        """The claimant takes the newest answer."""
        return await self.change(work, asking, deal, claim_id, making.settle)

    async def withdraw(self, work: Work, asking: Asking, deal: UUID, claim_id: UUID) -> Answer:
        """The claimant lets it go."""
        return await self.change(work, asking, deal, claim_id, making.withdraw)

    async def escalate(self, work: Work, asking: Asking, deal: UUID, claim_id: UUID) -> Answer:
        """A coordinator is to decide. Raises NoArbiter too."""
        return await self.change(work, asking, deal, claim_id, making.escalate)

    async def read(self, work: Work, asking: Asking, deal: UUID, claim_id: UUID) -> Answer:
        """As a party of the leg or a coordinator. Raises NotFound."""
        held = await transition.read(work, asking.principal, deal)
        return _answer(held, await _claim(work, held, claim_id))

    async def page(self, work: Work, asking: Asking, deal: UUID, limit: int, cursor: str | None = None) -> ClaimPage:
        """As far as they concern the caller, the newest first. Raises NotFound, InvalidCursor."""
        scope = ("claim", work.owner, deal)
        after = paging.read(work.secret, scope, cursor, UUID) if cursor else None
        held = await transition.read(work, asking.principal, deal)
        await as_reader(work, held)
        rows = await queries.page(work, held, after, limit + 1)
        more = paging.onward(work.secret, scope, rows, limit)
        return ClaimPage(items=tuple(seen.claim(held, claim(row)) for row in rows[:limit]), next_cursor=more)


def _answer(deal: Held, held: HeldClaim) -> Answer:
    return Answer(id=held.id, rev=held.version, version=held.version, body=encode(seen.claim(deal, held)))


async def _claim(work: Work, deal: Held, claim_id: UUID) -> HeldClaim:
    """One that the caller may see, read under its own policies. Goes on as role engine. Raises NotFound."""
    await as_reader(work, deal)
    row = await queries.read(work, deal, claim_id)
    await work.as_role(Role.ENGINE)
    if row is None:
        raise NotFound
    return claim(row)
