"""The coordinator's queue: what waits for review, and the numbers on its badges."""

from typing import Final
from uuid import UUID

import msgspec

from market.deals import listed, seen
from market.deals import queries as deals
from market.deals.held import Held
from market.deals.review import queries
from market.deals.review.structs import QueuedDeal, QueueFilters, ReviewCounts, ReviewQueue
from market.deals.structs import Named, RiskCode
from specs.kit import audit, paging
from specs.kit.tenancy import Role, Work

# from this level on a deal counts as one of high risk
HIGH_RISK: Final = 0.5


async def page(
    work: Work, language: str, limit: int, cursor: str | None = None, filters: QueueFilters | None = None
) -> ReviewQueue:
    """What the coordinator oversees (audited). Raises InvalidCursor."""
    wanted = filters or QueueFilters()
    scope = ("review_queue", work.owner, wanted)
    after = paging.read(work.secret, scope, cursor, tuple[float, UUID]) if cursor else None
    await work.as_role(Role.COORDINATOR)
    await audit.record(work, "oversee", "review", None, limit=limit)
    rows = await queries.queue(work, after, limit + 1, wanted)
    more = None
    if len(rows) > limit:
        more = paging.sign(work.secret, scope, (rows[limit - 1]["risk_level"], rows[limit - 1]["id"]))
    found = await listed.deals(work, rows[:limit])
    await work.as_role(Role.ENGINE)
    names = await deals.names(work, tuple({party for deal in found for party in deal.parties}))
    return ReviewQueue(items=tuple(_queued(work, deal, names, language) for deal in found), next_cursor=more)


def _queued(work: Work, deal: Held, names: dict[UUID, str], language: str) -> QueuedDeal:
    return QueuedDeal(
        **seen.common(deal, language),
        buyer=_named(deal.buyer, names),
        sellers=tuple(_named(leg.seller_tenant, names) for leg in deal.seen_legs),
        prefectures=deal.prefectures,
        overdue=deal.deadline is not None and deal.deadline <= work.at,
    )


def _named(party: UUID, names: dict[UUID, str]) -> Named:
    return Named(organisation_id=party, name=names[party])


async def counts(work: Work) -> ReviewCounts:
    """Of what the coordinator oversees (audited)."""
    await work.as_role(Role.COORDINATOR)
    await audit.record(work, "oversee", "review", None)
    row = await queries.counts(work, HIGH_RISK)
    by_reason = dict.fromkeys(RiskCode, 0) | msgspec.json.decode(row["by_reason"], type=dict[RiskCode, int])
    return ReviewCounts(**dict(row) | {"by_reason": by_reason})
