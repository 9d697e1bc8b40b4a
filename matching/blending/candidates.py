"""Which lots may enter a blend, at what cost: gates, laws, claimed grades, prices, and a part in every limit."""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from itertools import groupby
from typing import Protocol

import msgspec
import numpy as np

from matching.blending.answer import Barred
from matching.blending.mixing import rule
from matching.blending.part import Bar, Column, Part, Question, part
from matching.blending.recipe import Recipe, Terms, rows
from matching.blending.route import Route
from matching.blending.shared import Shared
from matching.composition import Composition
from matching.engine import evaluate
from matching.evaluation import Params
from matching.freight import Quote, between
from matching.gates import blockers
from matching.listings import Lot, Spec
from matching.reference import Catalogue
from matching.upgrading.offer import UpgradeOffer
from matching.values import Currency, Place, Verdict


class Sense(StrEnum):
    """What is made least: money at the buyer's gate, or CO2 of the freight and of processors' steps."""

    COST = "min_cost"
    CO2 = "min_co2"


class Candidate(msgspec.Struct, frozen=True):
    """A lot that may enter: JPY (or the spec's currency) and kg CO2 per tonne, and its part in each question.

    With a `route` it is one way of the lot, and per tonne is per tonne that arrives.
    """

    id: str
    lot: Lot
    delivered: float | None
    co2: float
    parts: tuple[Part, ...]
    route: Route | None = None

    @property
    def way(self) -> tuple[str, tuple[UpgradeOffer, ...]]:
        """Which lot, by which offers."""
        return self.id, () if self.route is None else self.route.offers


class Treatment(Protocol):
    """Who may bring lots in by other ways."""

    def may_open(self, lot: Lot) -> bool:
        """Whether a lot that does not pass the gates may pass them after a step."""

    def columns(self, id_: str, lot: Lot, asked: Sequence[Question], *, closed: bool) -> list[Candidate]:
        """The candidates that the ways of one lot are."""


def questions(spec: Spec, lots: Iterable[Composition], catalogue: Catalogue) -> tuple[Question, ...]:
    """The limits of the spec, one that states no basis on each basis that its lots make a difference for."""
    known = tuple(lots)
    found: list[Question] = []
    for place, limit in enumerate(spec.limits):
        bases = {basis for lot in known for basis in lot.bases(limit)} or {limit.basis}
        chosen = sorted(bases, key=str) if len(bases) == 1 or None not in bases else sorted(bases - {None}, key=str)
        found += [Question(place, limit, basis, rule(limit, catalogue)) for basis in chosen]
    return tuple(found)


def candidates(
    spec: Spec, lots: Sequence[tuple[str, Lot]], catalogue: Catalogue, sense: Sense, treatment: Treatment | None = None
) -> tuple[tuple[Question, ...], list[Candidate], list[Barred]]:
    """The questions, the lots that may enter in order of id, and the others with the first reason of each.

    With a `treatment` a lot as it is comes before its other ways; it is barred where it has no way at all.
    """
    barred: list[Barred] = []
    passed: list[tuple[str, Lot, Composition, Bar | None]] = []
    for id_, lot in sorted(lots, key=lambda one: one[0]):
        closed = gate(spec, lot, catalogue)
        if closed is not None and (treatment is None or not treatment.may_open(lot)):
            barred.append(Barred(lot=id_, code=closed.code, params=closed.params))
        else:
            passed.append((id_, lot, Composition(lot, catalogue), closed))
    asked = questions(spec, [composition for _, _, composition, _ in passed], catalogue)
    freights: dict[Place, Quote] = {}
    entered: list[Candidate] = []
    for id_, lot, composition, closed in passed:
        if lot.location not in freights:
            freights[lot.location] = haul(lot.location, spec.delivery.location, catalogue)
        parts = [part(q, composition, catalogue) for q in asked]
        one = closed or _candidate(id_, lot, freights[lot.location], sense, parts)
        ways = [] if treatment is None else treatment.columns(id_, lot, asked, closed=isinstance(one, Bar))
        if not isinstance(one, Bar):
            entered.append(one)
        elif not ways:
            barred.append(Barred(lot=id_, code=one.code, params=one.params))
        entered += ways
    return asked, entered, sorted(barred, key=lambda bar: bar.lot)


def haul(origin: Place, destination: Place, catalogue: Catalogue) -> Quote:
    """Freight for a caller who knows both sides; a lot that stands at the stated point of delivery needs no run."""
    if origin == destination and origin.lat is not None:
        return Quote(jpy_per_t=0.0, road_km=0.0, sea_km=0.0, co2_kg_per_t=0.0, extrapolated=False)
    return between(origin, destination, catalogue, exact=True)


