"""What is wrong with a posted spec or lot, all of it at once, each with a JSON Pointer (RFC 6901).

Types and lengths are refused by decoding; these are the faults of meaning, against the catalogue.
"""

import math
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from difflib import get_close_matches
from itertools import chain

import msgspec

from matching.evaluation import Params
from matching.listings import Demand, Lot, Spec, Supply
from matching.reference import Catalogue
from matching.tolerance import band
from matching.units import close, dimension, implausible
from matching.values import Assay, Limit, Operator, Place, Price, Window

# masses are stored as whole kilograms
LEAST_TONNES, MOST_TONNES = 0.001, 10_000_000.0
MOST_DIGITS = 18
JAPAN = (20.0, 46.0, 122.0, 154.0)


class Fault(msgspec.Struct, frozen=True):
    """One fault: where (`/assays/0/unit`), which, and the numbers and codes of its reason."""

    pointer: str
    code: str
    params: Params


def spec_faults(spec: Spec, catalogue: Catalogue) -> tuple[Fault, ...]:
    """Every fault of a spec, in document order."""
    delivery, quantity = spec.delivery, spec.quantity
    return tuple(
        chain(
            _numbers(spec, ""),
            _texts(spec, ""),
            _known("/material", spec.material, "material", catalogue.materials),
            _grades("/grades", spec.grades, spec.material, catalogue),
            _each("/forms", spec.forms, "form", catalogue.forms),
            _each("/regimes", spec.regimes, "regime", catalogue.regimes),
            _twice("/origins", spec.origins),
            _twice("/custody_models", spec.custody_models),
            _twice("/refused_hazards", spec.refused_hazards),
            _twice("/required_documents", spec.required_documents),
            chain.from_iterable(_limit(f"/limits/{i}", x, catalogue) for i, x in enumerate(spec.limits)),
            _confidence(spec.confidence),
            _quantity(quantity, quantity.min_lot_tonnes, "min_lot_tonnes"),
            _suppliers(quantity),
            _window("/delivery", delivery),
            _place("/delivery/location", delivery.location, catalogue),
            _price("/max_price", spec.max_price),
            _weights(spec),
        )
    )


def lot_faults(lot: Lot, catalogue: Catalogue) -> tuple[Fault, ...]:
    """Every fault of a lot, in document order."""
    return tuple(
        chain(
            _numbers(lot, ""),
            _texts(lot, ""),
            _known("/material", lot.material, "material", catalogue.materials),
            _grades("/grade", lot.grade, lot.material, catalogue),
            _known("/form", lot.form, "form", catalogue.forms),
            _quantity(lot.quantity, lot.quantity.min_take_tonnes, "min_take_tonnes"),
            _place("/location", lot.location, catalogue),
            _window("/available", lot.available),
            _price("/ask_price", lot.ask_price),
            chain.from_iterable(_assay(f"/assays/{i}", a, catalogue) for i, a in enumerate(lot.assays)),
            _repeated(lot.assays),
            _twice("/hazards", lot.hazards),
            _twice("/documents", lot.documents),
        )
    )


def nearest(code: str, known: Iterable[str]) -> tuple[str, ...]:
    """Up to three known codes that look like `code`, case aside."""
    by_folded = {name.casefold(): name for name in known}
    return tuple(by_folded[n] for n in get_close_matches(code.casefold()[:64], by_folded, n=3, cutoff=0.6))


def _fault(pointer: str, code: str, **params: str | float | list[str] | None) -> Fault:
    return Fault(pointer, code, dict(params))


def _numbers(part: object, pointer: str) -> Iterator[Fault]:
    """Every float anywhere must be finite: an infinite one would poison sums without an error."""
    for path, leaf in _leaves(part, pointer):
        if isinstance(leaf, float) and not math.isfinite(leaf):
            yield _fault(path, "not_finite")


def _texts(part: object, pointer: str) -> Iterator[Fault]:
    for path, leaf in _leaves(part, pointer):
        if isinstance(leaf, str) and any(ord(c) < 0x20 or 0x7F <= ord(c) < 0xA0 for c in leaf):
            yield _fault(path, "control_character")


def _leaves(part: object, pointer: str) -> Iterator[tuple[str, object]]:
    if isinstance(part, msgspec.Struct):
        for field in msgspec.structs.fields(part):
            yield from _leaves(getattr(part, field.name), f"{pointer}/{field.encode_name}")
    elif isinstance(part, (tuple, list)):
        for i, item in enumerate(part):
            yield from _leaves(item, f"{pointer}/{i}")
    elif isinstance(part, Mapping):
        for key, item in part.items():
            yield pointer, key
            yield from _leaves(item, f"{pointer}/{_escaped(str(key))}")
    else:
        yield pointer, part


def _escaped(token: str) -> str:
    return token.replace("~", "~0").replace("/", "~1")


