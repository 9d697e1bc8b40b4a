"""Whether a deal is to be reviewed, until when, and what speaks against it."""

from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from market.deals import queries
from market.deals.held import Held
from market.deals.review import facts, policies
from market.deals.review.policy import reviewed
from market.deals.review.risk import assessed
from market.deals.structs import Risk
from specs.catalogue.loader import catalogue
from specs.kit import clock
from specs.kit.tenancy import Work


class Requirement(msgspec.Struct, frozen=True, kw_only=True):
    """`coordinators` are those who may decide: all that oversee the deal and take no part in it."""

    required: bool
    coordinators: tuple[UUID, ...]
    deadline: datetime
    risk: Risk


async def of(work: Work, deal: Held) -> Requirement:
    """Reviewed where the policy of any of them asks for it, within the fewest days of those; as the engine."""
    overseers = await overseeing(work, deal)
    found = await facts.of(work, deal, catalogue())
    own = await policies.of(work, overseers)
    asking = [policy for policy in own.values() if reviewed(policy, found)]
    days = min((policy.days for policy in asking or own.values()), default=0)
    return Requirement(
        required=bool(asking),
        coordinators=overseers,
        deadline=clock.end_of(clock.today(work.at) + timedelta(days=days)),
        risk=assessed(found),
    )


async def overseeing(work: Work, deal: Held) -> tuple[UUID, ...]:
    """Verified coordinators whose jurisdiction the deal touches, without its own parties; as the engine."""
    found = await queries.overseers(work, deal.prefectures, deal.parties)
    return tuple(tenant for tenant in found if tenant not in deal.parties)
