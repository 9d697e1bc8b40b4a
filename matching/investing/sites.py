"""Where a plant could stand: the offices of all prefectures, the scrap ports, or points of one's own."""

from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import Meta

from matching.fault import Fault, fault
from matching.faults import place_faults
from matching.reference import Catalogue
from matching.values import Place, Value


class Places(StrEnum):
    """Sets of places that the catalogue knows."""

    PREFECTURES = "prefectures"
    PORTS = "ports"


class Site(Value, frozen=True, kw_only=True):
    """A place of one's own; without a point the prefecture's office stands for it."""

    id: Annotated[str, Meta(min_length=1, max_length=100)]
    location: Place


class Spot(msgspec.Struct, frozen=True):
    """A candidate: `site` is its name, None for a prefecture."""

    site: str | None
    place: Place


def spots(places: Places, sites: Sequence[Site], catalogue: Catalogue) -> tuple[Spot, ...]:
    """One's own where there are any, in order of id."""
    if sites:
        return tuple(Spot(one.id, one.location) for one in sorted(sites, key=lambda one: one.id))
    if places is Places.PORTS:
        return tuple(
            Spot(port.code, Place(prefecture=port.prefecture, lat=port.lat, lon=port.lon)) for port in catalogue.ports
        )
    return tuple(Spot(None, Place(prefecture=code)) for code in catalogue.prefectures)


def site_faults(sites: Sequence[Site], catalogue: Catalogue) -> Iterator[Fault]:
    """With pointers into the list."""
    seen: set[str] = set()
    for i, one in enumerate(sites):
        yield from place_faults(f"/{i}/location", one.location, catalogue)
        if one.id in seen:
            yield fault(f"/{i}/id", "duplicate", given=one.id)
        seen.add(one.id)
