"""Results that are not filed in time: the sample ends, and the deal does not wait for it any longer.

What one side had filed stays sealed. Another sample may be requested.
"""

import msgspec

from market.alerts import service as notices
from market.alerts.codes import Code
from market.deals.held import Held
from market.deals.machine import Actor
from market.deals.samples import keeping
from market.deals.samples.machine import Act, State
from market.deals.samples.sample import HeldSample
from specs.kit.errors import Params
from specs.kit.tenancy import Work


async def warn(work: Work, deal: Held, held: HeldSample) -> None:
    """On the last day, whoever has not filed; once. As the engine."""
    sides = ((Actor.BUYER, deal.buyer), (Actor.SELLER, held.seller_tenant))
    for tenant in (tenant for side, tenant in sides if side not in held.filed):
        once = f"{Code.SAMPLE_RESULT_DUE.value} {held.id}"
        told: Params = {"deal_id": str(deal.id), "no": held.no}
        await notices.tell(work, tenant, Code.SAMPLE_RESULT_DUE, told, "sample", held.id, dedupe=once)


async def lapse(work: Work, deal: Held, held: HeldSample) -> None:
    """As the system, the deal locked."""
    after = msgspec.structs.replace(held, state=State.CANCELLED)
    after = await keeping.take(work, deal, held, Act.LAPSE, after, {"filed": held.filed})
    await keeping.tell(work, after, (deal.buyer, held.seller_tenant), Code.SAMPLE_LAPSED)
