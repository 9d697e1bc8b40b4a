"""What a solver process does for a lot: make both sides coarse, search, and leave out what is not the seller's.

The answer is worked out of ceilings and fees on the 5 % grid, so that neither its order nor its bands tell either more
finely, however often it is asked for; then every amount in money is left out, because no price is told before an offer.
"""

from collections.abc import Callable
from uuid import UUID

import msgspec

from market.blends.across import coarse_lot, coarse_spec, price_band
from market.matches.across import limit_to_seller
from market.solving.failures import Refused
from market.steps.across import said_offer
from market.upgrades.lot_structs import SHOWN, Band, LiftedLot, LotQuestion, LotUpgrades, SeenStep
from matching.explain import render
from matching.listings import Spec
from matching.reference import Catalogue
from matching.score import on_grid
from matching.upgrading.answer import PathStep
from matching.upgrading.searching import UpgradeRefusedError
from matching.upgrading.telling import told_projection, told_step
from matching.uplift import Earning, Lifted, uplift
from matching.whereabouts import FIRMS, said
from specs.catalogue.loader import catalogue
from specs.kit.wire import encode
from specs.listing.seen import coded, whereabouts
from specs.spec.seen import spec_seen

Tell = Callable[[float], None]
# what is left after reading, and after searching
_READ, _SEARCHED = 0.1, 0.95


def lift_lot(payload: bytes, tell: Tell) -> bytes:
    """A lot with the specs and offers of others (`LotQuestion`) to `LotUpgrades` as JSON. Raises Refused."""
    asked = msgspec.msgpack.decode(payload, type=LotQuestion)
    known = catalogue().priced(asked.tariffs)
    specs = [
        (name, coarse_wanted(spec, said(spec.delivery.location.prefecture, firms, known)))
        for name, spec, firms in asked.specs
    ]
    offers = [offer if firms is None else said_offer(offer, firms, known) for offer, firms in asked.offers]
    tell(_READ)
    try:
        found = uplift(coarse_lot(asked.lot, asked.lot_at), specs, offers, known)
    except UpgradeRefusedError as refused:
        raise Refused(refused.code, refused.params) from None
    tell(_SEARCHED)
    seen = _Seen(asked, known)
    return encode(
        LotUpgrades(
            items=tuple(map(seen.item, found.items[:SHOWN])),
            fits=found.fits,
            missed=found.missed,
            offers=len(asked.offers),
            engine=found.engine,
            catalogue=found.catalogue,
            freight=found.freight,
        )
    )


def coarse_wanted(spec: Spec, at: str) -> Spec:
    """The spec as a seller may reckon with it: where it is said to be, and no price finer than the grid."""
    return msgspec.structs.replace(coarse_spec(spec, at), max_price=on_grid(spec.max_price))


class _Seen:
    """The answer as the seller is told it, in its language."""

    def __init__(self, asked: LotQuestion, known: Catalogue) -> None:
        self._specs = {name: (spec, firms) for name, spec, firms in asked.specs}
        self._places = {
            offer.id: whereabouts(offer.location.prefecture, FIRMS if firms is None else firms, known)
            for offer, firms in asked.offers
        }
        self._language, self._known = asked.language, known

    def item(self, one: Lifted) -> LiftedLot:
        spec, firms = self._specs[one.spec]
        projection = msgspec.structs.replace(
            one.path.projection, limits=tuple(map(limit_to_seller, one.path.projection.limits))
        )
        share = one.tonnes_in / one.path.tonnes_in
        return LiftedLot(
            spec=spec_seen(UUID(one.spec), spec, spec.quantity.tonnes, firms, self._known),
            steps=tuple(self._step(step, share) for step in one.path.steps),
            tonnes_in=one.tonnes_in,
            tonnes=one.tonnes,
            projection=told_projection(projection, self._language, self._known),
            price=self._band(self._price(one, spec)),
            earning=self._band(one.earning.value),
        )

    def _step(self, step: PathStep, share: float) -> SeenStep:
        told = told_step(step, self._language, self._known)
        return SeenStep(
            offer=told.offer,
            step=told.step,
            name=told.name,
            location=self._places[told.offer],
            tonnes_in=round(told.tonnes_in * share, 6),
            tonnes_out=round(told.tonnes_out * share, 6),
            residue_tonnes=round(told.residue_tonnes * share, 6),
            evidence=coded(told.evidence),
            claims=told.claims,
            flags=told.flags,
        )

    def _price(self, one: Lifted, spec: Spec) -> str:
        ceiling = on_grid(spec.max_price)
        if one.earning is Earning.UNKNOWN or one.path.delivered_cost is None or ceiling is None:
            return "price_not_stated"
        return price_band(one.path.delivered_cost, float(ceiling.amount))

    def _band(self, code: str) -> Band:
        return Band(code=code, params={}, reason=render(code, {}, self._language, self._known))
