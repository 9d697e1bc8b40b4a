"""The best split of a tender: what the buyer knows of opened bids, for the blend optimiser."""

from typing import Any, Final
from uuid import UUID

import msgspec

from market.deals import queries as deals
from market.deals import revisions
from market.matches.current import Current
from market.parties import organisations
from market.parties.structs import Principal
from market.runs.inquiries import Gathered
from market.runs.structs import Claimed, Prepared
from market.tenders import bid_queries, transition
from market.tenders.solve import Question
from market.tenders.structs import Act, BidState, Sealed
from matching.listings import Demand, Supply
from specs.kit.tenancy import Work
from specs.listing.structs import KG
from specs.lot.structs import FiledLot, stored

KIND: Final = "tender_split"
# lots × limits up to which it is answered at once, as for any blend
AT_ONCE: Final = 1_000
_SEALED: Final = msgspec.json.Decoder(Sealed)


class Subject(msgspec.Struct, frozen=True):
    """What a stored job holds."""

    tender_id: UUID


async def gathered(work: Work, principal: Principal, current: Current, tender_id: UUID, language: str) -> Gathered:
    """Of the bids that stand. Goes on as role engine. Raises NotFound, TenderRefused."""
    tender = await transition.read(work, principal, tender_id)
    tender.check(Act.SPLIT, work.at)
    await current.refresh(work.connection)
    spec = await revisions.spec_at(work, tender.buyer, tender.spec_id, tender.spec_rev)
    quantity = Demand(tonnes=tender.left / KG, max_suppliers=spec.quantity.max_suppliers)
    rows = [row for row in await bid_queries.opened(work, tender) if row["state"] == BidState.STANDING.value]
    pinned = await deals.pinned_lots(work, [(row["seller_tenant"], row["lot_id"], row["lot_rev"]) for row in rows])
    lots = [(str(row["id"]), _as_bid(row, pinned[row["lot_id"], row["lot_rev"]])) for row in rows]
    question = Question(
        spec=msgspec.structs.replace(spec, quantity=quantity),
        spec_at=current.said(spec),
        lots=tuple(lots),
        lots_at=tuple(current.said(lot) for _, lot in lots),
        language=language,
        tariffs=await current.editions.in_force(work.connection),
    )
    return Gathered(KIND, question, small=question.size <= AT_ONCE)


async def prepare(work: Work, current: Current, job: Claimed) -> Prepared:
    """The bids as they stand when the job runs."""
    subject = msgspec.json.decode(job.input, type=Subject)
    principal = await organisations.oneself(work, job.id)
    return (await gathered(work, principal, current, subject.tender_id, job.language)).prepared


def _as_bid(row: Any, pinned: deals.Pinned) -> FiledLot:
    """The pinned lot at the price and for the tonnes that are bid."""
    lot = stored(pinned.content)
    terms = _SEALED.decode(row["sealed"]).terms
    return msgspec.structs.replace(
        lot,
        quantity=Supply(tonnes=row["kg"] / KG, min_take_tonnes=row["min_kg"] / KG),
        ask_price=terms.price,
    )
