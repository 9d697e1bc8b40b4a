"""Portions of a deal's legs. Every method is one unit of work's worth and leaves the work as role engine or reader."""

from collections.abc import Sequence
from uuid import UUID

from market.deals import transition
from market.deals.acting import Asking
from market.deals.deliveries import lateness, leaving, queries, receiving, seen
from market.deals.deliveries.portion import HeldPortion, portion
from market.deals.deliveries.structs import (
    Acceptance,
    Delivery,
    DeliveryDraft,
    DeliveryPage,
    DispatchDraft,
    ReceiptDraft,
)
from market.deals.held import Held
from market.deals.matters import Matters
from market.deals.structs import Reason
from market.matches.current import Current
from specs.kit.idempotency import Answer
from specs.kit.tenancy import Work


class Deliveries(Matters[HeldPortion, Delivery]):
    """One per API process. Acts raise NotFound, VersionMismatch, PortionRefused."""

    def __init__(self, current: Current) -> None:
        super().__init__("delivery", queries, portion)
        self._catalogue = current.catalogue

    async def plan(self, work: Work, asking: Asking, deal: UUID, draft: DeliveryDraft) -> Answer:
        """201 with the portion. Raises NotFound, TransitionRefused, Invalid, MoreThanReserved."""
        return await self.create(work, asking, deal, leaving.plan, draft)

    async def call_off(self, work: Work, asking: Asking, deal: UUID, delivery: UUID, why: Reason) -> Answer:
        """It will not come."""
        return await self.change(work, asking, deal, delivery, leaving.call_off, why)

    async def dispatch(self, work: Work, asking: Asking, deal: UUID, delivery: UUID, draft: DispatchDraft) -> Answer:
        """It leaves. Raises Invalid, PermitMissing, MoreThanReserved too."""
        return await self.change(work, asking, deal, delivery, leaving.dispatch, draft)

    async def receive(self, work: Work, asking: Asking, deal: UUID, delivery: UUID, draft: ReceiptDraft) -> Answer:
        """It arrived. Raises Invalid too."""
        return await self.change(work, asking, deal, delivery, receiving.receive, draft, self._catalogue)

    async def accept(self, work: Work, asking: Asking, deal: UUID, delivery: UUID, how: Acceptance) -> Answer:
        """It is taken. Raises Invalid, NothingToDeduct, MoreThanReserved too."""
        return await self.change(work, asking, deal, delivery, receiving.accept, how, self._catalogue)

    async def reject(self, work: Work, asking: Asking, deal: UUID, delivery: UUID, why: Reason) -> Answer:
        """It is not."""
        return await self.change(work, asking, deal, delivery, receiving.reject, why)

    async def settle(self, work: Work, asking: Asking, deal: UUID, delivery: UUID) -> Answer:
        """It is paid, or taken back."""
        return await self.change(work, asking, deal, delivery, receiving.settle)

    async def page(self, work: Work, asking: Asking, deal: UUID, limit: int, cursor: str | None = None) -> DeliveryPage:
        """As far as they concern the caller, the newest first. Raises NotFound, InvalidCursor."""
        items, more = await self.listed(work, asking, deal, limit, cursor)
        return DeliveryPage(items=items, next_cursor=more)

    async def shown(self, work: Work, asking: Asking, deal: Held, found: Sequence[HeldPortion]) -> tuple[Delivery, ...]:
        """Each judged anew."""
        return tuple([await seen.delivery(work, deal, one, asking.language, self._catalogue) for one in found])

    async def moved(self, work: Work, deal: Held) -> Held:
        """With what is due next, which follows from the portions."""
        return await lateness.renew(work, await transition.again(work, deal))
