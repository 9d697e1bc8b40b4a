"""What specs and lots share once they are listed: status, filters, columns, and their JSON."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, Generic, TypeVar
from uuid import UUID

import msgspec

from matching.faults import Fault
from matching.listings import Lot, Spec
from matching.reference import Catalogue
from matching.values import Place, Price, Visibility, Window

KG = 1000
Content = TypeVar("Content", Spec, Lot)


class Status(StrEnum):
    """`draft → active → complete · expired · cancelled`; withdrawn is `cancelled`."""

    DRAFT = "draft"
    ACTIVE = "active"
    COMPLETE = "complete"
    EXPIRED = "expired"
    CANCELLED = "cancelled"

    @property
    def closed(self) -> bool:
        """Nothing changes any more."""
        return self in (Status.COMPLETE, Status.EXPIRED, Status.CANCELLED)


class Revision(msgspec.Struct, frozen=True, kw_only=True):
    """When a content was written; the content itself stands beside it as `content`."""

    id: UUID
    rev: int
    created_at: datetime


class Filters(msgspec.Struct, frozen=True, kw_only=True):
    """What a list is narrowed by; `from_`..`until` keeps listings whose window overlaps these inclusive days."""

    material: str | None = None
    grade: str | None = None
    status: Status | None = None
    prefecture: str | None = None
    from_: date | None = None
    until: date | None = None


class Columns(msgspec.Struct, frozen=True, kw_only=True):
    """What SQL filters on; `codes` are grades and forms (a spec's lists) or grade and form (a lot's)."""

    material: str
    codes: tuple[Any, Any]
    prefecture: str
    lat: float | None
    lon: float | None
    window_from: date
    window_until: date
    kg: int
    price: Decimal | None
    currency: str | None
    visibility: str

    @property
    def values(self) -> tuple[Any, ...]:
        """In the order of `specs.listing.statements`."""
        return (
            self.material,
            *self.codes,
            self.prefecture,
            self.lat,
            self.lon,
            self.window_from,
            self.window_until,
            self.kg,
            self.price,
            self.currency,
            self.visibility,
        )


class NewAssay(msgspec.Struct, frozen=True):
    """A row for the assay table; `position` counts from 0 in its lot."""

    id: UUID
    position: int
    analyte: str
    sampled_on: date | None
    content: str


class Filing(msgspec.Struct, Generic[Content], frozen=True):
    """A posted document made ready to store: what was posted, what is stored, and how its assays changed."""

    posted: Content
    content: Content
    added: tuple[NewAssay, ...] = ()
    dropped: tuple[UUID, ...] = ()


class Kind(msgspec.Struct, Generic[Content], frozen=True):
    """What tells specs from lots; `file` takes a posted document, `refile` a merged one and what stood before."""

    table: str
    codes: tuple[str, str]
    decode: Callable[[bytes | str], Content]
    file: Callable[[Content], Filing[Content]]
    refile: Callable[[Any, Content], Filing[Content]]
    faults: Callable[[Content, Catalogue], tuple[Fault, ...]]
    columns: Callable[[Content], Columns]


def columns(
    *,
    material: str,
    codes: tuple[Any, Any],
    place: Place,
    window: Window,
    tonnes: float,
    price: Price | None,
    visibility: Visibility,
) -> Columns:
    """Tonnes become whole kilograms here, once."""
    return Columns(
        material=material,
        codes=codes,
        prefecture=place.prefecture,
        lat=place.lat,
        lon=place.lon,
        window_from=window.from_,
        window_until=window.until,
        kg=round(tonnes * KG),
        price=price.amount if price else None,
        currency=price.currency.value if price else None,
        visibility=visibility.value,
    )