def gate(spec: Spec, lot: Lot, catalogue: Catalogue) -> Bar | None:
    """The first gate that the lot does not pass; a law must hold for each lot, for dilution does not make it legal."""
    for blocker in blockers(spec, lot, catalogue):
        return Bar(blocker.code, blocker.params)
    if not (spec.grades or spec.regimes):
        return None
    for result in evaluate(spec, lot, catalogue).limits:
        unlawful = result.origin == "regime" and result.verdict is not Verdict.IN
        disproven = result.origin == "grade" and result.verdict is Verdict.OUT
        if unlawful or disproven:
            code = "regulated_limit_not_proven" if unlawful else "grade_disproven"
            return Bar(code, {"analyte": "+".join(result.analytes)})
    return None


def _candidate(id_: str, lot: Lot, freight: Quote, sense: Sense, parts: Sequence[Part | Bar]) -> Candidate | Bar:
    held = [p for p in parts if isinstance(p, Part)]
    for bar in parts:
        if isinstance(bar, Bar):
            return bar
    delivered = delivered_cost(lot, freight)
    if delivered is None and sense is Sense.COST:
        given: Params = {"currency": None if lot.ask_price is None else lot.ask_price.currency}
        return Bar("no_ask_price" if lot.ask_price is None else "currency_not_jpy", given)
    return Candidate(id_, lot, delivered, freight.co2_kg_per_t, tuple(held))


def delivered_cost(lot: Lot, freight: Quote) -> float | None:
    """JPY per tonne at the buyer's gate, unrounded; None without a price in JPY."""
    ask = lot.ask_price
    if ask is None or ask.currency is not Currency.JPY:
        return None
    buyer_pays = ask.incoterm is None or ask.incoterm.buyer_pays_freight
    return float(ask.amount) + (freight.jpy_per_t if buyer_pays else 0.0)


def recipe(spec: Spec, asked: tuple[Question, ...], lots: Sequence[Candidate], terms: Terms, sense: Sense) -> Recipe:
    """The candidates as arrays; the ways of one lot stand side by side."""
    parts = tuple(Column.of([one.parts[i] for one in lots], len(q.limit.analytes)) for i, q in enumerate(asked))
    sides, means, spreads = rows(asked, parts, terms)
    costs = [one.co2 if sense is Sense.CO2 else one.delivered or 0.0 for one in lots]
    shared = _shared(lots) if any(one.route is not None for one in lots) else None
    errors = len(lots) if shared is None else len(shared.carrier)
    supplies = [next(ways).lot.quantity for _, ways in groupby(lots, lambda one: one.id)]
    return Recipe(
        questions=asked,
        parts=parts,
        sides=sides,
        means=means if len(sides) else np.zeros((0, len(lots))),
        spreads=spreads if len(sides) else np.zeros((0, errors)),
        correlation=terms.correlation,
        cost=np.array(costs, dtype=np.float64),
        available=np.array([supply.tonnes for supply in supplies], dtype=np.float64),
        least=np.array([supply.min_take_tonnes or 0.0 for supply in supplies], dtype=np.float64),
        tonnes=spec.quantity.tonnes,
        max_suppliers=spec.quantity.max_suppliers,
        shared=shared,
    )


def _shared(columns: Sequence[Candidate]) -> Shared:
    """What the ways of one lot, and those through one offer, have in common."""
    number = {id_: i for i, id_ in enumerate(dict.fromkeys(one.id for one in columns))}
    offers = sorted({offer.id: offer for one in columns if one.route for offer in one.route.offers}.items())
    place = {id_: i for i, (id_, _) in enumerate(offers)}
    passages = [
        (i, place[offer.id], tonnes)
        for i, one in enumerate(columns)
        if one.route
        for offer, tonnes in zip(one.route.offers, one.route.entering, strict=True)
    ]
    return Shared(
        lot=np.array([number[one.id] for one in columns], dtype=np.intp),
        kept=np.array([one.route.kept if one.route else 1.0 for one in columns]),
        column=np.array([column for column, _, _ in passages], dtype=np.intp),
        offer=np.array([offer for _, offer, _ in passages], dtype=np.intp),
        entering=np.array([tonnes for _, _, tonnes in passages]),
        capacity=np.array([offer.capacity_tonnes for _, offer in offers]),
    )
