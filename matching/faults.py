"""What is wrong with a posted spec or lot, all of it at once, each with a JSON Pointer (RFC 6901).

Types and lengths are refused by decoding; these are the faults of meaning, against the catalogue. Some are only
doubts: a listing is not filed with one, but the engine has an answer (rule 1: a value outside what is possible, or in
a unit that does not measure the analyte, is not evaluated; rule 7: a copy never helps), so a what-if is not refused.
"""

import math
from collections.abc import Iterable, Iterator
from decimal import Decimal
from itertools import chain

from matching.fault import Fault, fault, leaves, repeated, unknown, unknown_any
from matching.listings import Demand, Lot, Spec, Supply
from matching.measure_faults import assay_faults, limit_faults, repeated_results
from matching.reference import Catalogue
from matching.units import close
from matching.values import Place, Price, Window

__all__ = ["Fault", "lot_faults", "place_faults", "price_faults", "spec_faults"]

# masses are stored as whole kilograms
LEAST_TONNES, MOST_TONNES = 0.001, 10_000_000.0
MOST_DIGITS = 18
JAPAN = (20.0, 46.0, 122.0, 154.0)
DOUBTS = frozenset(
    {"implausible_limit", "implausible_assay", "unit_of_other_dimension", "duplicate_result", "grade_of_other_material"}
)


def spec_faults(spec: Spec, catalogue: Catalogue, *, doubts: bool = True) -> tuple[Fault, ...]:
    """Every fault of a spec, in document order; without `doubts`, only those that leave nothing to judge."""
    delivery, quantity = spec.delivery, spec.quantity
    return _kept(
        doubts,
        chain(
            leaves(spec),
            unknown("/material", spec.material, "material", catalogue.materials),
            _grades("/grades", spec.grades, spec.material, catalogue),
            unknown_any("/forms", spec.forms, "form", catalogue.forms),
            unknown_any("/regimes", spec.regimes, "regime", catalogue.regimes),
            repeated("/origins", spec.origins),
            repeated("/custody_models", spec.custody_models),
            repeated("/refused_hazards", spec.refused_hazards),
            repeated("/required_documents", spec.required_documents),
            chain.from_iterable(limit_faults(f"/limits/{i}", x, catalogue) for i, x in enumerate(spec.limits)),
            _confidence(spec.confidence),
            _quantity(quantity, quantity.min_lot_tonnes, "min_lot_tonnes"),
            _suppliers(quantity),
            _window("/delivery", delivery),
            place_faults("/delivery/location", delivery.location, catalogue),
            price_faults("/max_price", spec.max_price),
            _weights(spec),
        ),
    )


def lot_faults(lot: Lot, catalogue: Catalogue, *, doubts: bool = True) -> tuple[Fault, ...]:
    """Every fault of a lot, in document order; without `doubts`, only those that leave nothing to judge."""
    return _kept(
        doubts,
        chain(
            leaves(lot),
            unknown("/material", lot.material, "material", catalogue.materials),
            _grades("/grade", lot.grade, lot.material, catalogue),
            unknown("/form", lot.form, "form", catalogue.forms),
            _quantity(lot.quantity, lot.quantity.min_take_tonnes, "min_take_tonnes"),
            place_faults("/location", lot.location, catalogue),
            _window("/available", lot.available),
            price_faults("/ask_price", lot.ask_price),
            chain.from_iterable(assay_faults(f"/assays/{i}", a, catalogue) for i, a in enumerate(lot.assays)),
            repeated_results(lot.assays),
            repeated("/hazards", lot.hazards),
            repeated("/documents", lot.documents),
        ),
    )


def _kept(doubts: bool, found: Iterable[Fault]) -> tuple[Fault, ...]:
    return tuple(f for f in found if doubts or f.code not in DOUBTS)


