"""The packaged reference data as the one frozen `Catalogue` that the engine reads."""

from functools import cache

import msgspec

from matching.fares import Fare, FreightTable, Further
from matching.permits.rules import PermitRules
from matching.reference import (
    Analyte,
    Catalogue,
    Figure,
    Floor,
    Grade,
    GradeLimit,
    Regime,
    RegulatedLimit,
    Step,
    Unit,
    Window,
)
from specs.catalogue import files
from specs.catalogue.measures import AnalyteRow, UncertaintyRow
from specs.catalogue.operations import StepRow
from specs.catalogue.rows import ConflictRow, GradeRow, LimitRow, RegimeRow


def version() -> str:
    """The catalogue's version, as stamped on every evaluation."""
    return files.materials().version


@cache
def catalogue() -> Catalogue:
    """All reference data, read once; some tens of milliseconds the first time."""
    listed, units = files.materials(), files.units()
    conflicts = files.names().conflicts
    bounds = [row.bound() for row in units.bounds]
    return Catalogue(
        version=listed.version,
        materials={m.code: m for m in listed.materials},
        grades={row.id: _grade(row, conflicts) for row in files.grades()},
        analytes={row.code: _analyte(row) for row in files.analytes().analytes},
        units={u.unit: Unit(dimension=u.dimension, factor=u.factor) for u in units.units},
        plausible={p.dimension: Window(low=p.low, high=p.high) for p in units.plausible},
        bounds=(*bounds, *(b.inverse() for b in bounds)),
        oxides={o.oxide: o for o in units.oxides},
        regimes={row.code: _regime(row) for row in files.regimes().regimes},
        steps={row.id: _step(row) for row in files.steps().steps},
        forms={f.code: (f.ja, f.en) for f in listed.forms},
        prefectures={p.code: p for p in files.places().prefectures},
        ports=files.places().ports,
        freight=_freight(),
        permits=_permits(),
        sources={code: source.title for code, source in files.sources().sources.items()},
    )


def _limit(row: LimitRow) -> GradeLimit:
    return GradeLimit(
        analytes=row.analytes,
        unit=row.unit,
        min=row.min,
        max=row.max,
        exclusive_min=row.exclusive_min,
        exclusive_max=row.exclusive_max,
        src=row.src,
        flag=row.flag,
        as_published=row.as_published,
        applies_to=row.applies_to,
        note=row.note or row.consequence,
    )


def _grade(row: GradeRow, conflicts: tuple[ConflictRow, ...]) -> Grade:
    return Grade(
        code=row.id,
        family=row.family,
        material=row.material,
        standard=row.standard,
        name_en=row.name_en,
        name_ja=row.name_ja,
        form=row.form_code,
        form_as_published=row.form,
        limits=tuple(_limit(limit) for limit in row.limits),
        alternative=tuple(_limit(limit) for limit in row.alternative.limits) if row.alternative else (),
        conflicts=tuple(f"{c.name}: {' / '.join(c.meanings)}" for c in conflicts if row.id in c.grades),
        note=row.note,
        src=row.src,
        flag=row.flag,
    )


def _floor(row: UncertaintyRow) -> Floor:
    """The relative standard uncertainty (k = 1) of a method."""
    return Floor(
        method=row.floor_for or row.method,
        relative=row.rel_pct / 100.0 / (row.k or 1.0),
        src=row.read_at,
        flag=row.flag,
    )


def _analyte(row: AnalyteRow) -> Analyte:
    return Analyte(
        code=row.code,
        name_en=row.name_en,
        name_ja=row.name_ja,
        kind=row.kind,
        unit=row.canonical_unit,
        direction=row.direction,
        methods=row.methods,
        families=row.families,
        closes=row.closes,
        condition_required=row.condition_required,
        other_tests=row.other_tests,
        floors=tuple(_floor(u) for u in row.uncertainty if u.floor_for),
        plausible=Window(low=row.plausible[0], high=row.plausible[1]) if row.plausible else None,
        note=row.note,
    )


def _regulated(row: LimitRow) -> RegulatedLimit:
    return RegulatedLimit(
        **msgspec.structs.asdict(_limit(row)),
        scope=row.scope,
        about=row.about,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
    )


def _regime(row: RegimeRow) -> Regime:
    return Regime(
        code=row.code,
        title=row.title,
        title_ja=row.title_ja,
        jurisdiction=row.jurisdiction,
        limits=tuple(_regulated(limit) for limit in row.limits),
        notes=row.notes,
    )


def _step(row: StepRow) -> Step:
    """What the engine reads of a step: only the figures that say what they are of."""
    figures = [
        Figure(gives=f.gives, of=f.of, what=f.what, low=low, high=high, unit=f.unit, src=f.src, flag=f.flag)
        for f in row.performance
        if f.gives is not None
        and (low := f.value if f.lo is None else f.lo) is not None
        and (high := f.value if f.hi is None else f.hi) is not None
    ]
    return Step(
        code=row.id,
        name_en=row.name_en,
        name_ja=row.name_ja,
        families=row.families,
        removes=row.analytes,
        cannot_remove=row.cannot,
        removes_nothing=row.removes_nothing,
        figures=tuple(figures),
    )


def _freight() -> FreightTable:
    file = files.freight()
    src, flag = file.fares_src, file.fares_flag
    return FreightTable(
        fares=tuple(Fare(truck_t=f.truck_t, km=f.km, jpy=f.jpy, src=src, flag=flag) for f in file.fares),
        beyond=tuple(
            Further(truck_t=float(truck_t), jpy_per_50km=jpy, src=src, flag=flag)
            for truck_t, jpy in file.per_50km_beyond.items()
        ),
        sea=file.sea,
        truck_co2=file.truck_co2,
        ship_co2=file.ship_co2,
        fuel=file.fuel,
        diesel=file.diesel,
        excludes=file.fares_exclude,
    )


def _permits() -> PermitRules:
    file = files.permits()
    return PermitRules(
        kinds={row.code: row for row in file.kinds},
        digits={row.digit: row for row in file.digits},
        cities={row.code: row for row in file.cities},
        cities_from=file.authorities.cities_from,
        municipal_sources=file.municipal_sources,
        special_hazards=file.special_hazards,
        exempt_families=file.exempt_families,
    )
