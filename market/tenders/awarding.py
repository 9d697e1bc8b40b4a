"""Awards: each opens a deal in which the bid is the accepted offer, all of them together or none; and cancelling."""

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

import msgspec

from market.alerts import service as notices
from market.alerts.codes import Code
from market.deals import awarded, opening, revisions
from market.deals.awarded import Won
from market.deals.errors import DealBlocked
from market.deals.offers import judging
from market.deals.offers import queries as stock
from market.deals.structs import Reason
from market.deals.taking import Take, refuse_takes, take_faults
from market.matches.current import Current
from market.tenders import bid_queries, permitted, transition
from market.tenders.bidding import offered
from market.tenders.held import Held
from market.tenders.structs import Act, AwardDraft, AwardedBid, BidState, Sealed, Status
from matching.columns import Listing
from matching.fault import Fault, fault, leaves
from matching.listings import Lot, Spec
from matching.values import Portion
from specs.kit.errors import Invalid
from specs.kit.tenancy import Work
from specs.listing.structs import KG

_SEALED = msgspec.json.Decoder(Sealed)


class Taken(msgspec.Struct, frozen=True):
    """A bid's row, and the kilograms that are taken of it."""

    row: Any
    kg: int


async def award(work: Work, tender: Held, draft: AwardDraft, current: Current) -> Held:
    """As the engine, locked. Raises TenderRefused, Invalid, DealExists, WindowPassed, TooManySuppliers, DealBlocked,
    StockTaken.
    """
    tender.check(Act.AWARD, work.at)
    rows = await bid_queries.opened(work, tender)
    faults = tuple(_faults(tender, draft, {row["id"]: row for row in rows}))
    if faults:
        raise Invalid(faults=faults)
    by_id = {row["id"]: row for row in rows}
    taken = [Taken(by_id[one.bid_id], _kg(one, by_id[one.bid_id])) for one in draft.awards]
    await _hold(work, tender, taken)
    await current.refresh(work.connection)
    spec = await revisions.spec_at(work, tender.buyer, tender.spec_id, tender.spec_rev)
    lots = [await _lot(work, one) for one in taken]
    takes = [*zip(range(len(taken)), taken, lots, strict=True)]
    faults = tuple(one for i, own, lot in takes for one in _least_faults(i, own, spec, lot))
    if faults:
        raise Invalid(faults=faults)
    await refuse_takes(work, tender.buyer, tender.spec_id, spec, lots, [one.row["seller_tenant"] for one in taken])
    pinned = Listing(str(tender.spec_id), str(tender.buyer), tender.spec_rev, spec)
    struck = [(one, await awarded.open_awarded(work, await _won(work, tender, pinned, one, current))) for one in taken]
    total = tender.awarded_kg + sum(one.kg for one in taken)
    after = await transition.save(work, tender, status=Status.AWARDED, awarded_kg=total)
    for one, deal in struck:
        await bid_queries.award(work, tender, one.row["id"], one.kg, deal.id)
        seller = one.row["seller_tenant"]
        told = {"bid": one.row["id"], "kg": one.kg, "deal": deal.id}
        await transition.note(work, after, "award", (tender.buyer, seller), told)
        await notices.tell(work, seller, Code.TENDER_WON, {"material": tender.material}, "deal", deal.id)
    await _tell_the_others(work, after, rows, {one.row["id"] for one in taken})
    return after


async def cancel(work: Work, tender: Held, why: Reason) -> Held:
    """Before anything is awarded; bids that are shut stay shut. As the engine, locked. Raises TenderRefused."""
    tender.check(Act.CANCEL, work.at)
    after = await transition.save(work, tender, status=Status.CANCELLED, reason=why.reason)
    await transition.note(work, after, "cancel", (tender.buyer, *tender.invited), why)
    await transition.tell(work, after, Code.TENDER_CANCELLED, tender.invited)
    return after


def _kg(one: AwardedBid, row: Any) -> int:
    kg: int = row["kg"] if one.tonnes is None else round(one.tonnes * KG)
    return kg


def _faults(tender: Held, draft: AwardDraft, rows: dict[UUID, Any]) -> Iterator[Fault]:
    yield from leaves(draft)
    seen: set[UUID] = set()
    total = 0
    for i, one in enumerate(draft.awards):
        at, row = f"/awards/{i}", rows.get(one.bid_id)
        if row is None or row["state"] != BidState.STANDING.value:
            yield fault(f"{at}/bid_id", "no_such_bid")
            continue
        if one.bid_id in seen:
            yield fault(f"{at}/bid_id", "duplicate", given=str(one.bid_id))
        seen.add(one.bid_id)
        kg = _kg(one, row)
        if not row["min_kg"] <= kg <= row["kg"]:
            yield fault(f"{at}/tonnes", "outside_of_bid", given=kg / KG, least=row["min_kg"] / KG, most=row["kg"] / KG)
        total += kg
    if total > tender.left:
        yield fault("/awards", "more_than_tender", given=total / KG, left=tender.left / KG)


async def _hold(work: Work, tender: Held, taken: Sequence[Taken]) -> None:
    """Every listing of all awards in one order: two who take of the same never wait for each other's second."""
    lots = [(one.row["lot_id"], "lot", one.row["seller_tenant"]) for one in taken]
    await opening.alone(work, tender.buyer, tender.spec_id, [lot for lot, _, _ in lots])
    for listing, table, tenant in sorted([(tender.spec_id, "spec", tender.buyer), *lots]):
        await stock.lock_listing(work, table, tenant, listing)


async def _lot(work: Work, one: Taken) -> Lot:
    return await revisions.lot_at(work, one.row["seller_tenant"], one.row["lot_id"], one.row["lot_rev"])


def _least_faults(no: int, one: Taken, spec: Spec, lot: Lot) -> Iterator[Fault]:
    """Less than the buyer's or the recycler's least; a bid on all of a smaller lot is taken whole."""
    yield from take_faults(f"/awards/{no}/tonnes", spec, [Take(lot, one.kg, one.row["kg"])], blended=False)


async def _won(work: Work, tender: Held, spec: Listing[Spec], one: Taken, current: Current) -> Won:
    row = one.row
    lot = await _lot(work, one)
    bid = _SEALED.decode(row["sealed"]).terms
    terms = offered(bid, one.kg, tender.wanted.contract)
    seller = row["seller_tenant"]
    evaluation = permitted.judged(current, tender, spec.content, seller, lot, terms.relaxations)
    if evaluation.blockers:
        raise DealBlocked({"codes": [blocker.code for blocker in evaluation.blockers]})
    month = Portion(month=f"{bid.deliver_from:%Y-%m}", tonnes=terms.tonnes)
    return Won(
        spec=spec,
        lot=Listing(str(row["lot_id"]), str(row["seller_tenant"]), row["lot_rev"], lot),
        kg=one.kg,
        evaluation=evaluation,
        terms=msgspec.structs.replace(terms, schedule=(month,)),
        judged=judging.judge(terms, spec.content, [(lot, one.kg)], current.between(tender.buyer, seller), current),
    )


async def _tell_the_others(work: Work, tender: Held, rows: Sequence[Any], won: set[UUID]) -> None:
    """Those of whose bids none was taken, now or before; once."""
    winners = {row["seller_tenant"] for row in rows if row["id"] in won or row["state"] == BidState.AWARDED.value}
    losers = sorted({row["seller_tenant"] for row in rows} - winners)
    await transition.tell(work, tender, Code.TENDER_LOST, tuple(losers))
