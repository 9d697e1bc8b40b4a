"""The shapes of `analytes.json` and `units.json`."""

from matching.reference import Bound, Oxide
from specs.catalogue.rows import Row


class UncertaintyRow(Row, frozen=True, kw_only=True):
    """A published relative figure; with `floor_for` it floors that method, `k` is its coverage factor."""

    method: str
    rel_pct: float
    what: str
    computed_from: str
    src: str
    read_at: str
    flag: str
    floor_for: str | None = None
    k: float | None = None


class AnalyteRow(Row, frozen=True, kw_only=True):
    """One analyte or property."""

    code: str
    name_ja: str
    name_en: str
    kind: str
    canonical_unit: str
    methods: tuple[str, ...]
    direction: str
    families: tuple[str, ...]
    closes: bool = False
    condition_required: bool = False
    other_tests: tuple[str, ...] = ()
    plausible: tuple[float, float] | None = None
    uncertainty: tuple[UncertaintyRow, ...] = ()
    note: str | None = None


class AnalytesFile(Row, frozen=True, kw_only=True):
    """`analytes.json`."""

    analytes: tuple[AnalyteRow, ...]


class UnitRow(Row, frozen=True, kw_only=True):
    """`value in the base unit = value * factor`."""

    unit: str
    dimension: str
    factor: float
    src: str
    flag: str


class PlausibleRow(Row, frozen=True, kw_only=True):
    """Believable values of a dimension, in its base unit."""

    dimension: str
    low: float
    high: float
    src: str
    flag: str


class BoundRow(Row, frozen=True, kw_only=True):
    """`analyte <= upper_from / divide_by` or `analyte >= lower_from / divide_by`."""

    analyte: str
    upper_from: str | None = None
    lower_from: str | None = None
    divide_by: float = 1.0
    scope: str | None = None
    rule: str
    src: str
    flag: str

    def bound(self) -> Bound:
        """The same in the engine's words."""
        return Bound(
            analyte=self.analyte,
            source=self.upper_from or self.lower_from or "",
            upper=self.upper_from is not None,
            divide_by=self.divide_by,
            scope=self.scope,
            src=self.src,
            flag=self.flag,
        )


class UnitsFile(Row, frozen=True, kw_only=True):
    """`units.json`."""

    units: tuple[UnitRow, ...]
    plausible: tuple[PlausibleRow, ...]
    oxides: tuple[Oxide, ...]
    bounds: tuple[BoundRow, ...]
