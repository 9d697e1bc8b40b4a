"""The catalogue as the engine needs it: one frozen value, built once by `specs.catalogue`.

Each number keeps `src` (a key of `sources`) and `flag`: `read`, `knowledge`, `derived`, `calculated`.
"""

from collections.abc import Iterable
from datetime import date
from enum import StrEnum

import msgspec

from matching.fares import FreightTable
from matching.permits.rules import PermitRules
from matching.tariffs import EVERYWHERE, Tariff, by_prefecture, shipped
from matching.values import Limit, Scope

# the flag of what nobody has read up
FROM_MEMORY = "knowledge"
_SCOPES = frozenset(Scope)


class Record(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A row of reference data."""


class Unit(Record, frozen=True, kw_only=True):
    """`value in canonical unit = value * factor`; units of one dimension convert, others never do."""

    dimension: str
    factor: float


class Window(Record, frozen=True, kw_only=True):
    """Plausible values of a dimension or analyte, in the dimension's base unit (%, t/m3, mm)."""

    low: float
    high: float


class Bound(Record, frozen=True, kw_only=True):
    """What one result says of another analyte: `analyte <= source / divide_by`, or `analyte >= source / divide_by`."""

    analyte: str
    source: str
    upper: bool = True
    divide_by: float = 1.0
    scope: str | None = None
    src: str
    flag: str

    def inverse(self) -> "Bound":
        """The same relation seen from its source: Cr(VI) <= Cr says that there is at least as much Cr."""
        return Bound(
            analyte=self.source,
            source=self.analyte,
            upper=not self.upper,
            divide_by=1.0 / self.divide_by,
            scope=self.scope,
            src=self.src,
            flag=self.flag,
        )


class Floor(Record, frozen=True, kw_only=True):
    """Smallest believable relative standard uncertainty (k = 1) of an analyte by a method."""

    method: str
    relative: float
    src: str
    flag: str


class Analyte(Record, frozen=True, kw_only=True):
    """A substance, property or dimension that can be limited or reported."""

    code: str
    name_en: str
    name_ja: str
    kind: str
    unit: str
    direction: str
    methods: tuple[str, ...] = ()
    families: tuple[str, ...] = ()
    # a chemical element whose mass fraction counts in the closure to 100 %
    closes: bool = False
    condition_required: bool = False
    # other codes that look alike but are another test: never converted, named in the refusal
    other_tests: tuple[str, ...] = ()
    floors: tuple[Floor, ...] = ()
    plausible: Window | None = None
    note: str | None = None


class Oxide(Record, frozen=True, kw_only=True):
    """Mass of element in one mass of oxide."""

    oxide: str
    element: str
    factor: float
    src: str
    flag: str


class GradeLimit(Record, frozen=True, kw_only=True):
    """A limit as the standard prints it, in the wire's words."""

    analytes: tuple[str, ...]
    unit: str
    min: float | None = None
    max: float | None = None
    exclusive_min: float | None = None
    exclusive_max: float | None = None
    src: str
    flag: str
    as_published: str | None = None
    applies_to: str | None = None
    note: str | None = None

    def as_limit(self) -> Limit:
        """What results are judged by, without where it comes from."""
        return Limit(
            analytes=self.analytes,
            min=self.min,
            max=self.max,
            exclusive_min=self.exclusive_min,
            exclusive_max=self.exclusive_max,
            unit=self.unit,
        )


class Grade(Record, frozen=True, kw_only=True):
    """A grade code such as `JP.H2`; `conflicts` explains names that mean something else elsewhere."""

    code: str
    family: str
    material: str
    standard: str
    name_en: str
    name_ja: str | None = None
    form: str | None = None
    form_as_published: str | None = None
    limits: tuple[GradeLimit, ...] = ()
    # limits that also qualify, all of them together, in place of `limits`
    alternative: tuple[GradeLimit, ...] = ()
    conflicts: tuple[str, ...] = ()
    note: str | None = None
    src: str
    flag: str


class RegulatedLimit(GradeLimit, frozen=True, kw_only=True):
    """A limit of the law with the days on which it is in force (inclusive, open where None)."""

    scope: str | None = None
    about: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None

    def as_limit(self) -> Limit:
        """With the scope of a group name, where the law's is one that results are judged by."""
        return msgspec.structs.replace(super().as_limit(), scope=Scope(self.scope) if self.scope in _SCOPES else None)


class Regime(Record, frozen=True, kw_only=True):
    """A regulation that a spec may name, as `eu_rohs`."""

    code: str
    title: str
    title_ja: str
    jurisdiction: str
    limits: tuple[RegulatedLimit, ...] = ()
    notes: tuple[str, ...] = ()


class Material(Record, frozen=True, kw_only=True):
    """What lots and specs are made of; two materials never match each other."""

    code: str
    family: str
    name_en: str
    name_ja: str
    flag: str


class Gives(StrEnum):
    """What a published figure of a step says: share of mass kept, share of an analyte taken, or what is left in it."""

    YIELD = "yield"
    REMOVAL = "removal"
    CONTENT = "content"


class Figure(Record, frozen=True, kw_only=True):
    """A published figure `low`..`high` in `unit`, of the analytes `of` where it speaks of some."""

    gives: Gives
    of: tuple[str, ...] = ()
    what: str
    low: float
    high: float
    unit: str
    src: str
    flag: str


class Step(Record, frozen=True, kw_only=True):
    """A unit operation of upgrading, in the order of a process; what neither list names was not published."""

    code: str
    name_en: str
    name_ja: str
    families: tuple[str, ...]
    removes: tuple[str, ...] = ()
    cannot_remove: tuple[str, ...] = ()
    # dilution and the like: the analyte's mass stays whatever it is
    removes_nothing: bool = False
    figures: tuple[Figure, ...] = ()

    def published(self, gives: Gives, analyte: str | None = None) -> tuple[Figure, ...]:
        """The figures of one kind, on one analyte where it is given."""
        return tuple(f for f in self.figures if f.gives is gives and (analyte is None or analyte in f.of))


class Prefecture(Record, frozen=True, kw_only=True):
    """ISO 3166-2:JP code, names, office coordinates (degrees), region and island."""

    code: str
    name_en: str
    name_ja: str
    region: str
    region_en: str
    region_ja: str
    island: str
    lat: float
    lon: float


class Port(Record, frozen=True, kw_only=True):
    """A scrap port, the sea end of a leg."""

    code: str
    prefecture: str
    island: str
    lat: float
    lon: float
    src: str


class Catalogue(Record, frozen=True, kw_only=True):
    """All reference data that the engine reads. `version` is stamped on every evaluation."""

    version: str
    materials: dict[str, Material]
    grades: dict[str, Grade]
    analytes: dict[str, Analyte]
    units: dict[str, Unit]
    # by dimension ("mass_fraction", "density", ...); an analyte's own window comes first
    plausible: dict[str, Window]
    bounds: tuple[Bound, ...]
    oxides: dict[str, Oxide]
    regimes: dict[str, Regime]
    steps: dict[str, Step]
    forms: dict[str, tuple[str, str]]
    prefectures: dict[str, Prefecture]
    ports: tuple[Port, ...]
    freight: FreightTable
    permits: PermitRules
    # tables that stand in for `freight` where a haul is loaded (`matching.tariffs.by_prefecture`)
    tariffs: dict[str, Tariff] = {}
    sources: dict[str, str]

    def priced(self, tariffs: Iterable[Tariff]) -> "Catalogue":
        """With these tables in force instead of any before."""
        return msgspec.structs.replace(self, tariffs=by_prefecture(tariffs))

    def rates(self, prefecture: str) -> FreightTable:
        """The freight table of hauls that are loaded there."""
        tariff = self.tariff(prefecture)
        return self.freight if tariff is None else tariff.table

    def tariff(self, prefecture: str) -> Tariff | None:
        """What stands in for the catalogue's own table there."""
        return self.tariffs.get(prefecture) or self.tariffs.get(EVERYWHERE)

    def rated(self, prefectures: Iterable[str]) -> tuple[str, ...]:
        """Stamps of the tables that price hauls which are loaded there, each once, in order."""
        codes = (code for prefecture in prefectures for code in self.within(prefecture))
        return tuple(sorted({t.stamp if (t := self.tariff(code)) else self.shipped for code in codes}))

    def within(self, code: str) -> tuple[str, ...]:
        """The prefectures of a region; a prefecture itself."""
        if code in self.prefectures:
            return (code,)
        return tuple(p.code for p in self.prefectures.values() if p.region == code) or (code,)

    @property
    def shipped(self) -> str:
        """The stamp of its own freight table."""
        return shipped(self.version)