def _grades(pointer: str, given: tuple[str, ...] | str | None, material: str, catalogue: Catalogue) -> Iterator[Fault]:
    codes = given if isinstance(given, tuple) else (given,) if given else ()
    for i, code in enumerate(codes):
        at = f"{pointer}/{i}" if isinstance(given, tuple) else pointer
        yield from unknown(at, code, "grade", catalogue.grades)
        grade = catalogue.grades.get(code)
        if grade is not None and grade.material != material and material in catalogue.materials:
            yield fault(at, "grade_of_other_material", grade=code, material=grade.material)
    yield from repeated(pointer, codes)


def _confidence(value: float) -> Iterator[Fault]:
    if not 0.5 <= value <= 0.9999:
        yield fault("/confidence", "confidence_range", given=str(value))


def _quantity(quantity: Demand | Supply, least: float | None, name: str) -> Iterator[Fault]:
    yield from _tonnes("/quantity/tonnes", quantity.tonnes)
    if least is not None:
        yield from _tonnes(f"/quantity/{name}", least)
        if least > quantity.tonnes:
            yield fault(f"/quantity/{name}", "min_over_total", given=least, tonnes=quantity.tonnes)
    for i, portion in enumerate(quantity.schedule):
        yield from _tonnes(f"/quantity/schedule/{i}/tonnes", portion.tonnes)
    months = tuple(p.month for p in quantity.schedule)
    yield from repeated("/quantity/schedule", months)
    if any(abs(p.tonnes) > MOST_TONNES for p in quantity.schedule):
        return  # told above, and such a sum could overflow
    total = math.fsum(p.tonnes for p in quantity.schedule)
    if quantity.schedule and not close(round(total, 3), round(quantity.tonnes, 3)):
        yield fault("/quantity/schedule", "schedule_sum", given=total, tonnes=quantity.tonnes)


def _tonnes(pointer: str, value: float) -> Iterator[Fault]:
    name = pointer.rsplit("/", 1)[-1]
    if value > MOST_TONNES:
        yield fault(pointer, "too_large", given=value, most=MOST_TONNES)
    elif not value >= LEAST_TONNES:
        yield fault(pointer, "not_positive", given=name)


def _suppliers(quantity: Demand) -> Iterator[Fault]:
    if quantity.max_suppliers is not None and quantity.max_suppliers < 1:
        yield fault("/quantity/max_suppliers", "not_positive", given="max_suppliers")


def _window(pointer: str, window: Window) -> Iterator[Fault]:
    if window.until < window.from_:
        yield fault(
            f"{pointer}/until",
            "dates_reversed",
            from_=window.from_.isoformat(),
            until=window.until.isoformat(),
        )


def place_faults(pointer: str, place: Place, catalogue: Catalogue) -> Iterator[Fault]:
    """A prefecture that is unknown, or a point that is no point in Japan."""
    yield from unknown(f"{pointer}/prefecture", place.prefecture, "prefecture", catalogue.prefectures)
    if place.lat is None and place.lon is None:
        return
    south, north, west, east = JAPAN
    lat, lon = place.lat, place.lon
    if lat is None or lon is None or not (south <= lat <= north and west <= lon <= east):
        yield fault(pointer, "coordinates")


def price_faults(pointer: str, price: Price | None) -> Iterator[Fault]:
    """An amount that is no amount of money."""
    if price is None:
        return
    amount: Decimal = price.amount
    at = f"{pointer}/amount"
    if not amount.is_finite():
        yield fault(at, "not_finite")
    elif amount < 0:
        yield fault(at, "negative", given="amount")
    elif len(amount.as_tuple().digits) > MOST_DIGITS or abs(amount.adjusted()) > MOST_DIGITS:
        yield fault(at, "too_many_digits", most=MOST_DIGITS)


def _weights(spec: Spec) -> Iterator[Fault]:
    values = {f: getattr(spec.weights, f) for f in spec.weights.__struct_fields__}
    for name, value in values.items():
        if value < 0:
            yield fault(f"/weights/{name}", "negative", given=name)
    if not any(values.values()):
        yield fault("/weights", "weights_all_zero")
