"""Portions of a deal's legs. Every method is one unit of work's worth and leaves the work as role engine or reader."""

from collections.abc import Awaitable, Callable
from uuid import UUID

import msgspec

from market.deals import acting, transition
from market.deals.acting import Asking, as_reader
from market.deals.deliveries import lateness, leaving, queries, receiving, seen
from market.deals.deliveries.portion import HeldPortion, portion
from market.deals.deliveries.structs import Acceptance, DeliveryDraft, DeliveryPage, DispatchDraft, ReceiptDraft
from market.deals.held import Held
from market.deals.structs import Reason
from market.matches.current import Current
from specs.kit import paging, versions
from specs.kit.errors import NotFound
from specs.kit.idempotency import Answer
from specs.kit.tenancy import Role, Work
from specs.kit.wire import encode

Step = Callable[[Work, Held, HeldPortion], Awaitable[HeldPortion]]


class Deliveries:
    """One per API process."""

    def __init__(self, current: Current) -> None:
        self._catalogue = current.catalogue

    async def plan(self, work: Work, asking: Asking, deal: UUID, draft: DeliveryDraft) -> Answer:
        """201 with the portion. Raises NotFound, TransitionRefused, Invalid, MoreThanReserved."""

        async def run(work: Work, held: Held) -> Answer:
            new = await leaving.plan(work, held, draft)
            return msgspec.structs.replace(await self._answer(work, asking, held, new), status=201)

        return await acting.on_deal(work, asking, deal, run)

    async def change(self, work: Work, asking: Asking, deal: UUID, delivery: UUID, step: Step) -> Answer:
        """One act on a portion, the deal locked. Raises NotFound, VersionMismatch, PortionRefused."""

        async def run(work: Work, held: Held) -> Answer:
            before = await _portion(work, held, delivery)
            versions.check(before.version, asking.if_match)
            after = await step(work, held, before)
            now = await lateness.renew(work, await transition.again(work, held))
            return await self._answer(work, asking, now, after)

        return await acting.on_deal(work, asking, deal, run)

    async def call_off(self, work: Work, asking: Asking, deal: UUID, delivery: UUID, why: Reason) -> Answer:
        """It will not come."""
        return await self.change(
            work, asking, deal, delivery, lambda work, held, before: leaving.call_off(work, held, before, why)
        )

    async def dispatch(self, work: Work, asking: Asking, deal: UUID, delivery: UUID, draft: DispatchDraft) -> Answer:
        """It leaves. Raises Invalid, PermitMissing, MoreThanReserved too."""
        return await self.change(
            work, asking, deal, delivery, lambda work, held, before: leaving.dispatch(work, held, before, draft)
        )

    async def receive(self, work: Work, asking: Asking, deal: UUID, delivery: UUID, draft: ReceiptDraft) -> Answer:
        """It arrived. Raises Invalid too."""
        known = self._catalogue
        return await self.change(
            work, asking, deal, delivery, lambda work, held, before: receiving.receive(work, held, before, draft, known)
        )

    async def accept(self, work: Work, asking: Asking, deal: UUID, delivery: UUID, how: Acceptance) -> Answer:
        """It is taken. Raises Invalid, NothingToDeduct, MoreThanReserved too."""
        known = self._catalogue
        return await self.change(
            work, asking, deal, delivery, lambda work, held, before: receiving.accept(work, held, before, how, known)
        )

    async def reject(self, work: Work, asking: Asking, deal: UUID, delivery: UUID, why: Reason) -> Answer:
        """It is not."""
        return await self.change(
            work, asking, deal, delivery, lambda work, held, before: receiving.reject(work, held, before, why)
        )

    async def settle(self, work: Work, asking: Asking, deal: UUID, delivery: UUID) -> Answer:
        """It is paid, or taken back."""
        return await self.change(work, asking, deal, delivery, receiving.settle)

    async def read(self, work: Work, asking: Asking, deal: UUID, delivery: UUID) -> Answer:
        """As a party of the leg or a coordinator. Raises NotFound."""
        held = await transition.read(work, asking.principal, deal)
        return await self._answer(work, asking, held, await _portion(work, held, delivery))

    async def page(self, work: Work, asking: Asking, deal: UUID, limit: int, cursor: str | None = None) -> DeliveryPage:
        """As far as they concern the caller, the newest first. Raises NotFound, InvalidCursor."""
        scope = ("delivery", work.owner, deal)
        after = paging.read(work.secret, scope, cursor, UUID) if cursor else None
        held = await transition.read(work, asking.principal, deal)
        await as_reader(work, held)
        rows = await queries.page(work, held, after, limit + 1)
        await work.as_role(Role.ENGINE)
        more = paging.onward(work.secret, scope, rows, limit)
        items = [
            await seen.delivery(work, held, portion(row), asking.language, self._catalogue) for row in rows[:limit]
        ]
        return DeliveryPage(items=tuple(items), next_cursor=more)

    async def _answer(self, work: Work, asking: Asking, deal: Held, held: HeldPortion) -> Answer:
        shown = await seen.delivery(work, deal, held, asking.language, self._catalogue)
        return Answer(id=held.id, rev=held.version, version=held.version, body=encode(shown))


async def _portion(work: Work, deal: Held, delivery: UUID) -> HeldPortion:
    """One that the caller may see, read under its own policies. Goes on as role engine. Raises NotFound."""
    await as_reader(work, deal)
    row = await queries.read(work, deal, delivery)
    await work.as_role(Role.ENGINE)
    if row is None:
        raise NotFound
    return portion(row)
