"""The reference data as the wire shows it."""

from datetime import date

import msgspec

from matching.reference import Gives


class View(msgspec.Struct, frozen=True, kw_only=True):
    """Output; every field is always written."""


class NameView(View, frozen=True, kw_only=True):
    """A name in both languages; `flag` says when one of them is from memory."""

    ja: str
    en: str
    flag: str | None = None


class SourceView(View, frozen=True, kw_only=True):
    """Where a number comes from; `ref` is an address, or the clause of what is known from memory."""

    code: str
    title: str
    ref: str
    flag: str
    note: str | None


class FamilyView(View, frozen=True, kw_only=True):
    """Materials that are collected and traded together."""

    code: str
    name: NameView
    materials: tuple[str, ...]


class MaterialView(View, frozen=True, kw_only=True):
    """A material with the codes of its grades."""

    code: str
    family: str
    name: NameView
    grades: tuple[str, ...]


class FormView(View, frozen=True, kw_only=True):
    """A shape that material is delivered in."""

    code: str
    name: NameView


class LimitView(View, frozen=True, kw_only=True):
    """A limit in the wire's words; `src` is a code of the item's `sources`."""

    analytes: tuple[str, ...]
    min: float | None
    max: float | None
    exclusive_min: float | None
    exclusive_max: float | None
    unit: str
    as_published: str | None
    applies_to: str | None
    note: str | None
    src: str
    flag: str


class GradeView(View, frozen=True, kw_only=True):
    """A grade: its limits, what it excludes, and names that are taken for it."""

    code: str
    family: str
    material: str
    standard: str
    standard_about: str | None
    name: NameView
    form: str | None
    form_as_published: str | None
    limits: tuple[LimitView, ...]
    alternative: tuple[LimitView, ...]
    excludes: tuple[str, ...]
    conflicts: tuple[str, ...]
    note: str | None
    flag: str
    sources: tuple[SourceView, ...]


class UncertaintyView(View, frozen=True, kw_only=True):
    """A published relative figure; `floors` names the method whose uncertainty it floors, if any."""

    method: str
    percent: float
    what: str
    computed_from: str
    floors: str | None
    floor_percent: float | None
    src: str
    flag: str


class BoundView(View, frozen=True, kw_only=True):
    """What another result says of an analyte."""

    source: str
    rule: str
    scope: str | None
    src: str
    flag: str


class RangeView(View, frozen=True, kw_only=True):
    """Inclusive ends in `unit`."""

    low: float
    high: float
    unit: str


class AnalyteView(View, frozen=True, kw_only=True):
    """An analyte with its units, look-alikes and what bounds it."""

    code: str
    name: NameView
    kind: str
    unit: str
    units: tuple[str, ...]
    direction: str
    families: tuple[str, ...]
    methods: tuple[str, ...]
    condition_required: bool
    other_tests: tuple[str, ...]
    plausible: RangeView | None
    uncertainty: tuple[UncertaintyView, ...]
    bounds: tuple[BoundView, ...]
    note: str | None
    sources: tuple[SourceView, ...]


class UnitView(View, frozen=True, kw_only=True):
    """`value in base = value * factor`; units of one dimension convert, others never do."""

    code: str
    dimension: str
    base: str
    factor: float
    flag: str
    sources: tuple[SourceView, ...]


class RegulatedView(LimitView, frozen=True, kw_only=True):
    """A limit of the law with the days on which it is in force."""

    scope: str | None
    about: str | None
    valid_from: date | None
    valid_to: date | None


class RegimeView(View, frozen=True, kw_only=True):
    """A regulation that a spec may name."""

    code: str
    title: NameView
    jurisdiction: str
    limits: tuple[RegulatedView, ...]
    notes: tuple[str, ...]
    sources: tuple[SourceView, ...]


class FigureView(View, frozen=True, kw_only=True):
    """A published figure of a step: `value`, or a range `low`..`high`.

    `gives` says whether it is a yield, a removal or the content of the product, and `of` which analytes.
    """

    what: str
    value: float | None
    low: float | None
    high: float | None
    unit: str
    approximate: bool
    caveat: str | None
    gives: Gives | None
    of: tuple[str, ...]
    src: str
    flag: str


class StepView(View, frozen=True, kw_only=True):
    """An upgrade step: what it removes and cannot remove; where no number was read, `unknown` says of what."""

    code: str
    name: NameView
    families: tuple[str, ...]
    input: tuple[str, ...]
    output: tuple[str, ...]
    removes: tuple[str, ...]
    removes_analytes: tuple[str, ...]
    cannot_remove: tuple[str, ...]
    cannot_remove_analytes: tuple[str, ...]
    removes_nothing: bool
    figures: tuple[FigureView, ...]
    costs: tuple[FigureView, ...]
    unknown: str | None
    notes: tuple[str, ...]
    sources: tuple[SourceView, ...]
