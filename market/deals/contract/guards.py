"""Which permits stand in the way of a move, and since when what was agreed may move."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from market.deals import queries, revisions
from market.deals.held import Held, HeldLeg
from market.permits.gate import gate
from matching.permits.gate import moving_day
from matching.permits.standing import Fulfilment
from specs.kit import clock
from specs.kit.tenancy import Work


async def contracted_on(work: Work, deal: Held) -> date:
    """The day (JST) of the last signature, before which nothing leaves; of a deal that is contracted, as the engine."""
    return clock.today(await queries.contracted_at(work, deal.id))


async def permits_missing(
    work: Work, deal: Held, legs: Sequence[HeldLeg], days: Sequence[date] = (), carrier: UUID | None = None
) -> tuple[str, ...]:
    """What stands in the way of moving lots of these legs, as `receiver:SHOBUN`, without numbers; as the engine.

    Judged on each of `days`, or on the first on which each lot can move; of a `carrier` once it is named.
    """
    spec = await revisions.spec(work, deal)
    missing: set[str] = set()
    for leg in legs:
        for lot in await revisions.lots(work, leg):
            for day in days or (moving_day(spec, lot, clock.today(work.at)),):
                found = await gate(
                    work,
                    deal.buyer,
                    leg.seller_tenant,
                    lot,
                    day,
                    to=spec.delivery.location.prefecture,
                    carrier_tenant=carrier,
                )
                blocked = (s for s in found.standings if s.fulfilment is Fulfilment.BLOCKED)
                missing |= {f"{s.party.value}:{'/'.join(s.permits)}" for s in blocked}
    return tuple(sorted(missing))
