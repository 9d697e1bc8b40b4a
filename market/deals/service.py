"""Deals of the caller, or those that a coordinator oversees. Every method is one unit of work's worth."""

from collections.abc import Awaitable, Callable
from uuid import UUID

import msgspec

from market.deals import opening, papers, proposal, queries, seen, transition
from market.deals.held import Held, held
from market.deals.machine import Actor, Status
from market.deals.offers import queries as offer_rows
from market.deals.offers import seen as offers_seen
from market.deals.offers import service as offering
from market.deals.offers.structs import OfferDraft, Offers
from market.deals.structs import DealDocuments, DealDraft, DealEvent, DealPage, DealTrail, PaperDraft, Reason
from market.deals.transition import Versions
from market.matches.current import Current
from market.parties.structs import OrganisationKind, Principal
from specs.kit import audit, chain, idempotency, paging
from specs.kit.idempotency import Answer, Idempotency
from specs.kit.tenancy import Role, Work
from specs.kit.wire import encode

Change = Callable[[Work, Held], Awaitable[Held]]


class Asking(msgspec.Struct, frozen=True, kw_only=True):
    """Who asks, in which language, and under which conditions."""

    principal: Principal
    language: str
    if_match: Versions = None
    once: Idempotency | None = None


class Deals:
    """One per API process; methods leave the work as role engine."""

    def __init__(self, current: Current) -> None:
        self._current = current

    async def open(self, work: Work, asking: Asking, draft: DealDraft) -> Answer:
        """201 with the deal. Raises what `opening.open_deal` raises."""
        first = await idempotency.claim(work, asking.once)
        if first is not None:
            return first
        deal = await opening.open_deal(work, asking.principal, self._current, draft)
        return await self._kept(work, asking, deal, status=201)

    async def read(self, work: Work, asking: Asking, deal: UUID) -> Answer:
        """As a party or a coordinator. Raises NotFound."""
        return await self._answer(work, asking, await transition.read(work, asking.principal, deal))

    async def change(self, work: Work, asking: Asking, deal: UUID, change: Change) -> Answer:
        """One act on a locked deal, and the deal as it is then. Raises NotFound, VersionMismatch, TransitionRefused."""
        first = await idempotency.claim(work, asking.once)
        if first is not None:
            return first
        before = await transition.lock(work, asking.principal, deal, asking.if_match)
        return await self._kept(work, asking, await change(work, before))

    async def take_up(self, work: Work, asking: Asking, deal: UUID) -> Answer:
        """The caller is interested."""
        return await self.change(work, asking, deal, proposal.take_up)

    async def decline(self, work: Work, asking: Asking, deal: UUID, why: Reason) -> Answer:
        """The caller is not."""
        return await self.change(work, asking, deal, lambda work, held: proposal.decline(work, held, why))

    async def withdraw(self, work: Work, asking: Asking, deal: UUID, why: Reason) -> Answer:
        """The caller steps back."""
        return await self.change(work, asking, deal, lambda work, held: proposal.withdraw(work, held, why))

    async def open_names(self, work: Work, asking: Asking, deal: UUID) -> Answer:
        """The caller may be named once the other side may."""
        return await self.change(work, asking, deal, proposal.open_names)

    async def offer(self, work: Work, asking: Asking, deal: UUID, draft: OfferDraft) -> Answer:
        """A new offer on a leg, judged at once. Raises Invalid too."""

        async def offered(work: Work, held: Held) -> Held:
            # by the listings and freight tables of now
            await self._current.refresh(work.connection)
            return await offering.offer(work, held, draft, self._current)

        return await self.change(work, asking, deal, offered)

    async def accept(self, work: Work, asking: Asking, deal: UUID, offer: UUID) -> Answer:
        """The other side's newest offer. Raises OfferNotStanding, OfferExpired, StockTaken too."""
        return await self.change(work, asking, deal, lambda work, held: offering.accept(work, held, offer))

    async def retract(self, work: Work, asking: Asking, deal: UUID, offer: UUID) -> Answer:
        """One's own offer. Raises OfferNotStanding too."""
        return await self.change(work, asking, deal, lambda work, held: offering.retract(work, held, offer))

    async def offers(self, work: Work, asking: Asking, deal: UUID) -> Offers:
        """The whole exchange as far as it concerns the caller. Raises NotFound."""
        found = await transition.read(work, asking.principal, deal)
        await work.as_role(Role.COORDINATOR if found.actor is Actor.COORDINATOR else Role.TENANT)
        rows = await offer_rows.of_deal(work, found.buyer, deal)
        return offers_seen.offers(rows, found.actor, asking.language, self._current.catalogue)

    async def share(self, work: Work, asking: Asking, deal: UUID, draft: PaperDraft) -> DealDocuments:
        """A document for the other side. Raises NotFound, Invalid, DealOver, DocumentAwaiting."""
        await papers.share(work, asking.principal, deal, draft)
        return await papers.of_deal(work, asking.principal, deal)

    async def page(
        self, work: Work, asking: Asking, limit: int, cursor: str | None = None, status: Status | None = None
    ) -> DealPage:
        """The newest first. Raises InvalidCursor."""
        scope = ("deal", work.owner, status)
        after = paging.read(work.secret, scope, cursor, UUID) if cursor else None
        if asking.principal.kind is OrganisationKind.COORDINATOR:
            await work.as_role(Role.COORDINATOR)
            await audit.record(work, "oversee", "deal", None, limit=limit)
        rows = await queries.page(work, after, limit + 1, status.value if status else None)
        more = paging.sign(work.secret, scope, rows[limit - 1]["id"]) if len(rows) > limit else None
        items = []
        for row in rows[:limit]:
            legs, lots = await queries.legs(work, row["tenant_id"], row["id"])
            items.append(seen.summary(held(row, legs, lots, work.owner), asking.language))
        return DealPage(items=tuple(items), next_cursor=more)

    async def events(self, work: Work, asking: Asking, deal: UUID, limit: int, cursor: str | None = None) -> DealTrail:
        """The trail as far as it concerns the caller, the newest first. Raises NotFound, InvalidCursor."""
        found = await transition.read(work, asking.principal, deal)
        await work.as_role(Role.COORDINATOR if found.actor is Actor.COORDINATOR else Role.TENANT)
        page, more = await chain.page(work, deal, limit, cursor)
        items = tuple(
            DealEvent(
                at=event.at,
                by=found.actor_of(event.actor_tenant),
                act=event.action.removeprefix("deal."),
                what=None if event.payload is None else msgspec.json.decode(event.payload),
            )
            for event in page
        )
        return DealTrail(items=items, next_cursor=more)

    async def _kept(self, work: Work, asking: Asking, deal: Held, status: int = 200) -> Answer:
        answer = msgspec.structs.replace(await self._answer(work, asking, deal), status=status)
        # a stored answer is its own tenant's, and the engine may not write one
        await work.as_role(Role.TENANT)
        await idempotency.keep(work, asking.once, answer)
        return answer

    async def _answer(self, work: Work, asking: Asking, deal: Held) -> Answer:
        whole = await seen.whole(work, deal, asking.language, self._current.catalogue)
        return Answer(id=deal.id, rev=deal.version, version=deal.version, body=encode(whole))
