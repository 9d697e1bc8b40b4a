"""Blends by way of processors, worked out again from the assays and the claims alone, in tonnes that leave the lots."""

import math
from collections.abc import Iterator, Sequence

import msgspec
import numpy as np

from matching.blend import Wish, blend
from matching.blending.answer import Blend
from matching.blending.candidates import Candidate, candidates
from matching.blending.recipe import Terms
from matching.blending.treating import Processors
from matching.listings import Lot, Spec
from matching.solver import Outcome, Program
from matching.tolerance import quantile
from matching.upgrading.offer import UpgradeOffer
from specs.catalogue.loader import catalogue
from tests.support.offers import result


class Way(msgspec.Struct, frozen=True):
    """A lot's way: what each tonne of the lot costs, what arrives of it, and what enters each offer."""

    lot: int
    offers: tuple[UpgradeOffer, ...]
    cost: float
    kept: float
    entering: dict[str, float]


class Content(msgspec.Struct, frozen=True):
    """Of one analyte in what arrives: its highest and lowest mean, the lot's own error, and each claim's."""

    high: float
    low: float
    own: float
    claims: dict[str, float]


def named(lots: Sequence[Lot]) -> list[tuple[str, Lot]]:
    """The lots are called a, b, c …"""
    return [(chr(ord("a") + i), one) for i, one in enumerate(lots)]


def treated(wanted: Spec, lots: Sequence[Lot], offers: Sequence[UpgradeOffer], wish: Wish | None = None) -> Blend:
    """The engine's blend."""
    return blend(wanted, named(lots), catalogue(), wish or Wish(shadow_prices=False), offers)


def columns(wanted: Spec, lots: Sequence[Lot], offers: Sequence[UpgradeOffer]) -> list[Candidate]:
    """The columns that the engine considers."""
    wish = Wish()
    processors = Processors(wanted, offers, Terms(wanted.confidence), wish.sense, catalogue())
    return candidates(wanted, named(lots), catalogue(), wish.sense, processors)[1]


def ways(wanted: Spec, lots: Sequence[Lot], offers: Sequence[UpgradeOffer]) -> Iterator[Way]:
    """Of lots and offers at the buyer's gate, so that nothing is hauled."""
    names = [name for name, _ in named(lots)]
    for one in columns(wanted, lots, offers):
        path = one.route.offers if one.route else ()
        cost, kept, entering = float(one.lot.ask_price.amount), 1.0, {}  # type: ignore[union-attr]
        for offer in path:
            entering[offer.id] = kept
            cost += kept * float(offer.fee.amount)
            kept *= offer.yield_
        yield Way(names.index(one.id), path, cost, kept, entering)


def content(lot: Lot, way: Way, analyte: str) -> Content:
    """A result of one sample, in per cent, through the steps."""
    assay = result(lot, analyte)
    high = low = assay.value or 0.0
    own, claims = assay.uncertainty or 0.0, dict[str, float]()
    for offer in way.offers:
        claim = next((c for c in offer.removal if c.analyte == analyte), None)
        by = (1.0 - claim.fraction) / offer.yield_ if claim else 1.0 / offer.yield_
        u = max(claim.uncertainty or 0.0, 0.02 * claim.fraction) / offer.yield_ if claim else 0.0
        claims = {name: error * by for name, error in claims.items()} | {offer.id: high * u}
        own, high, low = own * by, high * by, low * (by if claim else 1.0)
    return Content(high, low, own, claims)


class Model:
    """The whole program at once: tonnes that leave the lots by each way, and tangents of the limits until all hold."""

    def __init__(self, wanted: Spec, lots: Sequence[Lot], offers: Sequence[UpgradeOffer], correlation: float) -> None:
        self.wanted, self.lots, self.offers, self.rho = wanted, lots, offers, correlation
        self.ways = list(ways(wanted, lots, offers))
        self.kept = np.array([way.kept for way in self.ways])
        self.cost = np.array([way.cost for way in self.ways])

    def least(self, giving: Sequence[int] | None = None) -> float | None:
        """The least cost of blends of some lots, each of which gives its least take; None where there is none."""
        some = range(len(self.lots)) if giving is None else giving
        program = Program()
        for i, lot in enumerate(self.lots):
            most = lot.quantity.tonnes if i in some else 0.0
            floor = min(lot.quantity.min_take_tonnes or 0.0, most) if giving is not None else 0.0
            program.add_row(floor, most, np.empty(0))
        for offer in self.offers:
            program.add_row(-math.inf, offer.capacity_tonnes, np.empty(0))
        program.add_row(self.wanted.quantity.tonnes, self.wanted.quantity.tonnes, np.empty(0))
        rows = [[float(way.lot == i) for way in self.ways] for i in range(len(self.lots))]
        rows += [[way.entering.get(offer.id, 0.0) for way in self.ways] for offer in self.offers]
        n = len(self.ways)
        program.add_columns(self.cost / 1e4, np.zeros(n), np.full(n, math.inf), np.array([*rows, self.kept.tolist()]))
        for _ in range(500):
            found = program.solve()
            if found.outcome is Outcome.INFEASIBLE:
                return None
            broken = [tangent for over, tangent in self.limits(np.maximum(found.columns, 0.0)) if over > 1e-8]
            if not broken:
                return found.objective * 1e4
            for tangent in broken:
                program.add_row(-math.inf, 0.0, tangent)
        raise AssertionError("the oracle's cuts do not end")

    def limits(self, tonnes: np.ndarray) -> Iterator[tuple[float, np.ndarray]]:
        """How far each end of each limit is over (share of it × tonnes), and its tangent there."""
        confidence = self.wanted.confidence
        for limit in self.wanted.limits:
            ends = [(end, sign) for end, sign in ((limit.max, 1.0), (limit.min, -1.0)) if end is not None]
            z = 0.0 if confidence <= 0.5 else quantile(1.0 - (1.0 - confidence) / len(ends))
            known = [content(self.lots[way.lot], way, limit.analytes[0]) for way in self.ways]
            for end, sign in ends:
                scale = self.kept / end
                mean = np.array([sign * ((c.high if sign > 0 else c.low) - end) for c in known]) * scale
                # at the low end what no claim speaks of keeps its own error as it was
                shrunk = [1.0 if sign > 0 or not c.high else c.low / c.high for c in known]
                own = z * np.array([c.own * s for c, s in zip(known, shrunk, strict=True)]) * scale
                claims = {o.id: z * scale * [c.claims.get(o.id, 0.0) for c in known] for o in self.offers}
                size, slope = self._cone(own, claims, tonnes)
                yield float(mean @ tonnes + size), mean + slope

    def _cone(self, own: np.ndarray, claims: dict[str, np.ndarray], tonnes: np.ndarray) -> tuple[float, np.ndarray]:
        groups = [own * [way.lot == i for way in self.ways] for i in range(len(self.lots))]
        weighed = [(1.0 - self.rho, g) for g in groups] + [(1.0, g) for g in claims.values()] + [(self.rho, own)]
        size = math.sqrt(math.fsum(w * float(g @ tonnes) ** 2 for w, g in weighed))
        if size == 0.0:
            return 0.0, np.zeros(len(tonnes))
        return size, sum((w * float(g @ tonnes) * g for w, g in weighed), start=np.zeros(len(tonnes))) / size
