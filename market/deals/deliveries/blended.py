"""Whether a blend would hold if all of a lot were like one portion of it."""

from collections.abc import Sequence
from uuid import UUID

from market.deals import revisions
from market.deals.contract import agreed as agreements
from market.deals.held import Held
from market.deals.offers.judging import blend_holds
from market.deals.relaxing import relaxed
from market.deals.samples.rejudging import measured
from market.deals.sharing import shared_out
from matching.reference import Catalogue
from matching.values import Assay
from specs.kit.tenancy import Work
from specs.listing.structs import KG


async def holds(work: Work, deal: Held, lot: UUID, found: Sequence[Assay], catalogue: Catalogue) -> bool | None:
    """With what was found in the place of the lot's own results; as the engine.

    None without a blend or results, and where promised steps change the lots, which the pinned ones do not show.
    """
    if deal.blend is None or not found:
        return None
    spec, takes = await revisions.spec(work, deal), []
    for leg in deal.legs:
        terms = (await agreements.of_leg(work, deal, leg)).terms
        if terms.steps:
            return None
        spec = relaxed(spec, terms.relaxations)
        shares = shared_out(leg.kg, [one.kg for one in leg.lots])
        for one, own, kg in zip(leg.lots, await revisions.lots(work, leg), shares, strict=True):
            takes.append((str(one.lot_id), measured(own, found) if one.lot_id == lot else own, kg / KG))
    return blend_holds(spec, takes, catalogue)
