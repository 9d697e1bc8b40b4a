"""Opening a deal: proposed by one side, or by a coordinator, and waiting for the others to take it up."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Final
from uuid import UUID

import msgspec

from market.blends import queries as blends
from market.blends.stored import Stored
from market.blends.structs import BlendState
from market.deals import queries, subject, telling, transition
from market.deals.errors import BlendOutdated, DealExists, NotToBeDealt
from market.deals.held import Held, HeldLeg, HeldLot
from market.deals.machine import Act, Status, Turn
from market.deals.structs import Asked, DealDraft
from market.deals.subject import Part, Share, Subject
from market.deals.taking import refuse_takes
from market.matches import reading
from market.matches.current import Current
from market.parties.structs import Principal
from matching.fault import Fault, fault, leaves
from matching.faults import MOST_TONNES
from specs.kit import clock, ids
from specs.kit.errors import Invalid, NotFound
from specs.kit.tenancy import Work
from specs.kit.wire import encode

# days in which a proposal may be taken up
PATIENCE: Final = timedelta(days=14)


async def open_deal(work: Work, principal: Principal, current: Current, draft: DealDraft) -> Held:
    """The new deal. Goes on as role engine.

    Raises NotFound, NotToBeDealt, Invalid, WindowPassed, TooManySuppliers, DealBlocked, RelaxationNeeded,
    BlendOutdated, DealExists.
    """
    faults = [*leaves(draft), *_shape_faults(draft)]
    if faults:
        raise Invalid(faults=faults)
    if draft.blend_id is None:
        found = await subject.of_pair(work, principal, current, draft)
    else:
        found = await _of_blend(work, principal, current, draft)
    buyer, lots = UUID(found.spec.owner), [UUID(part.lot.id) for part in found.parts]
    await alone(work, buyer, UUID(found.spec.id), lots)
    deal = new(work, found, draft)
    await queries.add(work, deal)
    await telling.tell(work, None, deal, Act.OPEN)
    await transition.note(work, deal, Act.OPEN, {"to": deal.status, "turn": deal.turn, "asked": draft})
    return deal


def _shape_faults(draft: DealDraft) -> Iterator[Fault]:
    if draft.tonnes is not None and draft.tonnes > MOST_TONNES:
        yield fault("/tonnes", "too_large", given=draft.tonnes, most=MOST_TONNES)
    pair = (draft.spec_id is not None, draft.lot_id is not None)
    if draft.blend_id is not None:
        yield from (
            fault(f"/{name}", "not_with_a_blend")
            for name, given in zip(("spec_id", "lot_id"), pair, strict=True)
            if given
        )
    else:
        yield from (
            fault(f"/{name}", "pair_or_blend")
            for name, given in zip(("spec_id", "lot_id"), pair, strict=True)
            if not given
        )


async def _of_blend(work: Work, principal: Principal, current: Current, draft: DealDraft) -> Subject:
    """A blend of one's own spec, pinned as it is: proposals give way to newer ones, deals do not."""
    assert draft.blend_id is not None  # noqa: S101 - checked by the caller
    row = await blends.read(work, draft.blend_id)
    if row is None:
        raise NotFound
    shown = await Stored(current).read(work, principal, draft.blend_id, "en")
    if shown.state is BlendState.IMPOSSIBLE:
        raise BlendOutdated
    if any(take.steps for take in shown.blend.takes):
        # the processor is no party, and a leg would take other tonnes than arrive
        raise Invalid(faults=[fault("/blend_id", "blend_by_steps")])
    spec = await reading.own_spec(work, principal, current, row["spec_id"])
    shares = [Share(*share) for share in zip(row["lots"], row["revs"], row["kgs"], strict=True)]
    found = subject.of_blend(current, spec, shares, row["content"], draft)
    lots, sellers = zip(*((part.lot.content, UUID(part.lot.owner)) for part in found.parts), strict=True)
    await refuse_takes(work, UUID(spec.owner), UUID(spec.id), spec.content, lots, sellers)
    return found


async def alone(work: Work, buyer: UUID, spec: UUID, lots: list[UUID]) -> None:
    """Two who open the same deal at once: the second finds the first. Raises DealExists."""
    await work.connection.execute("select pg_advisory_xact_lock(7311, hashtext($1))", str(spec))
    other = await queries.open_on(work, buyer, spec, lots)
    if other is not None:
        raise DealExists({"deal_id": str(other)})


def new(work: Work, found: Subject, draft: DealDraft) -> Held:
    """Proposed, not yet stored. Raises NotToBeDealt for a deal with oneself."""
    buyer = UUID(found.spec.owner)
    deal_id = ids.new_id()
    legs = _legs(found.parts)
    sellers = tuple(leg.seller_tenant for leg in legs)
    if buyer in sellers:
        raise NotToBeDealt
    prefectures = {found.spec.content.delivery.location.prefecture}
    prefectures |= {part.lot.content.location.prefecture for part in found.parts}
    parties = (buyer, *sellers)
    deal = Held(
        buyer=buyer,
        id=deal_id,
        version=1,
        status=Status.PROPOSED,
        turn=Turn.BOTH,
        opened_by=work.owner,
        opened_as=found.side,
        origin=found.origin,
        spec_id=UUID(found.spec.id),
        spec_rev=found.spec.rev,
        material=found.spec.content.material,
        kg=sum(part.kg for part in found.parts),
        parties=parties,
        prefectures=tuple(sorted(prefectures)),
        asked=encode(Asked(relaxations=draft.relaxations, message=draft.message)).decode(),
        blend=found.blend,
        taken_up=(work.owner,) if work.owner in parties else (),
        names_opened=(),
        signed=(),
        cancelling=(),
        approved=None,
        risk="{}",
        risk_level=0.0,
        deadline=clock.end_of(clock.today(work.at) + PATIENCE),
        created_at=work.at,
        updated_at=work.at,
        legs=legs,
        caller=work.owner,
        actor=found.side,
    )
    return msgspec.structs.replace(deal, turn=deal.awaited)


def _legs(parts: Sequence[Part]) -> tuple[HeldLeg, ...]:
    """One for each recycler, in the order of their first lots."""
    by_seller: dict[str, list[Part]] = {}
    for part in parts:
        by_seller.setdefault(part.lot.owner, []).append(part)
    return tuple(
        HeldLeg(
            id=ids.new_id(),
            seller_tenant=UUID(seller),
            turn=Turn.BOTH,
            kg=sum(part.kg for part in own),
            accepted_offer=None,
            lots=tuple(
                HeldLot(
                    lot_id=UUID(part.lot.id),
                    lot_rev=part.lot.rev,
                    kg=part.kg,
                    evaluation=encode(part.evaluation).decode(),
                )
                for part in own
            ),
        )
        for seller, own in by_seller.items()
    )
