"""The shapes of the packaged data files, field for field; what is only for readers of the files is not named here."""

from datetime import date

import msgspec

from matching.reference import Material


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """A record of a data file."""


class SourceRow(Row, frozen=True, kw_only=True):
    """Where a number comes from; `ref` is an address, or a clause for what is known from memory."""

    flag: str
    title: str
    ref: str
    confidence: str | None = None
    note: str | None = None


class SourcesFile(Row, frozen=True, kw_only=True):
    """`sources.json`."""

    sources: dict[str, SourceRow]


class FamilyRow(Row, frozen=True, kw_only=True):
    """Materials that are collected and traded together."""

    code: str
    name_ja: str
    name_en: str


class FormRow(Row, frozen=True, kw_only=True):
    """A shape that material is delivered in."""

    code: str
    ja: str
    en: str


class MaterialsFile(Row, frozen=True, kw_only=True):
    """`materials.json`; `version` is the catalogue's."""

    version: str
    families: tuple[FamilyRow, ...]
    materials: tuple[Material, ...]
    forms: tuple[FormRow, ...]


class LimitRow(Row, frozen=True, kw_only=True):
    """`op` is one of `<=`, `<`, `>=`, `>` with `value`, or `in` with the closed range `lo`..`hi`."""

    analyte: str | None = None
    analyte_sum: tuple[str, ...] = ()
    op: str
    value: float | None = None
    lo: float | None = None
    hi: float | None = None
    unit: str
    src: str
    flag: str
    as_published: str | None = None
    applies_to: str | None = None
    note: str | None = None
    consequence: str | None = None
    about: str | None = None
    scope: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None

    @property
    def min(self) -> float | None:
        """The wire's words for the two ends."""
        return self.lo if self.op == "in" else self._where(">=")

    @property
    def max(self) -> float | None:
        """Inclusive upper end."""
        return self.hi if self.op == "in" else self._where("<=")

    @property
    def exclusive_min(self) -> float | None:
        """Exclusive lower end."""
        return self._where(">")

    @property
    def exclusive_max(self) -> float | None:
        """Exclusive upper end."""
        return self._where("<")

    @property
    def analytes(self) -> tuple[str, ...]:
        """One analyte, or the members of a sum."""
        return self.analyte_sum or ((self.analyte,) if self.analyte else ())

    def _where(self, op: str) -> float | None:
        return self.value if self.op == op else None


class AlternativeRow(Row, frozen=True, kw_only=True):
    """Limits that qualify for a grade in place of its first ones."""

    note: str
    limits: tuple[LimitRow, ...]


class GradeRow(Row, frozen=True, kw_only=True):
    """One grade; `form` is the standard's wording, `form_code` ours."""

    id: str
    family: str
    material: str
    standard: str
    name_en: str
    name_ja: str
    name_ja_flag: str | None = None
    form: str | None = None
    form_code: str | None = None
    limits: tuple[LimitRow, ...] = ()
    alternative: AlternativeRow | None = None
    excludes: tuple[str, ...] = ()
    note: str | None = None
    confirmed_by: str | None = None
    src: str
    flag: str


class GradesFile(Row, frozen=True, kw_only=True):
    """`grades/<family>.json`."""

    grades: tuple[GradeRow, ...]


class ConflictRow(Row, frozen=True, kw_only=True):
    """A name that means different things; `grades` are the codes that it touches."""

    name: str
    meanings: tuple[str, ...]
    grades: tuple[str, ...]
    src: str
    flag: str


class NamesFile(Row, frozen=True, kw_only=True):
    """`names.json`; `standards` says what each standard is about."""

    standards: dict[str, str]
    conflicts: tuple[ConflictRow, ...]


class RegimeRow(Row, frozen=True, kw_only=True):
    """One regulation with its dated limits."""

    code: str
    title: str
    title_ja: str
    jurisdiction: str
    gates: str | None = None
    notes: tuple[str, ...] = ()
    limits: tuple[LimitRow, ...]


class RegimesFile(Row, frozen=True, kw_only=True):
    """`regimes.json`."""

    regimes: tuple[RegimeRow, ...]
