"""The match judged again with what was settled, against the agreed limits: the pinned spec and what gave way."""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from market.deals.held import Held, HeldLeg
from market.deals.offers import judging
from market.deals.offers.structs import Judged, Terms
from market.deals.relaxing import relaxed
from market.deals.samples import agreed as agreements
from market.deals.samples import queries
from market.deals.samples.agreed import Agreed
from market.deals.samples.machine import State
from market.deals.samples.sample import sample
from market.deals.samples.structs import Rejudged
from market.deals.sharing import shared_out
from market.matches.current import Current
from matching.listings import Lot
from matching.values import Assay, Verdict
from specs.kit.tenancy import Work
from specs.listing.structs import KG

Settled = dict[UUID, list[Assay]]


async def settled_assays(work: Work, deal: Held) -> Settled:
    """What the samples of a deal have settled so far, by lot; as the engine."""
    found: Settled = {}
    for held in map(sample, await queries.of_deal(work, deal)):
        if held.state is State.SETTLED:
            assays = [one.assay for one in held.facts.settlement if one.assay is not None]
            found.setdefault(held.lot_id, []).extend(assays)
    return found


async def rejudged(  # noqa: PLR0917 - the whole question
    work: Work, deal: Held, leg: HeldLeg, lot: UUID, agreed: Agreed, settled: Settled, current: Current
) -> Rejudged:
    """A lot of a leg, and of a blend the whole; as the engine."""
    terms = agreed.terms
    shares = shared_out(leg.kg, [one.kg for one in leg.lots])
    pinned = [(agreed.lots[one.lot_id], kg) for one, kg in zip(leg.lots, shares, strict=True)]
    known = [
        (measured(agreed.lots[one.lot_id], settled.get(one.lot_id, ())), kg)
        for one, kg in zip(leg.lots, shares, strict=True)
    ]
    permits = current.between(deal.buyer, leg.seller_tenant)
    before = judging.judge(terms, agreed.spec, pinned, permits, current)
    after = judging.judge(terms, agreed.spec, known, permits, current)
    place = [one.lot_id for one in leg.lots].index(lot)
    holds = None
    fails = _stands(before, place) is not Verdict.OUT and _stands(after, place) is Verdict.OUT
    if deal.blend is not None:
        held = await _blend_holds(work, deal, terms, agreed, {}, current)
        holds = await _blend_holds(work, deal, terms, agreed, settled, current)
        fails = held and not holds
    return Rejudged(
        before=_stands(before, place),
        after=_stands(after, place),
        evaluation=after.evaluations[place],
        blend_holds=holds,
        fails=fails,
    )


def measured(lot: Lot, settled: Sequence[Assay]) -> Lot:
    """The lot as it is known now: of a settled analyte nothing counts but what was settled."""
    codes = {assay.analyte for assay in settled}
    kept = tuple(assay for assay in lot.assays if assay.analyte not in codes)
    return msgspec.structs.replace(lot, assays=(*kept, *settled))


def _stands(judged: Judged, place: int) -> Verdict:
    """As the promised steps would make it, where any are."""
    return (judged.projections or judged.evaluations)[place].verdict


async def _blend_holds(  # noqa: PLR0917 - the whole question
    work: Work, deal: Held, terms: Terms, agreed: Agreed, settled: Settled, current: Current
) -> bool:
    takes = []
    for leg in deal.legs:
        lots = (await agreements.of_leg(work, deal, leg)).lots
        shares = shared_out(leg.kg, [one.kg for one in leg.lots])
        takes += [
            (str(one.lot_id), measured(lots[one.lot_id], settled.get(one.lot_id, ())), kg / KG)
            for one, kg in zip(leg.lots, shares, strict=True)
        ]
    return judging.blend_holds(relaxed(agreed.spec, terms.relaxations), takes, current.catalogue)
