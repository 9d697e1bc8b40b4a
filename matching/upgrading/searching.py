"""The cheapest path of steps for one near miss: labels grown step by step, then judged in the order of their cost.

minimise the delivered cost per tonne that arrives, ((ask + freight + fee + residue) / Y + ...) / Y + freight, over
sequences of at most three offers with no step twice (a second pass does not take the same share again), such that the
lot as it would be is accepted (`judging.accepted`). Label setting with dominance (Irnich and Desaulniers, Shortest
path problems with resource constraints, 2005): of labels that end at one place in one form, those that another
dominates are dropped, so that only n offers × 2^s step sets remain where a plain search has n³ paths. Labels cost
arithmetic only; after each step a lot is projected and judged for the cheapest labels until one is accepted, and what
costs more already is grown no further. Exact, but for an analyte that a claim concentrates although it was already
over its limit within its uncertainty.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal

import msgspec

from matching.composition import Composition, Unknown, View
from matching.evaluation import Evaluation, Params
from matching.freight import Quote
from matching.listings import Lot, Spec
from matching.reference import Catalogue
from matching.results import Normal
from matching.tolerance import band, quantile
from matching.upgrading.answer import Projection
from matching.upgrading.judging import accepted, projection
from matching.upgrading.labels import Ground, Label, charges, dominates, extended, start, weighed
from matching.upgrading.offer import OfferedStep, UpgradeOffer
from matching.upgrading.projecting import Twin, stepped
from matching.values import Basis, Currency, Incoterm, Limit, Place, Price, Verdict

STEPS = 3
LABELS = 250_000


class UpgradeRefusedError(Exception):
    """So many offers that the search is not begun; `code` and `params` make the reason."""

    def __init__(self, code: str, params: Params) -> None:
        super().__init__(code)
        self.code, self.params = code, params


class Supplied(msgspec.Struct, frozen=True):
    """Offers in order of id, the tonnes that are left of each, and the freights known so far."""

    offers: tuple[UpgradeOffer, ...]
    left: dict[str, float]
    freights: dict[tuple[Place, Place], Quote] = {}

    @staticmethod
    def of(offers: Iterable[UpgradeOffer]) -> "Supplied":
        """All of them, untouched."""
        ordered = tuple(sorted(offers, key=lambda offer: offer.id))
        return Supplied(ordered, {offer.id: offer.capacity_tonnes for offer in ordered}, {})


class Way(msgspec.Struct, frozen=True):
    """A label that is accepted: the lot as it would be at the last step, and how it is judged."""

    label: Label
    twin: Twin
    delivered: float
    projection: Projection


def takes(offer: OfferedStep, material: str, catalogue: Catalogue) -> bool:
    """Whether an offer is for this material; forms are checked where the lot then is."""
    family = catalogue.materials[material].family
    named = not (offer.materials or offer.families) or material in offer.materials or family in offer.families
    return named and family in catalogue.steps[offer.step].families


def ground(lot: Lot, limits: Iterable[Limit], supply: Supplied, catalogue: Catalogue) -> Ground:
    """What the search needs to know of a lot and of the offers that may take it, in order of id."""
    left = supply.left
    able = [o for o in supply.offers if left[o.id] > 0.0 and takes(o, lot.material, catalogue)]
    oxides = catalogue.oxides
    codes = sorted({oxides[c.analyte].element if c.analyte in oxides else c.analyte for o in able for c in o.removal})
    minima = {a for r in limits if band(r).low > 0.0 for a in r.analytes}
    sources = {b.source for b in catalogue.bounds if b.analyte in minima and not b.upper}
    return Ground(
        lot=lot,
        offers=tuple(able),
        capacities=tuple(left[o.id] for o in able),
        analytes=tuple(codes),
        floors=_floors(lot, codes, catalogue),
        lower=frozenset(minima | sources | {"moisture"}),
        freights=supply.freights,
        catalogue=catalogue,
    )


def _floors(lot: Lot, codes: Iterable[str], catalogue: Catalogue) -> dict[str, float]:
    composition = Composition(lot, catalogue)
    view = View("%", Basis.AS_RECEIVED if any(a.basis for a in lot.assays) else None)
    known = {code: composition.measured(code, view) for code in codes if weighed(code, catalogue)}
    return {
        code: (one.mean if isinstance(one, Normal) else one.lowest) / 100.0
        for code, one in known.items()
        if not isinstance(one, Unknown)
    }


def cheapest(spec: Spec, ground: Ground, before: Evaluation) -> Way | None:
    """The way that costs least; of equals the larger volume, the fewer steps, then the first by id.

    Raises `UpgradeRefusedError` where there would be more than `LABELS` labels to grow at once.
    """
    groups: dict[tuple[Place, str | None], list[Label]] = {}
    # what is left of a tonne never gets cheaper, unless a residue is sold for more than the step costs
    rising = all(sum(charges(offer)) >= 0.0 for offer in ground.offers)
    frontier, best = [start(ground)], None
    for _ in range(STEPS):
        frontier = _grown(frontier, ground, groups)
        for label in sorted(frontier, key=lambda one: _rank(one, spec, ground)):
            if best is not None and _rank(best.label, spec, ground) <= _rank(label, spec, ground):
                break
            best = judged(spec, label, ground, before) or best
        if best is not None and rising:
            frontier = [label for label in frontier if label.cost <= best.delivered]
    return best


def _rank(label: Label, spec: Spec, ground: Ground) -> tuple[float, float, int, tuple[int, ...]]:
    return (_delivered(label, spec, ground), -label.tonnes, len(label.path), label.path)


def _grown(
    frontier: Sequence[Label], ground: Ground, groups: dict[tuple[Place, str | None], list[Label]]
) -> list[Label]:
    """Every label one offer further that none before it and none beside it dominates."""
    if len(frontier) * len(ground.offers) > LABELS:
        raise UpgradeRefusedError("too_many_paths", {"offers": len(ground.offers), "most": LABELS})
    grown = [one for label in frontier for i in range(len(ground.offers)) if (one := extended(label, i, ground))]
    kept: list[Label] = []
    for label in sorted(grown, key=lambda one: (one.cost, one.path)):
        group = groups.setdefault((label.place, label.form), [])
        if not any(dominates(other, label, ground) for other in group):
            group.append(label)
            kept.append(label)
    return kept


def _delivered(label: Label, spec: Spec, ground: Ground) -> float:
    return label.cost + ground.freight(label.place, spec.delivery.location).jpy_per_t


def judged(spec: Spec, label: Label, ground: Ground, before: Evaluation) -> Way | None:
    """The way of one label if it is accepted. What no claim speaks to is not projected: it stays out."""
    spoken = _spoken([ground.offers[i] for i in label.path], ground.catalogue)
    failing = [r for r in before.limits if r.verdict is Verdict.OUT]
    if any(not set(r.analytes) & spoken for r in failing):
        return None
    twin = projected(spec, label, ground)
    shown = projection(spec, twin, before, ground.catalogue)
    if not accepted(shown, spoken):
        return None
    return Way(label, twin, _delivered(label, spec, ground), shown)


def _spoken(path: Iterable[UpgradeOffer], catalogue: Catalogue) -> frozenset[str]:
    """The analytes that claims name, in every form, and those which their results bound."""
    named = {c.analyte for offer in path for c in offer.removal}
    forms = {o.element for o in catalogue.oxides.values() if o.oxide in named}
    named |= forms | {o.oxide for o in catalogue.oxides.values() if o.element in named | forms}
    return frozenset(named | {b.analyte for b in catalogue.bounds if b.source in named})


def projected(spec: Spec, label: Label, ground: Ground) -> Twin:
    """Both ends of the lot after the path, standing at the last processor's gate at what it has cost."""
    twin = Twin(ground.lot, ground.lot)
    for number in label.path:
        twin = stepped(twin, ground.offers[number], quantile(spec.confidence), ground.catalogue)
    return Twin(*(_standing(end, label) for end in (twin.high, twin.low)))


def _standing(end: Lot, label: Label) -> Lot:
    ask = end.ask_price
    priced = ask is not None and ask.currency is Currency.JPY
    price = Price(amount=Decimal(f"{label.cost:.6f}"), incoterm=Incoterm.EXW) if priced else None
    quantity = msgspec.structs.replace(end.quantity, tonnes=label.tonnes, min_take_tonnes=None, schedule=())
    return msgspec.structs.replace(end, location=label.place, ask_price=price, quantity=quantity)
