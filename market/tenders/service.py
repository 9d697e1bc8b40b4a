"""Tenders of the caller, those that it is invited to, or that a coordinator oversees."""

from collections.abc import Awaitable, Callable
from uuid import UUID

from market.deals import acting
from market.deals.acting import Asking
from market.deals.structs import Reason
from market.matches.current import Current
from market.parties.structs import OrganisationKind
from market.runs import inquiries
from market.runs.inquiries import Gathered, Inquiry
from market.runs.posted import Opened
from market.runs.structs import Order
from market.solving.pool import Pool
from market.tenders import (
    awarding,
    bid_queries,
    bidding,
    comparing,
    inviting,
    opening,
    queries,
    seen,
    splitting,
    transition,
)
from market.tenders.held import Held, held
from market.tenders.splitting import KIND, Subject
from market.tenders.structs import (
    AwardDraft,
    BidDraft,
    Bids,
    Comparison,
    Side,
    Status,
    TenderDraft,
    TenderPage,
)
from specs.kit import audit, idempotency, paging
from specs.kit.errors import NotFound
from specs.kit.idempotency import Answer
from specs.kit.tenancy import Role, Work
from specs.kit.wire import encode

Change = Callable[[Work, Held], Awaitable[Held]]


class Tenders:
    """One per API process; methods leave the work under whatever role."""

    def __init__(self, pool: Pool, current: Current) -> None:
        self._pool = pool
        self._current = current

    async def invite(self, work: Work, asking: Asking, draft: TenderDraft) -> Answer:
        """201 with the tender. Raises what `inviting.invite` raises."""
        first = await idempotency.claim(work, asking.once)
        if first is not None:
            return first
        tender = await inviting.invite(work, asking.principal, self._current, draft)
        return await acting.kept(work, asking, await self._answer(work, tender, status=201))

    async def read(self, work: Work, asking: Asking, tender: UUID) -> Answer:
        """As far as the caller may see it. Raises NotFound."""
        return await self._answer(work, await transition.read(work, asking.principal, tender))

    async def page(
        self, work: Work, asking: Asking, limit: int, cursor: str | None = None, status: Status | None = None
    ) -> TenderPage:
        """The newest first. Raises InvalidCursor."""
        scope = ("tender", work.owner, status)
        after = paging.read(work.secret, scope, cursor, UUID) if cursor else None
        if asking.principal.kind is OrganisationKind.COORDINATOR:
            await work.as_role(Role.COORDINATOR)
            await audit.record(work, "oversee", "tender", None, limit=limit)
        rows = await queries.page(work, after, limit + 1, status.value if status else None)
        more = paging.onward(work.secret, scope, rows, limit)
        items = tuple(seen.summary(work, held(row, work.owner)) for row in rows[:limit])
        return TenderPage(items=items, next_cursor=more)

    async def bid(self, work: Work, asking: Asking, tender: UUID, draft: BidDraft) -> Answer:
        """201 with the bid, for its author alone. Raises what `bidding.bid` raises."""
        first = await idempotency.claim(work, asking.once)
        if first is not None:
            return first
        found, bid = await bidding.bid(work, asking.principal, self._current, tender, draft)
        return await acting.kept(work, asking, await self._bid(work, asking, found, bid, status=201))

    async def withdraw_bid(self, work: Work, asking: Asking, tender: UUID, bid: UUID) -> Answer:
        """The bid as it is then. Raises what `bidding.withdraw` raises."""
        first = await idempotency.claim(work, asking.once)
        if first is not None:
            return first
        found = await bidding.withdraw(work, asking.principal, tender, bid)
        return await acting.kept(work, asking, await self._bid(work, asking, found, bid))

    async def bids(self, work: Work, asking: Asking, tender: UUID) -> Bids | Comparison:
        """The caller's own, or, once they are opened, all side by side. Raises NotFound, BidsSealed."""
        found = await transition.read(work, asking.principal, tender)
        if found.side is not Side.SELLER:
            return await comparing.compare(work, found, asking.language, self._current)
        await work.as_role(Role.TENANT)
        rows, catalogue = await bid_queries.of_author(work, found), self._current.catalogue
        return Bids(items=tuple(seen.bid(row, asking.language, catalogue) for row in rows))

    async def open(self, work: Work, asking: Asking, tender: UUID) -> Answer:
        """After the deadline. Raises NotFound, VersionMismatch, TenderRefused."""
        return await self._changed(work, asking, tender, opening.open_tender)

    async def award(self, work: Work, asking: Asking, tender: UUID, draft: AwardDraft) -> Answer:
        """All together or nothing. Raises what `awarding.award` raises, NotFound and VersionMismatch."""
        known = self._current
        return await self._changed(work, asking, tender, lambda work, held: awarding.award(work, held, draft, known))

    async def cancel(self, work: Work, asking: Asking, tender: UUID, why: Reason) -> Answer:
        """Before anything is awarded. Raises NotFound, VersionMismatch, TenderRefused."""
        return await self._changed(work, asking, tender, lambda work, held: awarding.cancel(work, held, why))

    async def split(self, opened: Opened, asking: Asking, tender: UUID) -> Answer:
        """200 with the best split, or 202 with a job. Raises NotFound, TenderRefused, SolveFailed, TooManyJobs."""

        async def gather(work: Work) -> Gathered:
            return await splitting.gathered(work, asking.principal, self._current, tender, asking.language)

        order = Order(KIND, encode(Subject(tender)), asking.language)
        return await inquiries.answer(self._pool, opened, Inquiry(order, gather, once=asking.once))

    async def _changed(self, work: Work, asking: Asking, tender: UUID, change: Change) -> Answer:
        first = await idempotency.claim(work, asking.once)
        if first is not None:
            return first
        before = await transition.lock(work, asking.principal, tender, asking.if_match)
        return await acting.kept(work, asking, await self._answer(work, await change(work, before)))

    async def _answer(self, work: Work, tender: Held, status: int = 200) -> Answer:
        body = encode(await seen.whole(work, tender, self._current.catalogue))
        return Answer(id=tender.id, rev=tender.version, version=tender.version, body=body, status=status)

    async def _bid(self, work: Work, asking: Asking, tender: Held, bid: UUID, status: int = 200) -> Answer:
        row = next((row for row in await bid_queries.of_author(work, tender) if row["id"] == bid), None)
        if row is None:
            raise NotFound
        body = encode(seen.bid(row, asking.language, self._current.catalogue))
        return Answer(id=bid, rev=row["no"], version=row["no"], body=body, status=status)