def _known(pointer: str, code: str | None, kind: str, known: Mapping[str, object]) -> Iterator[Fault]:
    if code is None or code in known:
        return
    close_by = nearest(code, known)
    if close_by:
        yield _fault(pointer, "unknown_code_nearest", given=code, kind=kind, nearest=list(close_by))
    else:
        yield _fault(pointer, "unknown_code", given=code, kind=kind)


def _each(pointer: str, codes: tuple[str, ...], kind: str, known: Mapping[str, object]) -> Iterator[Fault]:
    for i, code in enumerate(codes):
        yield from _known(f"{pointer}/{i}", code, kind, known)
    yield from _twice(pointer, codes)


def _twice(pointer: str, codes: tuple[str, ...]) -> Iterator[Fault]:
    for i, code in enumerate(codes):
        if code in codes[:i]:
            yield _fault(f"{pointer}/{i}", "duplicate", given=str(code))


def _grades(pointer: str, given: tuple[str, ...] | str | None, material: str, catalogue: Catalogue) -> Iterator[Fault]:
    codes = given if isinstance(given, tuple) else (given,) if given else ()
    for i, code in enumerate(codes):
        at = f"{pointer}/{i}" if isinstance(given, tuple) else pointer
        yield from _known(at, code, "grade", catalogue.grades)
        grade = catalogue.grades.get(code)
        if grade is not None and grade.material != material and material in catalogue.materials:
            yield _fault(at, "grade_of_other_material", grade=code, material=grade.material)
    yield from _twice(pointer, codes)


def _analyte(pointer: str, code: str, catalogue: Catalogue) -> Iterator[Fault]:
    if code not in catalogue.oxides:
        yield from _known(pointer, code, "analyte", catalogue.analytes)


def _unit(pointer: str, code: str, unit: str, catalogue: Catalogue) -> Iterator[Fault]:
    if unit not in catalogue.units:
        yield from _known(pointer, unit, "unit", catalogue.units)
        return
    canonical = _canonical(code, catalogue)
    if canonical is not None and dimension(unit, catalogue) != dimension(canonical, catalogue):
        yield _fault(pointer, "unit_of_other_dimension", given_unit=unit, analyte=code, unit=canonical)


def _canonical(code: str, catalogue: Catalogue) -> str | None:
    if code in catalogue.oxides:
        return "%"
    analyte = catalogue.analytes.get(code)
    return analyte.unit if analyte else None


def _limit(pointer: str, limit: Limit, catalogue: Catalogue) -> Iterator[Fault]:
    for i, code in enumerate(limit.analytes):
        yield from _analyte(f"{pointer}/analytes/{i}", code, catalogue)
    yield from _twice(f"{pointer}/analytes", limit.analytes)
    kinds = {dimension(c, catalogue) for a in limit.analytes if (c := _canonical(a, catalogue)) is not None}
    if len(kinds) > 1:
        yield _fault(f"{pointer}/analytes", "mixed_sum")
    else:
        yield from _unit(f"{pointer}/unit", limit.analytes[0], limit.unit, catalogue)
    yield from _basis(pointer, limit.basis is not None, limit.unit, catalogue)
    ends = {n: getattr(limit, n) for n in ("min", "max", "exclusive_min", "exclusive_max")}
    if all(v is None for v in ends.values()):
        yield _fault(pointer, "no_bounds")
    for name, value in ends.items():
        if value is not None and math.isfinite(value):
            analyte = catalogue.analytes.get(limit.analytes[0]) if len(limit.analytes) == 1 else None
            window = implausible(value, limit.unit, analyte, catalogue)
            if window is not None:
                yield _fault(
                    f"{pointer}/{name}",
                    "implausible_limit",
                    given=value,
                    given_unit=limit.unit,
                    low=window.low,
                    high=window.high,
                    base_unit=_base(limit.unit, catalogue),
                )
    yield from _met_by_none(pointer, limit)


def _met_by_none(pointer: str, limit: Limit) -> Iterator[Fault]:
    limits = band(limit)
    exclusive = limits.low_exclusive or limits.high_exclusive
    empty = limits.low > limits.high and not close(limits.low, limits.high)
    if empty or (exclusive and close(limits.low, limits.high)):
        yield _fault(pointer, "min_above_max", low=limits.low, high=limits.high)


def _base(unit: str, catalogue: Catalogue) -> str:
    """The unit of a dimension whose factor is 1, in which plausible windows are given."""
    wanted = dimension(unit, catalogue)
    return next((c for c, u in catalogue.units.items() if u.dimension == wanted and u.factor == 1.0), unit)


def _basis(pointer: str, stated: bool, unit: str, catalogue: Catalogue) -> Iterator[Fault]:
    if stated and unit in catalogue.units and dimension(unit, catalogue) != "mass_fraction":
        yield _fault(f"{pointer}/basis", "basis_without_fraction", given_unit=unit)


