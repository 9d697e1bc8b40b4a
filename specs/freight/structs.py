"""A freight table as it is set, and as it is shown."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta, field

from matching.fares import FreightTable, Provenance
from matching.values import Value

# open tables of one coordinator
MOST_OPEN = 100
PrefectureCode = Annotated[str, Meta(pattern="^JP-[0-9]{2}$", max_length=5)]


class TableStatus(StrEnum):
    """`shipped` is that of the catalogue; a `cancelled` one was withdrawn."""

    SHIPPED = "shipped"
    ACTIVE = "active"
    CANCELLED = "cancelled"


class Standing(StrEnum):
    """Of one edition of a table. `coming`: its day is still to come, and no newer edition counts by then. `past`: it
    counts no longer, or never did: a newer one does, its table was withdrawn, or nobody oversees what it is for."""

    IN_FORCE = "in_force"
    COMING = "coming"
    PAST = "past"


class FreightTableDraft(Value, frozen=True, kw_only=True):
    """The whole table for hauls that are loaded in these prefectures; an empty list means all of Japan.

    It counts `from` that day on (JST), today if it is not said; until then the revision before counts.
    """

    prefectures: Annotated[tuple[PrefectureCode, ...], Meta(max_length=47)]
    from_: date | None = field(default=None, name="from")
    table: FreightTable


class TableSource(msgspec.Struct, frozen=True, kw_only=True):
    """Where figures of a table come from; `flag` says how far they are known."""

    src: str
    title: str
    flag: Provenance


class FreightTableHead(msgspec.Struct, frozen=True, kw_only=True):
    """A table without its figures.

    `stamp` is how this edition is called wherever it has priced (`freight`); `set_by` is the organisation. Of the
    table of the catalogue, which is read as `shipped`, all that comes with being set is null.
    """

    id: UUID | None
    rev: int | None
    stamp: str
    status: TableStatus
    standing: Standing
    prefectures: tuple[str, ...]
    from_: date | None = field(name="from")
    set_by: UUID | None
    set_at: datetime | None
    sources: tuple[TableSource, ...]


class FreightTableListed(FreightTableHead, frozen=True, kw_only=True):
    """`counts_for`: the prefectures where it prices what is loaded there, today; none of one that is to come."""

    counts_for: tuple[str, ...]


class FreightTableFound(FreightTableHead, frozen=True, kw_only=True):
    """A table with every figure, each with its source."""

    table: FreightTable


class FreightTables(msgspec.Struct, frozen=True, kw_only=True):
    """What prices today, the shipped table, then those that were set, by id; then what is to come, the nearest day
    first. Never more than one page."""

    items: tuple[FreightTableListed, ...]
    next_cursor: None = None


class FreightTableRevisions(msgspec.Struct, frozen=True, kw_only=True):
    """A page of every edition that a table had, newest first."""

    items: tuple[FreightTableHead, ...]
    next_cursor: str | None
