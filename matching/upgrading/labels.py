"""Partial paths, and when one of them makes another needless.

A label carries what decides how a path can go on: where the lot is, in which form, what it cost so far for each tonne
that is left, how much of it there can be, and what every claimed analyte was multiplied by at both ends of the lot.
"""

import math
from collections.abc import Mapping

import msgspec

from matching.blending.candidates import haul
from matching.freight import Quote
from matching.listings import Lot
from matching.reference import Catalogue
from matching.units import close
from matching.upgrading.offer import UpgradeOffer
from matching.upgrading.projecting import claim_on, claimed, is_mass
from matching.values import Currency, Place


class Content(msgspec.Struct, frozen=True):
    """What a claimed analyte was multiplied by: at the high and the low end of the lot, each with its uncertainty."""

    high: float = 1.0
    low: float = 1.0
    u_high: float = 0.0
    u_low: float = 0.0


class Label(msgspec.Struct, frozen=True):
    """A path so far; `cost` and `co2` (None: an offer is silent) are per tonne that is left, JPY and kg."""

    path: tuple[int, ...]
    place: Place
    form: str | None
    cost: float
    co2: float | None
    kept: float
    tonnes_in: float
    used: frozenset[str]
    keeps: frozenset[str]
    contents: tuple[Content, ...]

    @property
    def tonnes(self) -> float:
        """What is left of the tonnes that enter."""
        return self.tonnes_in * self.kept


class Ground(msgspec.Struct, frozen=True):
    """What all labels of one lot stand on.

    `analytes` are those of which some offer speaks, `floors` the shares of mass that the lot surely has of them,
    `lower` those with a minimum somewhere, of which less is not better.
    """

    lot: Lot
    offers: tuple[UpgradeOffer, ...]
    capacities: tuple[float, ...]
    analytes: tuple[str, ...]
    floors: Mapping[str, float]
    lower: frozenset[str]
    freights: dict[tuple[Place, Place], Quote]
    catalogue: Catalogue

    def freight(self, origin: Place, destination: Place) -> Quote:
        """Freight of a tonne, looked up once."""
        key = (origin, destination)
        if key not in self.freights:
            self.freights[key] = haul(origin, destination, self.catalogue)
        return self.freights[key]


def start(ground: Ground) -> Label:
    """The lot as it is, at its own place, at its ask price (0 where none is stated in JPY)."""
    lot = ground.lot
    ask = lot.ask_price
    return Label(
        path=(),
        place=lot.location,
        form=lot.form,
        cost=float(ask.amount) if ask is not None and ask.currency is Currency.JPY else 0.0,
        co2=0.0,
        kept=1.0,
        tonnes_in=lot.quantity.tonnes,
        used=frozenset(),
        keeps=frozenset(),
        contents=tuple(Content() for _ in ground.analytes),
    )


def charges(offer: UpgradeOffer) -> tuple[float, float]:
    """Fee for each tonne that enters, and what its residue costs (below 0 where it is sold for more)."""
    residue = offer.residue
    charge = float(residue.charge.amount) if residue and residue.charge else 0.0
    credit = float(residue.credit.amount) if residue and residue.credit else 0.0
    return float(offer.fee.amount), (1.0 - offer.yield_) * (charge - credit)


def leg(label: Label, ground: Ground, to: Place) -> Quote:
    """The haul to the next place; the first is free of charge where the seller delivers."""
    quote = ground.freight(label.place, to)
    free = not label.path and seller_pays(ground.lot)
    return msgspec.structs.replace(quote, jpy_per_t=0.0) if free else quote


def seller_pays(lot: Lot) -> bool:
    """Whether the price of the lot holds its freight."""
    ask = lot.ask_price
    return ask is not None and ask.incoterm is not None and not ask.incoterm.buyer_pays_freight


