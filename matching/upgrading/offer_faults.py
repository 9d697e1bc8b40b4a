"""What is wrong with a processor's offer, all of it at once, each with a JSON Pointer (RFC 6901).

An offer that claims to remove what its step cannot remove is refused; one that claims more than was published is
not: `matching.upgrading.claims` shows the published figures beside it.
"""

import math
from collections.abc import Iterator
from itertools import chain

from matching.fault import Fault, fault, leaves, repeated, unknown, unknown_any
from matching.faults import MOST_TONNES, place_faults, price_faults
from matching.reference import Catalogue, Step
from matching.upgrading.offer import OfferedStep, Removal
from matching.values import Currency, Price


def offer_faults(offer: OfferedStep, catalogue: Catalogue) -> tuple[Fault, ...]:
    """Every fault of an offer, in document order."""
    return tuple(
        chain(
            leaves(offer),
            unknown("/step", offer.step, "step", catalogue.steps),
            place_faults("/location", offer.location, catalogue),
            _capacity(offer.capacity_tonnes),
            _money("/fee", offer.fee),
            _yield(offer.yield_),
            _removals(offer, catalogue),
            unknown_any("/keeps", offer.keeps, "analyte", catalogue.analytes),
            _residue(offer),
            _negative("/co2_kg_per_t", offer.co2_kg_per_t),
            unknown_any("/materials", offer.materials, "material", catalogue.materials),
            unknown_any("/families", offer.families, "family", {m.family: m for m in catalogue.materials.values()}),
            unknown_any("/forms", offer.forms, "form", catalogue.forms),
            unknown("/output_form", offer.output_form, "form", catalogue.forms),
            _other_families(offer, catalogue),
        )
    )


def _capacity(tonnes: float) -> Iterator[Fault]:
    if tonnes > MOST_TONNES:
        yield fault("/capacity_tonnes", "too_large", given=tonnes, most=MOST_TONNES)
    elif not tonnes > 0.0:
        yield fault("/capacity_tonnes", "not_positive", given="capacity_tonnes")


def _money(pointer: str, price: Price | None) -> Iterator[Fault]:
    yield from price_faults(pointer, price)
    if price is not None and price.currency is not Currency.JPY:
        yield fault(f"{pointer}/currency", "currency_not_jpy", currency=price.currency)


def _yield(share: float) -> Iterator[Fault]:
    if math.isfinite(share) and not 0.0 < share <= 1.0:
        yield fault("/yield", "yield_range", given=share)


def _residue(offer: OfferedStep) -> Iterator[Fault]:
    if offer.residue is not None:
        yield from _money("/residue/charge", offer.residue.charge)
        yield from _money("/residue/credit", offer.residue.credit)


def _negative(pointer: str, value: float | None) -> Iterator[Fault]:
    if value is not None and value < 0.0:
        yield fault(pointer, "negative", given=pointer.rsplit("/", 1)[-1])


def _removals(offer: OfferedStep, catalogue: Catalogue) -> Iterator[Fault]:
    step = catalogue.steps.get(offer.step)
    for i, claim in enumerate(offer.removal):
        at = f"/removal/{i}"
        if claim.analyte not in catalogue.oxides:
            yield from unknown(f"{at}/analyte", claim.analyte, "analyte", catalogue.analytes)
        if math.isfinite(claim.fraction) and not 0.0 <= claim.fraction <= 1.0:
            yield fault(f"{at}/fraction", "share_range", given=claim.fraction)
        yield from _negative(f"{at}/uncertainty", claim.uncertainty)
        if step is not None:
            yield from _impossible(at, claim, step, catalogue)
    yield from repeated("/removal", tuple(claim.analyte for claim in offer.removal))


def _impossible(pointer: str, claim: Removal, step: Step, catalogue: Catalogue) -> Iterator[Fault]:
    """The step cannot remove it, under its own name or as the element of its oxide."""
    oxide = catalogue.oxides.get(claim.analyte)
    names = {claim.analyte, oxide.element if oxide else claim.analyte}
    if claim.fraction > 0.0 and (step.removes_nothing or names & set(step.cannot_remove)):
        code = "step_removes_nothing" if step.removes_nothing else "step_cannot_remove"
        yield fault(pointer, code, step=step.code, analyte=claim.analyte)


def _other_families(offer: OfferedStep, catalogue: Catalogue) -> Iterator[Fault]:
    step = catalogue.steps.get(offer.step)
    if step is None:
        return
    for i, code in enumerate(offer.materials):
        material = catalogue.materials.get(code)
        if material is not None and material.family not in step.families:
            yield fault(f"/materials/{i}", "step_of_other_family", step=step.code, given=code)
    for i, family in enumerate(offer.families):
        if family not in step.families:
            yield fault(f"/families/{i}", "step_of_other_family", step=step.code, given=family)
