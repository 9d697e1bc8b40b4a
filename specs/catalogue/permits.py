"""The shape of `permits.json`."""

from typing import Any

import msgspec

from matching.permits.rules import City, KindDigit, PermitKind
from specs.catalogue.rows import Row


class KindRow(PermitKind, frozen=True, kw_only=True):
    """A kind with what only readers need: the planned law's status, penalties, figures of an ordinance."""

    scope: str | None = None
    status: str | None = None
    starts: str | None = None
    penalty: str | None = None
    penalty_jpy_max: int | None = None
    area_m2_over: int | None = None
    distance_m: int | None = None
    record_years: int | None = None
    yards_counted: int | None = None


class AuthoritiesRow(Row, frozen=True, kw_only=True):
    """How authorities are numbered."""

    cities_from: int
    note: str
    src: str
    flag: str


class PermitsFile(Row, frozen=True, kw_only=True):
    """`permits.json`; the manifest part is kept as its source has it."""

    authorities: AuthoritiesRow
    municipal_sources: tuple[str, ...]
    special_hazards: tuple[str, ...]
    exempt_families: tuple[str, ...]
    cities: tuple[City, ...]
    digits: tuple[KindDigit, ...]
    kinds: tuple[KindRow, ...]
    manifest: dict[str, Any] = msgspec.field(default_factory=dict)
