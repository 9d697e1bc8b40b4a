"""The shapes of `steps.json`."""

from matching.reference import Gives
from specs.catalogue.rows import Row


class FigureRow(Row, frozen=True, kw_only=True):
    """A published performance or cost figure of a step: `value`, or a range `lo`..`hi`."""

    what: str
    value: float | None = None
    lo: float | None = None
    hi: float | None = None
    nominal: float | None = None
    unit: str
    approx: bool = False
    kind: str | None = None
    check: str | None = None
    as_published: str | None = None
    confidence: str | None = None
    computed_from: str | None = None
    gives: Gives | None = None
    of: tuple[str, ...] = ()
    src: str
    flag: str


class StepRow(Row, frozen=True, kw_only=True):
    """A unit operation of upgrading; `analytes` and `cannot` repeat the words above them in catalogue codes."""

    id: str
    name_ja: str
    name_en: str
    families: tuple[str, ...]
    input: tuple[str, ...]
    output: tuple[str, ...]
    removes: tuple[str, ...]
    does_not_remove: tuple[str, ...] = ()
    analytes: tuple[str, ...]
    cannot: tuple[str, ...] = ()
    removes_nothing: bool = False
    performance: tuple[FigureRow, ...] = ()
    cost: tuple[FigureRow, ...] = ()
    notes: tuple[str, ...] = ()
    no_number_read_for: str | None = None


class StepsFile(Row, frozen=True, kw_only=True):
    """`steps.json`."""

    steps: tuple[StepRow, ...]
