"""Deals of the caller, or those that a coordinator oversees. Every method is one unit of work's worth."""

from collections.abc import Awaitable, Callable
from uuid import UUID

import msgspec

from market.deals import acting, completion, listed, opening, papers, proposal, queries, seen, transition
from market.deals.account import statement
from market.deals.account.structs import Account
from market.deals.acting import Asking, as_reader
from market.deals.claims import arbitration
from market.deals.claims.structs import Resolution
from market.deals.contract import calling_off, signing
from market.deals.contract import seen as contract_seen
from market.deals.contract.structs import Contract
from market.deals.held import Held
from market.deals.machine import Actor, Status
from market.deals.offers import queries as offer_rows
from market.deals.offers import seen as offers_seen
from market.deals.offers import service as offering
from market.deals.offers.structs import OfferDraft, Offers
from market.deals.offers.waiting import WaitingOffer, waiting
from market.deals.structs import DealDraft, DealEvent, DealPage, DealTrail, PaperDraft, Reason
from market.matches.current import Current
from market.parties.structs import OrganisationKind
from specs.kit import audit, chain, idempotency, paging
from specs.kit.idempotency import Answer
from specs.kit.tenancy import Role, Work
from specs.kit.wire import encode

Change = Callable[[Work, Held], Awaitable[Held]]
# what a laboratory does that is no party of the deal
_BY_UMPIRE = "deal.sample_decide"


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

        async def run(work: Work, before: Held) -> Answer:
            return await self._answer(work, asking, await change(work, before))

        return await acting.on_deal(work, asking, deal, run, if_match=asking.if_match)

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

    async def waiting(self, work: Work, asking: Asking, limit: int) -> tuple[WaitingOffer, ...]:
        """Offers on all deals that wait for the caller's answer, the next to lapse first."""
        return await waiting(work, asking, limit, self._current.catalogue)

    async def accept(self, work: Work, asking: Asking, deal: UUID, offer: UUID) -> Answer:
        """The other side's newest offer. Raises OfferNotStanding, OfferExpired, StockTaken too."""
        return await self.change(work, asking, deal, lambda work, held: offering.accept(work, held, offer))

    async def retract(self, work: Work, asking: Asking, deal: UUID, offer: UUID) -> Answer:
        """One's own offer. Raises OfferNotStanding too."""
        return await self.change(work, asking, deal, lambda work, held: offering.retract(work, held, offer))

    async def sign(self, work: Work, asking: Asking, deal: UUID) -> Answer:
        """The caller signs what was agreed. Raises SampleOpen, NotFinished, PermitMissing too."""
        return await self.change(work, asking, deal, signing.sign)

    async def cancel(self, work: Work, asking: Asking, deal: UUID, why: Reason) -> Answer:
        """The caller wants out of what was agreed."""
        return await self.change(work, asking, deal, lambda work, held: calling_off.cancel(work, held, why))

    async def complete(self, work: Work, asking: Asking, deal: UUID) -> Answer:
        """Everything is delivered, or what was not will not be. Raises NotFinished too."""
        return await self.change(work, asking, deal, completion.complete)

    async def resolve(self, work: Work, asking: Asking, deal: UUID, word: Resolution) -> Answer:
        """The coordinator decides a dispute. Raises Invalid, NotFinished too."""
        return await self.change(work, asking, deal, lambda work, held: arbitration.resolve(work, held, word))

    async def contract(self, work: Work, asking: Asking, deal: UUID) -> Contract:
        """What was agreed. Raises NotFound, before it is."""
        return await contract_seen.contract(work, await transition.read(work, asking.principal, deal))

    async def account(self, work: Work, asking: Asking, deal: UUID) -> Account:
        """What one side owes the other on each leg. Raises NotFound, before it is agreed."""
        return await statement.account(work, await transition.read(work, asking.principal, deal))

    async def offers(self, work: Work, asking: Asking, deal: UUID) -> Offers:
        """The whole exchange as far as it concerns the caller. Raises NotFound."""
        found = await transition.read(work, asking.principal, deal)
        await as_reader(work, found)
        rows = await offer_rows.of_deal(work, found.buyer, deal)
        return offers_seen.offers(rows, found.actor, asking.language, self._current.catalogue)

    async def share(self, work: Work, asking: Asking, deal: UUID, draft: PaperDraft) -> Answer:
        """A document for the other side. Raises NotFound, Invalid, DealOver, DocumentAwaiting."""

        async def run(work: Work, held: Held) -> Answer:
            await papers.share(work, held, draft)
            body = encode(await papers.of_deal(work, asking.principal, deal))
            return Answer(id=deal, rev=held.version, version=held.version, body=body)

        return await acting.on_deal(work, asking, deal, run)

    async def page(
        self,
        work: Work,
        asking: Asking,
        limit: int,
        cursor: str | None = None,
        status: Status | None = None,
        *,
        overdue: bool = False,
    ) -> DealPage:
        """The newest first. Raises InvalidCursor."""
        place = paging.place(work.secret, ("deal", work.owner, status, overdue), limit, cursor, UUID)
        if asking.principal.kind is OrganisationKind.COORDINATOR:
            await work.as_role(Role.COORDINATOR)
            await audit.record(work, "oversee", "deal", None, limit=limit)
        found = await queries.page(work, place.after, place.most, status.value if status else None, overdue=overdue)
        rows, more = place.cut(found)
        deals = await listed.deals(work, rows)
        return DealPage(items=await listed.summaries(work, deals, asking.language), next_cursor=more)

    async def events(self, work: Work, asking: Asking, deal: UUID, limit: int, cursor: str | None = None) -> DealTrail:
        """The trail as far as it concerns the caller, the newest first. Raises NotFound, InvalidCursor."""
        found = await transition.read(work, asking.principal, deal)
        await as_reader(work, found)
        page, more = await chain.page(work, deal, limit, cursor)
        items = tuple(
            DealEvent(
                at=event.at,
                by=Actor.UMPIRE if event.action == _BY_UMPIRE else found.actor_of(event.actor_tenant),
                act=event.action.removeprefix("deal."),
                what=None if event.payload is None else msgspec.json.decode(event.payload),
            )
            for event in page
        )
        return DealTrail(items=items, next_cursor=more)

    async def _kept(self, work: Work, asking: Asking, deal: Held, status: int = 200) -> Answer:
        answer = msgspec.structs.replace(await self._answer(work, asking, deal), status=status)
        return await acting.kept(work, asking, answer)

    async def _answer(self, work: Work, asking: Asking, deal: Held) -> Answer:
        stamp = await queries.stamp(work, deal)
        body = encode(await seen.whole(work, deal, stamp, asking.language, self._current.catalogue))
        return Answer(id=deal.id, rev=stamp.version, version=stamp.version, body=body)
