"""How a leg stands under offered terms: the pinned listings judged again, with what gives way and what is promised."""

from collections.abc import Sequence

import msgspec

from market.deals.offers.structs import Judged, Terms
from market.deals.offers.terms import promised
from market.deals.relaxing import relaxed
from market.matches.current import Current
from matching.alternatives import Taken, holds
from matching.blend import Wish
from matching.evaluation import Evaluation
from matching.listings import Lot, Spec
from matching.permits.gate import GATE
from matching.permits.permit import Held
from matching.reference import Catalogue
from matching.tolerance import quantile
from matching.upgrading.answer import Projection
from matching.upgrading.claims import claims
from matching.upgrading.judging import projection
from matching.upgrading.projecting import Twin, stepped
from specs.listing.structs import KG

Takes = Sequence[tuple[str, Lot, float]]


def judge(terms: Terms, spec: Spec, lots: Sequence[tuple[Lot, int]], held: Held, current: Current) -> Judged:
    """`lots` of the leg at their pinned revisions, each with the kilograms that the terms take of it; `held` are the
    permits of both sides."""
    asked = relaxed(spec, terms.relaxations)
    offered = tuple(_offered(lot, kg, terms) for lot, kg in lots)
    evaluations = tuple(current.judged(asked, lot, held) for lot in offered)
    if not terms.steps:
        return Judged(evaluations=evaluations)
    pairs = zip(offered, evaluations, strict=True)
    return Judged(
        evaluations=evaluations,
        claims=tuple(claims(promised(promise, offered[0]), current.catalogue) for promise in terms.steps),
        projections=tuple(_projected(terms, asked, lot, before, current.catalogue) for lot, before in pairs),
    )


def blend_holds(spec: Spec, takes: Takes, catalogue: Catalogue) -> bool:
    """Whether the whole blend conforms, these lots and tonnes together; limits that give way have done so."""
    return holds(spec, [Taken(*take) for take in takes], catalogue, Wish())


def _offered(lot: Lot, kg: int, terms: Terms) -> Lot:
    """Other grounds than the lot's own ask: the price on the table, and the tonnes."""
    quantity = msgspec.structs.replace(lot.quantity, tonnes=kg / KG)
    return msgspec.structs.replace(lot, ask_price=terms.price, quantity=quantity)


def _projected(terms: Terms, spec: Spec, lot: Lot, before: Evaluation, catalogue: Catalogue) -> Projection:
    z = quantile(spec.confidence)
    twin = Twin(lot, lot)
    for promise in terms.steps:
        twin = stepped(twin, promised(promise, lot), z, catalogue)
    after = projection(spec, twin, before, catalogue)
    # a step changes the lot, not what its owner may do
    permits = tuple(blocker for blocker in before.blockers if blocker.gate == GATE)
    return msgspec.structs.replace(after, blockers=(*after.blockers, *permits))
