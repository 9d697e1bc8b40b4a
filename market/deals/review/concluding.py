"""When every leg's offer is accepted: the deal is struck, or its approval has become void and it is reviewed again."""

from market.deals import revisions
from market.deals.agreement import strike
from market.deals.held import Held
from market.deals.review import queries
from market.deals.review.entering import voided
from market.deals.review.terms import offered
from market.deals.review.voiding import voids
from specs.kit.tenancy import Work


async def conclude(work: Work, deal: Held) -> Held:
    """The deal as it is then, not yet saved; as the engine. Raises StockTaken."""
    spec = await revisions.spec(work, deal)
    asks = {leg.id: [lot.ask_price for lot in await revisions.lots(work, leg)] for leg in deal.legs}
    reasons = voids(deal, spec, offered(deal, await queries.offers(work, deal)), asks)
    return await voided(work, deal, reasons) if reasons else await strike(work, deal)