def _assay(pointer: str, assay: Assay, catalogue: Catalogue) -> Iterator[Fault]:
    yield from _analyte(f"{pointer}/analyte", assay.analyte, catalogue)
    yield from _unit(f"{pointer}/unit", assay.analyte, assay.unit, catalogue)
    yield from _basis(pointer, assay.basis is not None, assay.unit, catalogue)
    ranged = assay.low is not None and assay.high is not None
    if (assay.value is not None) == ranged or (assay.low is None) != (assay.high is None):
        yield _fault(pointer, "value_or_range")
    elif assay.low is not None and assay.high is not None:
        if assay.low > assay.high:
            yield _fault(f"{pointer}/low", "range_reversed", low=assay.low, high=assay.high)
        if assay.operator is not Operator.EQUAL:
            yield _fault(f"{pointer}/operator", "operator_with_range")
    analyte = catalogue.analytes.get(assay.analyte)
    for name in ("value", "low", "high"):
        value = getattr(assay, name)
        window = implausible(value, assay.unit, analyte, catalogue) if value is not None else None
        if window is not None and math.isfinite(value):
            yield _fault(
                f"{pointer}/{name}",
                "implausible_assay",
                given=value,
                given_unit=assay.unit,
                low=window.low,
                high=window.high,
                base_unit=_base(assay.unit, catalogue),
            )
    if assay.uncertainty is not None and assay.uncertainty < 0:
        yield _fault(f"{pointer}/uncertainty", "negative", given="uncertainty")


def _repeated(assays: tuple[Assay, ...]) -> Iterator[Fault]:
    """The same result twice is a slip of the hand; other results of the same analyte are welcome."""
    seen: set[bytes] = set()
    for i, assay in enumerate(assays):
        key = msgspec.json.encode(assay)
        if key in seen:
            yield _fault(f"/assays/{i}", "duplicate_result", analyte=assay.analyte)
        seen.add(key)


def _confidence(value: float) -> Iterator[Fault]:
    if not 0.5 <= value <= 0.9999:
        yield _fault("/confidence", "confidence_range", given=str(value))


def _quantity(quantity: Demand | Supply, least: float | None, name: str) -> Iterator[Fault]:
    yield from _tonnes("/quantity/tonnes", quantity.tonnes)
    if least is not None:
        yield from _tonnes(f"/quantity/{name}", least)
        if least > quantity.tonnes:
            yield _fault(f"/quantity/{name}", "min_over_total", given=least, tonnes=quantity.tonnes)
    for i, portion in enumerate(quantity.schedule):
        yield from _tonnes(f"/quantity/schedule/{i}/tonnes", portion.tonnes)
    months = tuple(p.month for p in quantity.schedule)
    yield from _twice("/quantity/schedule", months)
    total = math.fsum(p.tonnes for p in quantity.schedule)
    if quantity.schedule and not close(round(total, 3), round(quantity.tonnes, 3)):
        yield _fault("/quantity/schedule", "schedule_sum", given=total, tonnes=quantity.tonnes)


def _tonnes(pointer: str, value: float) -> Iterator[Fault]:
    name = pointer.rsplit("/", 1)[-1]
    if value > MOST_TONNES:
        yield _fault(pointer, "too_large", given=value, most=MOST_TONNES)
    elif not value >= LEAST_TONNES:
        yield _fault(pointer, "not_positive", given=name)


def _suppliers(quantity: Demand) -> Iterator[Fault]:
    if quantity.max_suppliers is not None and quantity.max_suppliers < 1:
        yield _fault("/quantity/max_suppliers", "not_positive", given="max_suppliers")


def _window(pointer: str, window: Window) -> Iterator[Fault]:
    if window.until < window.from_:
        yield _fault(
            f"{pointer}/until",
            "dates_reversed",
            from_=window.from_.isoformat(),
            until=window.until.isoformat(),
        )


def _place(pointer: str, place: Place, catalogue: Catalogue) -> Iterator[Fault]:
    yield from _known(f"{pointer}/prefecture", place.prefecture, "prefecture", catalogue.prefectures)
    if place.lat is None and place.lon is None:
        return
    south, north, west, east = JAPAN
    lat, lon = place.lat, place.lon
    if lat is None or lon is None or not (south <= lat <= north and west <= lon <= east):
        yield _fault(pointer, "coordinates")


def _price(pointer: str, price: Price | None) -> Iterator[Fault]:
    if price is None:
        return
    amount: Decimal = price.amount
    at = f"{pointer}/amount"
    if not amount.is_finite():
        yield _fault(at, "not_finite")
    elif amount < 0:
        yield _fault(at, "negative", given="amount")
    elif len(amount.as_tuple().digits) > MOST_DIGITS or abs(amount.adjusted()) > MOST_DIGITS:
        yield _fault(at, "too_many_digits", most=MOST_DIGITS)


def _weights(spec: Spec) -> Iterator[Fault]:
    values = {f: getattr(spec.weights, f) for f in spec.weights.__struct_fields__}
    for name, value in values.items():
        if value < 0:
            yield _fault(f"/weights/{name}", "negative", given=name)
    if not any(values.values()):
        yield _fault("/weights", "weights_all_zero")
