"""A way as it is shown, step by step, and its reasons in words."""

from collections.abc import Iterator

import msgspec

from matching.composition import Composition, View
from matching.evaluation import Flag, Params
from matching.explain import explain, render
from matching.listings import Lot, Spec
from matching.reference import Catalogue, Gives
from matching.results import Normal
from matching.tolerance import quantile
from matching.upgrading.answer import Path, PathStep, ProjectedLimit, Projection, Upgraded
from matching.upgrading.claims import claim_flags, claims
from matching.upgrading.labels import Ground, Label, charges, extended, leg, start
from matching.upgrading.offer import UpgradeOffer
from matching.upgrading.projecting import Twin, stepped
from matching.upgrading.searching import Way
from matching.values import Currency
from matching.words import step_name


def shown(spec: Spec, way: Way, ground: Ground) -> Path:
    """The path of a way; JPY per tonne to six digits after the point."""
    label, lot = way.label, ground.lot
    ask = lot.ask_price
    asked = float(ask.amount) if ask is not None and ask.currency is Currency.JPY else None
    treatment = way.delivered - (asked or 0.0) / label.kept
    own = leg(start(ground), ground, spec.delivery.location).jpy_per_t
    last = ground.freight(label.place, spec.delivery.location)
    return Path(
        steps=tuple(steps(spec, label, ground)),
        tonnes_in=_digits(label.tonnes_in),
        tonnes=_digits(label.tonnes),
        delivered_cost=None if asked is None else _digits(way.delivered),
        treatment_cost=_digits(treatment),
        cost_per_tonne=None if asked is None else _digits(way.delivered - asked - own),
        co2_kg_per_t=None if label.co2 is None else _digits(label.co2 + last.co2_kg_per_t),
        projection=way.projection,
    )


def steps(spec: Spec, label: Label, ground: Ground) -> Iterator[PathStep]:
    """The steps of a label in order, for the tonnes that enter it."""
    here, tonnes = start(ground), label.tonnes_in
    twin = Twin(ground.lot, ground.lot)
    for number in label.path:
        offer = ground.offers[number]
        fee, residue = charges(offer)
        twin = stepped(twin, offer, quantile(spec.confidence), ground.catalogue)
        yield PathStep(
            offer=offer.id,
            step=offer.step,
            prefecture=offer.location.prefecture,
            tonnes_in=_digits(tonnes),
            tonnes_out=_digits(tonnes * offer.yield_),
            freight_per_tonne=_digits(leg(here, ground, offer.location).jpy_per_t),
            fee_per_tonne=fee,
            residue_tonnes=_digits(tonnes * (1.0 - offer.yield_)),
            residue_cost=_digits(residue),
            evidence=offer.evidence,
            claims=claims(offer, ground.catalogue),
            flags=tuple(_flags(offer, twin.high, ground.catalogue)),
        )
        tonnes *= offer.yield_
        here = extended(here, number, ground) or here


def _flags(offer: UpgradeOffer, after: Lot, catalogue: Catalogue) -> Iterator[Flag]:
    """What its claims are to be held for, and a product cleaner than any that was published of the step."""
    yield from claim_flags(offer, catalogue)
    composition = Composition(after, catalogue)
    for claim in offer.removal:
        figures = catalogue.steps[offer.step].published(Gives.CONTENT, claim.analyte)
        known = composition.measured(claim.analyte, View("%", None))
        if figures and isinstance(known, Normal) and known.mean < min(f.low for f in figures):
            params: Params = {"analyte": claim.analyte, "expected": known.mean, "low": min(f.low for f in figures)}
            yield Flag(code="cleaner_than_published", params={**params, "high": max(f.high for f in figures)})


def _digits(value: float) -> float:
    return round(value, 6)


def told(item: Upgraded, language: str, names: Catalogue) -> Upgraded:
    """Every reason and name filled in; a projected limit says that it is not measured."""
    path = item.path and told_path(item.path, language, names)
    params = {**item.params, "steps": [step.step for step in item.path.steps] if item.path else []}
    reason = render(item.code, params, language, names)
    return msgspec.structs.replace(item, path=path, reason=reason, evaluation=explain(item.evaluation, language, names))


def told_path(path: Path, language: str, names: Catalogue) -> Path:
    """Every step and the projection in words."""
    return msgspec.structs.replace(
        path,
        steps=tuple(told_step(step, language, names) for step in path.steps),
        projection=told_projection(path.projection, language, names),
    )


def told_step(step: PathStep, language: str, names: Catalogue) -> PathStep:
    """Name, claims and flags in words."""

    def reason(code: str, params: Params) -> str:
        return render(code, params, language, names)

    return msgspec.structs.replace(
        step,
        name=step_name(step.step, language, names),
        claims=tuple(msgspec.structs.replace(c, reason=reason(c.code, c.params)) for c in step.claims),
        flags=tuple(msgspec.structs.replace(f, reason=reason(f.code, f.params)) for f in step.flags),
    )


def told_projection(found: Projection, language: str, names: Catalogue) -> Projection:
    """Every reason says that nothing was measured."""

    def reason(code: str, params: Params) -> str:
        return render("projected", {"reason": render(code, params, language, names)}, language, names)

    limits = tuple(msgspec.structs.replace(r, reason=reason(r.code, r.params)) for r in found.limits)
    decisive = found.params.get("decisive")
    sentence = {"decisive": render(d.code, d.params, language, names)} if (d := _at(limits, decisive)) else {}
    return msgspec.structs.replace(
        found,
        limits=limits,
        reason=reason(found.code, {**found.params, **sentence}),
        flags=tuple(msgspec.structs.replace(f, reason=render(f.code, f.params, language, names)) for f in found.flags),
        blockers=tuple(
            msgspec.structs.replace(b, reason=render(b.code, b.params, language, names)) for b in found.blockers
        ),
    )


def _at(limits: tuple[ProjectedLimit, ...], place: object) -> ProjectedLimit | None:
    return limits[place] if isinstance(place, int) else None
