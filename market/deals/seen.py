"""A deal as its reader may see it: pinned listings redacted, names when they are open, a recycler's own leg only."""

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

import msgspec

from market.deals import hindering, machine, queries
from market.deals.approval import Approval, ApprovedLeg
from market.deals.held import Held, HeldLeg, HeldLot
from market.deals.machine import Actor
from market.deals.own import own
from market.deals.queries import Pinned, Stamp
from market.deals.review.words import risk_told
from market.deals.sharing import shared_out
from market.deals.structs import Asked, Deal, DealLeg, DealLot, DealSummary, Named, OwnListing, Risk
from market.matches.across import told_to_seller
from matching.evaluation import Evaluation
from matching.explain import explain
from matching.reference import Catalogue
from specs.kit.tenancy import Work
from specs.listing.structs import KG
from specs.lot.seen import lot_seen
from specs.lot.service import LOTS
from specs.spec.seen import spec_seen
from specs.spec.service import SPECS

_EVALUATION = msgspec.json.Decoder(Evaluation)
_ASKED = msgspec.json.Decoder(Asked)
_APPROVAL = msgspec.json.Decoder(Approval)
_APPROVED_LEG = msgspec.json.Decoder(ApprovedLeg)
_RISK = msgspec.json.Decoder(Risk)


def summary(deal: Held, stamp: Stamp, mine: tuple[OwnListing, ...], language: str) -> DealSummary:
    """What a list shows."""
    return DealSummary(**common(deal, language) | {"updated_at": stamp.updated_at, "own": mine})


async def whole(work: Work, deal: Held, stamp: Stamp, language: str, catalogue: Catalogue) -> Deal:
    """Everything that the caller may see; as the engine."""
    spec = await queries.pinned_spec(work, deal)
    names = await queries.names(work, deal.parties) if deal.names_open or deal.actor is Actor.COORDINATOR else {}
    named = {tenant: Named(organisation_id=tenant, name=name) for tenant, name in names.items()}
    content = SPECS.kind.decode(spec.content)
    lots = await queries.pinned_lots(
        work, [(leg.seller_tenant, lot.lot_id, lot.lot_rev) for leg in deal.seen_legs for lot in leg.lots]
    )
    lot_of = partial(_lot, deal, lots, language, catalogue)
    shown = common(deal, language)
    blocked = await hindering.blocked(work, deal)
    hindered = {one.act for one in blocked}
    return Deal(
        **shown
        | {
            "updated_at": stamp.updated_at,
            "own": (await own(work, (deal,))).get(deal.id, ()),
            "allowed": tuple(act for act in shown["allowed"] if act not in hindered),
        },
        blocked=blocked,
        spec=spec_seen(deal.spec_id, content, content.quantity.tonnes, spec.firms, catalogue),
        spec_rev=deal.spec_rev,
        buyer=named.get(deal.buyer),
        legs=tuple(_leg(leg, named, lot_of) for leg in deal.seen_legs),
        asked=_ASKED.decode(deal.asked),
        taken_up=deal.caller in deal.taken_up,
        names_open=deal.names_open,
        opened_names=deal.caller in deal.names_opened,
        signed=deal.caller in deal.signed,
        cancelling=deal.caller in deal.cancelling,
        approval=_approval(deal),
    )


def common(deal: Held, language: str) -> dict[str, Any]:
    """What every representation of a deal has, by its field; the risk for coordinators only."""
    return {
        "id": deal.id,
        "side": deal.actor,
        "status": deal.status,
        "turn": deal.seen_turn,
        "allowed": machine.allowed(deal.status, deal.seen_turn, deal.actor),
        "origin": deal.origin,
        "opened_as": deal.opened_as,
        "material": deal.material,
        "tonnes": sum(leg.kg for leg in deal.seen_legs) / KG,
        "deadline": deal.seen_deadline,
        "overdue_since": deal.seen_overdue,
        "created_at": deal.created_at,
        "updated_at": deal.updated_at,
        "risk": _risk(deal, language),
    }


def _risk(deal: Held, language: str) -> Risk | None:
    """As it was when the deal went to review."""
    if deal.actor is not Actor.COORDINATOR or deal.risk == "{}":
        return None
    return risk_told(_RISK.decode(deal.risk), language)


def _approval(deal: Held) -> Approval | None:
    """Without the legs of other recyclers."""
    if deal.approved is None:
        return None
    legs = tuple(_APPROVED_LEG.decode(leg.approved) for leg in deal.seen_legs if leg.approved is not None)
    return msgspec.structs.replace(_APPROVAL.decode(deal.approved), legs=legs)


def _leg(leg: HeldLeg, named: dict[UUID, Named], lot_of: Callable[[HeldLot], DealLot]) -> DealLeg:
    shares = shared_out(leg.kg, [lot.kg for lot in leg.lots])
    return DealLeg(
        id=leg.id,
        turn=leg.turn,
        tonnes=leg.kg / KG,
        accepted_offer=leg.accepted_offer,
        seller=named.get(leg.seller_tenant),
        lots=tuple(lot_of(msgspec.structs.replace(lot, kg=kg)) for lot, kg in zip(leg.lots, shares, strict=True)),
    )


def _lot(
    deal: Held, lots: dict[tuple[UUID, int], Pinned], language: str, catalogue: Catalogue, lot: HeldLot
) -> DealLot:
    pinned = lots[lot.lot_id, lot.lot_rev]
    content = LOTS.kind.decode(pinned.content)
    evaluation = _EVALUATION.decode(lot.evaluation)
    if deal.actor is Actor.SELLER:
        evaluation = told_to_seller(evaluation)
    return DealLot(
        lot=lot_seen(lot.lot_id, content, content.quantity.tonnes, pinned.firms, catalogue),
        rev=lot.lot_rev,
        tonnes=lot.kg / KG,
        evaluation=explain(evaluation, language, catalogue),
    )
