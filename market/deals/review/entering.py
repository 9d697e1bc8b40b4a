"""How a deal comes before the coordinators: first, again after its questions were answered, or once more when void."""

from collections.abc import Sequence

import msgspec

from market.alerts import service as notices
from market.alerts.codes import Code
from market.deals.approval import VoidReason
from market.deals.held import Held
from market.deals.machine import Status, Turn
from market.deals.review import queries, requirement
from market.deals.review.requirement import Requirement
from market.deals.review.structs import ReviewContent
from specs.kit import clock
from specs.kit.tenancy import Work
from specs.kit.wire import encode


async def enter(work: Work, deal: Held, found: Requirement) -> Held:
    """In review, with the risk as it is now; everyone who may decide is told."""
    told = {"material": deal.material, "until": clock.last_day(found.deadline).isoformat()}
    for coordinator in found.coordinators:
        await notices.tell(work, coordinator, Code.REVIEW_WAITING, dict(told), "deal", deal.id)
    return msgspec.structs.replace(
        deal,
        status=Status.IN_REVIEW,
        turn=Turn.COORDINATOR,
        deadline=found.deadline,
        risk=encode(found.risk).decode(),
        risk_level=found.risk.level,
    )


async def voided(work: Work, deal: Held, reasons: Sequence[VoidReason]) -> Held:
    """Back in review, because accepted terms left the approval behind; the caller saves it by its own act."""
    for leg in deal.legs:
        content = ReviewContent(voided=tuple(reason for reason in reasons if reason.leg_id == leg.id))
        await queries.add_void(work, deal, content, leg.seller_tenant, first=leg is deal.legs[0])
    legs = tuple(msgspec.structs.replace(leg, approved=None) for leg in deal.legs)
    without = msgspec.structs.replace(deal, approved=None, legs=legs)
    return await enter(work, without, await requirement.of(work, without))
