"""Opening a tender to the recyclers whose lots fit, or to those of lots that the buyer was shown."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final
from uuid import UUID

import msgspec

from market.alerts.codes import Code
from market.deals.contract.terms import contract_faults
from market.matches import ordering, reading
from market.matches.current import Current
from market.parties.structs import Principal
from market.tenders import queries, transition
from market.tenders.errors import NobodyToInvite
from market.tenders.held import Held
from market.tenders.structs import MOST_INVITED, Status, TenderDraft, Wanted
from matching.columns import Listing
from matching.fault import Fault, fault, leaves
from matching.listings import Lot, Spec
from specs.kit import clock, ids
from specs.kit.errors import Invalid
from specs.kit.tenancy import Role, Work
from specs.kit.wire import encode
from specs.listing import queries as listings
from specs.listing.structs import KG
from specs.lot.service import LOTS

# days that bids may be waited for
MOST: Final = timedelta(days=180)


async def invite(work: Work, principal: Principal, current: Current, draft: TenderDraft) -> Held:
    """A new tender. Goes on as role engine. Raises NotFound, NotOpen, Invalid, NobodyToInvite."""
    shown = [await _shown(work, lot) for lot in draft.lot_ids]
    spec = await reading.own_spec(work, principal, current, draft.spec_id)
    faults = [*leaves(draft), *_faults(work, draft, spec.content)]
    faults += contract_faults(draft.contract, current.catalogue) if draft.contract is not None else ()
    faults += [fault(f"/lot_ids/{i}", "lot_not_shown") for i, seen in enumerate(shown) if not seen]
    if faults:
        raise Invalid(faults=faults)
    invited = await _invited(current, spec, draft.lot_ids)
    if not invited:
        raise NobodyToInvite
    tender = _new(work, spec, draft, invited)
    await queries.add(work, tender)
    told = {"spec_id": tender.spec_id, "spec_rev": tender.spec_rev, "deadline": draft.deadline, "kg": tender.kg}
    await transition.note(work, tender, "invite", (tender.buyer,), told | {"invited": len(invited)})
    await transition.tell(work, tender, Code.TENDER_INVITED, invited)
    return tender


async def _shown(work: Work, lot: UUID) -> bool:
    """Whether the lot of another was shown to the caller, and is still."""
    await work.as_role(Role.COUNTERPARTY)
    found = await listings.elsewhere(work, LOTS.sql, lot)
    await work.as_role(Role.TENANT)
    return found is not None


def _faults(work: Work, draft: TenderDraft, spec: Spec) -> Iterator[Fault]:
    today = clock.today(work.at)
    last = min(today + MOST, spec.delivery.until)
    if not today <= draft.deadline <= last:
        yield fault("/deadline", "deadline_out_of_range", first=str(today), last=str(last))
    if draft.tonnes is None:
        return
    if round(draft.tonnes * KG) <= 0:
        yield fault("/tonnes", "not_positive", given=draft.tonnes)
    elif round(draft.tonnes * KG) > round(spec.quantity.tonnes * KG):
        yield fault("/tonnes", "more_than_left", given=draft.tonnes, left=spec.quantity.tonnes)


async def _invited(current: Current, spec: Listing[Spec], named: tuple[UUID, ...]) -> tuple[UUID, ...]:
    """Owners of the named lots, or of the best matches; in no order that would tell of their rank."""
    found = [lot for one in named if (lot := current.find(str(one))) is not None and isinstance(lot.content, Lot)]
    whose = [lot.owner for lot in found] if named else await ordering.owners(current, spec)
    owners = dict.fromkeys(UUID(owner) for owner in whose if owner != spec.owner)
    return tuple(sorted(list(owners)[:MOST_INVITED]))


def _new(work: Work, spec: Listing[Spec], draft: TenderDraft, invited: tuple[UUID, ...]) -> Held:
    tonnes = spec.content.quantity.tonnes if draft.tonnes is None else draft.tonnes
    return Held(
        buyer=work.owner,
        id=ids.new_id(),
        version=1,
        status=Status.OPEN,
        spec_id=UUID(spec.id),
        spec_rev=spec.rev,
        material=spec.content.material,
        prefectures=(spec.content.delivery.location.prefecture,),
        kg=round(tonnes * KG),
        awarded_kg=0,
        deadline=clock.end_of(draft.deadline),
        invited=invited,
        content=encode(msgspec.convert(draft, Wanted, from_attributes=True)).decode(),
        created_at=work.at,
        updated_at=work.at,
        caller=work.owner,
    )
