"""The reference data as it is served: names in both languages, every number with its flag, its sources resolved.

Each function returns the whole list, built once; an item's `sources` resolve the `src` codes of its numbers.
"""

from collections.abc import Iterable, Iterator
from functools import cache

import msgspec

from matching.reference import GradeLimit, Prefecture, RegulatedLimit
from specs.catalogue import files
from specs.catalogue.loader import catalogue
from specs.catalogue.measures import AnalyteRow, UncertaintyRow
from specs.catalogue.operations import FigureRow, StepRow
from specs.catalogue.rows import GradeRow
from specs.catalogue.shapes import (
    AnalyteView,
    BoundView,
    FamilyView,
    FigureView,
    FormView,
    GradeView,
    LimitView,
    MaterialView,
    NameView,
    RangeView,
    RegimeView,
    RegulatedView,
    SourceView,
    StepView,
    UncertaintyView,
    UnitView,
)


def sources_of(codes: Iterable[str]) -> tuple[SourceView, ...]:
    """Each once, in the order in which they are named."""
    known = files.sources().sources
    return tuple(
        SourceView(code=c, title=known[c].title, ref=known[c].ref, flag=known[c].flag, note=known[c].note)
        for c in dict.fromkeys(codes)
    )


@cache
def families() -> tuple[FamilyView, ...]:
    """Families with their materials."""
    listed = files.materials()
    return tuple(
        FamilyView(
            code=f.code,
            name=NameView(ja=f.name_ja, en=f.name_en),
            materials=tuple(m.code for m in listed.materials if m.family == f.code),
        )
        for f in listed.families
    )


@cache
def materials() -> tuple[MaterialView, ...]:
    """Materials in the order of the families."""
    return tuple(
        MaterialView(
            code=m.code,
            family=m.family,
            name=NameView(ja=m.name_ja, en=m.name_en, flag=m.flag),
            grades=tuple(g.id for g in files.grades() if g.material == m.code),
        )
        for m in files.materials().materials
    )


@cache
def forms() -> tuple[FormView, ...]:
    """Forms."""
    return tuple(FormView(code=f.code, name=NameView(ja=f.ja, en=f.en)) for f in files.materials().forms)


@cache
def prefectures() -> tuple[Prefecture, ...]:
    """Prefectures by code."""
    return files.places().prefectures


def _limit(row: GradeLimit) -> LimitView:
    return msgspec.convert(row, LimitView, from_attributes=True)


def _grade(row: GradeRow) -> GradeView:
    grade = catalogue().grades[row.id]
    limits = (*grade.limits, *grade.alternative)
    return GradeView(
        code=row.id,
        family=row.family,
        material=row.material,
        standard=row.standard,
        standard_about=files.names().standards.get(row.standard),
        name=NameView(ja=row.name_ja, en=row.name_en, flag=row.name_ja_flag),
        form=row.form_code,
        form_as_published=row.form,
        limits=tuple(map(_limit, grade.limits)),
        alternative=tuple(map(_limit, grade.alternative)),
        excludes=row.excludes,
        conflicts=grade.conflicts,
        note=row.note,
        flag=row.flag,
        sources=sources_of((row.src, *(limit.src for limit in limits))),
    )


@cache
def grades() -> tuple[GradeView, ...]:
    """Grades in the order of the families."""
    return tuple(map(_grade, files.grades()))


def _uncertainty(row: UncertaintyRow) -> UncertaintyView:
    return UncertaintyView(
        method=row.method,
        percent=row.rel_pct,
        what=row.what,
        computed_from=row.computed_from,
        floors=row.floor_for,
        floor_percent=row.rel_pct / row.k if row.floor_for and row.k else None,
        src=row.read_at,
        flag=row.flag,
    )


def _analyte(row: AnalyteRow) -> AnalyteView:
    known = catalogue()
    dimension = known.units[row.canonical_unit].dimension
    window = known.analytes[row.code].plausible or known.plausible.get(dimension)
    rules = [b for b in files.units().bounds if b.analyte == row.code]
    return AnalyteView(
        code=row.code,
        name=NameView(ja=row.name_ja, en=row.name_en),
        kind=row.kind,
        unit=row.canonical_unit,
        units=tuple(code for code, unit in known.units.items() if unit.dimension == dimension),
        direction=row.direction,
        families=row.families,
        methods=row.methods,
        condition_required=row.condition_required,
        other_tests=row.other_tests,
        plausible=RangeView(low=window.low, high=window.high, unit=_base(dimension)) if window else None,
        uncertainty=tuple(map(_uncertainty, row.uncertainty)),
        bounds=tuple(
            BoundView(source=b.bound().source, rule=b.rule, scope=b.scope, src=b.src, flag=b.flag) for b in rules
        ),
        note=row.note,
        sources=sources_of((*(u.read_at for u in row.uncertainty), *(b.src for b in rules))),
    )


@cache
def analytes() -> tuple[AnalyteView, ...]:
    """Analytes in the order of the source."""
    return tuple(map(_analyte, files.analytes().analytes))


@cache
def _base(dimension: str) -> str:
    return next(u.unit for u in files.units().units if u.dimension == dimension and u.factor == 1.0)


@cache
def units() -> tuple[UnitView, ...]:
    """Units by dimension."""
    return tuple(
        UnitView(
            code=u.unit,
            dimension=u.dimension,
            base=_base(u.dimension),
            factor=u.factor,
            flag=u.flag,
            sources=sources_of((u.src,)),
        )
        for u in files.units().units
    )


def _regulated(row: RegulatedLimit) -> RegulatedView:
    return msgspec.convert(row, RegulatedView, from_attributes=True)


@cache
def regimes() -> tuple[RegimeView, ...]:
    """Regulations with their dated limits."""
    return tuple(
        RegimeView(
            code=r.code,
            title=NameView(ja=r.title_ja, en=r.title),
            jurisdiction=r.jurisdiction,
            limits=tuple(map(_regulated, r.limits)),
            notes=r.notes,
            sources=sources_of(limit.src for limit in r.limits),
        )
        for r in catalogue().regimes.values()
    )


def _figures(rows: Iterable[FigureRow]) -> Iterator[FigureView]:
    for row in rows:
        yield FigureView(
            what=row.what,
            value=row.value,
            low=row.lo,
            high=row.hi,
            unit=row.unit,
            approximate=row.approx,
            caveat=row.check or row.confidence or row.as_published or row.kind or row.computed_from,
            gives=row.gives,
            of=row.of,
            src=row.src,
            flag=row.flag,
        )


def _step(row: StepRow) -> StepView:
    return StepView(
        code=row.id,
        name=NameView(ja=row.name_ja, en=row.name_en),
        families=row.families,
        input=row.input,
        output=row.output,
        removes=row.removes,
        removes_analytes=row.analytes,
        cannot_remove=row.does_not_remove,
        cannot_remove_analytes=row.cannot,
        removes_nothing=row.removes_nothing,
        figures=tuple(_figures(row.performance)),
        costs=tuple(_figures(row.cost)),
        unknown=row.no_number_read_for,
        notes=row.notes,
        sources=sources_of(f.src for f in (*row.performance, *row.cost)),
    )


@cache
def steps() -> tuple[StepView, ...]:
    """Upgrade steps."""
    return tuple(map(_step, files.steps().steps))