def extended(label: Label, number: int, ground: Ground) -> Label | None:
    """The label after one more offer; None where the offer does not take the lot or takes out more than it loses."""
    offer = ground.offers[number]
    fits = not offer.forms or label.form in offer.forms
    if not fits or offer.step in label.used or _overdrawn(label, offer, ground):
        return None
    tonnes_in = min(label.tonnes_in, ground.capacities[number] / label.kept)
    if tonnes_in <= 0.0 or tonnes_in < (ground.lot.quantity.min_take_tonnes or 0.0):
        return None
    fee, residue = charges(offer)
    quote = leg(label, ground, offer.location)
    return Label(
        path=(*label.path, number),
        place=offer.location,
        form=offer.output_form or label.form,
        cost=(label.cost + quote.jpy_per_t + fee + residue) / offer.yield_,
        co2=_emitted(label.co2, quote.co2_kg_per_t, offer),
        kept=label.kept * offer.yield_,
        tonnes_in=tonnes_in,
        used=label.used | {offer.step},
        keeps=_kept(offer) if not label.path else label.keeps & _kept(offer),
        contents=tuple(_after(c, a, offer, ground) for c, a in zip(label.contents, ground.analytes, strict=True)),
    )


def _emitted(before: float | None, hauled: float, offer: UpgradeOffer) -> float | None:
    if before is None or offer.co2_kg_per_t is None:
        return None
    return (before + hauled + offer.co2_kg_per_t) / offer.yield_


def _kept(offer: UpgradeOffer) -> frozenset[str]:
    return frozenset(offer.keeps) | {claim.analyte for claim in offer.removal}


def _after(content: Content, analyte: str, offer: UpgradeOffer, ground: Ground) -> Content:
    kept = offer.yield_ if weighed(analyte, ground.catalogue) else 1.0
    claim = claim_on(analyte, offer, ground.catalogue)
    if claim is None:
        return Content(content.high / kept, content.low, content.u_high / kept, content.u_low)
    by = claimed(claim, kept)
    return Content(
        content.high * by.by,
        content.low * by.by,
        math.hypot(content.u_high * by.by, content.high * by.u),
        math.hypot(content.u_low * by.by, content.low * by.u),
    )


def weighed(analyte: str, catalogue: Catalogue) -> bool:
    """Whether an analyte is a share of the mass, in its own unit."""
    known = catalogue.analytes.get(analyte)
    return known is not None and is_mass(analyte, known.unit, catalogue)


def _overdrawn(label: Label, offer: UpgradeOffer, ground: Ground) -> bool:
    """More mass of what is known would be taken out than leaves; elements and water add up, the rest may overlap."""
    taken = {
        analyte: claim.fraction * content.low * ground.floors[analyte]
        for analyte, content in zip(ground.analytes, label.contents, strict=True)
        if analyte in ground.floors and (claim := claim_on(analyte, offer, ground.catalogue)) is not None
    }
    apart = [mass for a, mass in taken.items() if a == "moisture" or ground.catalogue.analytes[a].closes]
    most = max([math.fsum(apart), *taken.values()], default=0.0)
    return most > 1.0 - offer.yield_ and not close(most, 1.0 - offer.yield_)


def dominates(a: Label, b: Label, ground: Ground) -> bool:
    """Whether whatever `b` can become, `a` can become at no more cost, in no less volume and no worse.

    Both end at one place in one form. What has a minimum somewhere must be alike, for less of it is not better.
    """
    if not (a.cost <= b.cost and a.tonnes >= b.tonnes and a.kept >= b.kept and a.used <= b.used and a.keeps >= b.keeps):
        return False
    if ground.lot.quantity.min_take_tonnes and (a.kept != b.kept or a.tonnes_in < b.tonnes_in):
        return False
    return all(
        x == y if analyte in ground.lower else _no_more(x, y)
        for analyte, x, y in zip(ground.analytes, a.contents, b.contents, strict=True)
    )


def _no_more(x: Content, y: Content) -> bool:
    return x.high <= y.high and x.low <= y.low and x.u_high <= y.u_high and x.u_low <= y.u_low
