"""What a deal is about before there is one: a spec and the lots, each with its owner, revision and what is left."""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from market.deals.errors import BlendOutdated, DealBlocked, NotToBeDealt, RelaxationNeeded
from market.deals.machine import Actor
from market.deals.relaxing import relaxation_faults, relaxed
from market.deals.structs import DealDraft
from market.deals.taking import Take, refuse_takes, take_faults
from market.matches import reading
from market.matches.current import Current
from market.parties.structs import OrganisationKind, Principal
from matching.columns import Listing
from matching.evaluation import Evaluation
from matching.fault import Fault, fault
from matching.listings import Lot, Spec
from matching.values import Verdict
from specs.kit.errors import Invalid, NotFound
from specs.kit.tenancy import Role, Work
from specs.listing import queries as listings
from specs.listing.structs import KG
from specs.lot.service import LOTS
from specs.spec.service import SPECS


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """A lot and what is to be taken of it, in kilograms."""

    lot: Listing[Lot]
    kg: int
    evaluation: Evaluation


class Subject(msgspec.Struct, frozen=True, kw_only=True):
    """As whom the deal is opened, on what, and why."""

    side: Actor
    origin: str
    spec: Listing[Spec]
    parts: tuple[Part, ...]
    blend: str | None = None


async def of_pair(work: Work, principal: Principal, current: Current, draft: DealDraft) -> Subject:
    """A spec and a lot: one the caller's own and the other shown to it, or both overseen. Goes on as role engine.

    Raises NotFound, NotToBeDealt, Invalid, DealBlocked, RelaxationNeeded.
    """
    assert draft.spec_id is not None  # noqa: S101 - checked by the caller
    assert draft.lot_id is not None  # noqa: S101 - same
    side = await _side(work, principal, draft.spec_id, draft.lot_id)
    if side is Actor.BUYER:
        near = await reading.subject(work, principal, current, "spec", draft.spec_id)
        spec, lot = near, current.find(str(draft.lot_id))
    elif side is Actor.SELLER:
        near = await reading.subject(work, principal, current, "lot", draft.lot_id)
        spec, lot = current.find(str(draft.spec_id)), near
    else:
        await work.as_role(Role.ENGINE)
        await current.refresh(work.connection)
        spec, lot = current.find(str(draft.spec_id)), current.find(str(draft.lot_id))
    if spec is None or lot is None or not isinstance(spec.content, Spec) or not isinstance(lot.content, Lot):
        raise NotToBeDealt
    wanted = Listing(spec.id, spec.owner, spec.rev, spec.content, spec.permits, spec.permits_rev)
    await refuse_takes(work, UUID(spec.owner), draft.spec_id, spec.content, (lot.content,), (UUID(lot.owner),))
    return _pair(side, wanted, _lot(lot), draft, current)


def _lot(lot: Listing[Lot] | Listing[Spec]) -> Listing[Lot]:
    assert isinstance(lot.content, Lot)  # noqa: S101 - checked by the caller
    return Listing(lot.id, lot.owner, lot.rev, lot.content, lot.permits, lot.permits_rev)


async def _side(work: Work, principal: Principal, spec: UUID, lot: UUID) -> Actor:
    """As whom, proven by what row-level security shows of both. Raises NotFound, the same whatever is missing."""
    if principal.kind is OrganisationKind.COORDINATOR:
        await work.as_role(Role.COORDINATOR)
        asked, offered = await listings.elsewhere(work, SPECS.sql, spec), await listings.elsewhere(work, LOTS.sql, lot)
        if asked is None or offered is None or asked["tenant_id"] == offered["tenant_id"]:
            raise NotFound
        return Actor.COORDINATOR
    for side, own, far in (
        (Actor.BUYER, (SPECS.sql, spec), (LOTS.sql, lot)),
        (Actor.SELLER, (LOTS.sql, lot), (SPECS.sql, spec)),
    ):
        if await listings.read(work, *own) is None:
            continue
        await work.as_role(Role.COUNTERPARTY)
        shown = await listings.elsewhere(work, *far)
        await work.as_role(Role.TENANT)
        if shown is not None:
            return side
    raise NotFound


def _pair(side: Actor, spec: Listing[Spec], lot: Listing[Lot], draft: DealDraft, current: Current) -> Subject:
    left = min(_kg(spec.content.quantity.tonnes), _kg(lot.content.quantity.tonnes))
    kg = left if draft.tonnes is None else _kg(draft.tonnes)
    faults = [
        *relaxation_faults(spec.content, draft.relaxations, "/relaxations", current.catalogue),
        *_tonnes_faults(kg, left),
        *take_faults("/tonnes", spec.content, [Take(lot.content, kg, left)], blended=False),
    ]
    if faults:
        raise Invalid(faults=faults)
    held = current.held(spec, lot)
    as_it_is = current.judged(spec.content, lot.content, held)
    asked = current.judged(relaxed(spec.content, draft.relaxations), lot.content, held)
    if asked.blockers:
        raise DealBlocked({"codes": [blocker.code for blocker in asked.blockers]})
    if asked.verdict is Verdict.OUT:
        failing = [i for i, limit in enumerate(asked.limits) if limit.verdict is Verdict.OUT]
        raise RelaxationNeeded({"limits": ", ".join("+".join(asked.limits[i].analytes) for i in failing)})
    origin = "near_miss" if as_it_is.verdict is Verdict.OUT else "match"
    return Subject(side=side, origin=origin, spec=spec, parts=(Part(lot=lot, kg=kg, evaluation=asked),))


def _kg(tonnes: float) -> int:
    return round(tonnes * KG)


def _tonnes_faults(kg: int, left: int) -> Sequence[Fault]:
    if kg <= 0:
        return [fault("/tonnes", "not_positive", given=kg / KG)]
    if kg > left:
        return [fault("/tonnes", "more_than_left", given=kg / KG, left=left / KG)]
    return []


class Share(msgspec.Struct, frozen=True):
    """What a blend takes of a lot, as it was stored."""

    lot: str
    rev: int
    kg: int


def of_blend(current: Current, spec: Listing[Spec], shares: Sequence[Share], blend: str, draft: DealDraft) -> Subject:
    """A proposed blend of the caller's own spec, every lot as it was proposed. Raises Invalid, BlendOutdated."""
    faults = [fault(f"/{name}", "not_with_a_blend") for name in ("tonnes", "relaxations") if getattr(draft, name)]
    if faults:
        raise Invalid(faults=faults)
    parts, takes = [], []
    for share in shares:
        lot = current.find(share.lot)
        if lot is None or not isinstance(lot.content, Lot) or _kg(lot.content.quantity.tonnes) < share.kg:
            raise BlendOutdated
        as_it_is = current.judged(spec.content, lot.content, current.held(spec, lot))
        takes.append(Take(lot.content, share.kg, _kg(lot.content.quantity.tonnes)))
        parts.append(Part(lot=_lot(lot), kg=share.kg, evaluation=as_it_is))
    faults = [*take_faults("/blend_id", spec.content, takes, blended=True)]
    if faults:
        raise Invalid(faults=faults)
    return Subject(side=Actor.BUYER, origin="blend", spec=spec, parts=tuple(parts), blend=blend)
