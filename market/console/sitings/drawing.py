"""A siting on the map: open hubs filled, the others hollow, and the largest flows as lines. Pure."""

from typing import Final

import msgspec

from market.console.labels import readable
from market.console.maps import Kind, Map, Point, drawn, flows, spot
from matching.locating.answer import Siting

# more lines would hide the map; the tables say so, too
MOST_LINES: Final = 200
_ASIDE: Final = 6.0


class Placed(msgspec.Struct, frozen=True):
    """Where something of an instance is."""

    id: str
    lat: float | None = None
    lon: float | None = None
    prefecture: str | None = None


class Places(msgspec.Struct, frozen=True):
    """The places of an instance, without its figures."""

    sites: tuple[Placed, ...] = ()
    customers: tuple[Placed, ...] = ()
    suppliers: tuple[Placed, ...] = ()


def mapped(found: Siting, places: Places) -> Map:
    """All of Japan with what the siting opens and moves; what has no place on the map is not drawn."""
    opened = set(found.open)
    sites = {s.id: _point(Kind.OPEN if s.id in opened else Kind.CLOSED, s) for s in places.sites}
    customers = {c.id: _point(Kind.CUSTOMER, c) for c in places.customers}
    suppliers = {s.id: _point(Kind.SUPPLIER, s) for s in places.suppliers}
    out = [(sites.get(f.site), customers.get(f.customer), f.tonnes) for f in found.flows]
    into = [(suppliers.get(f.supplier), sites.get(f.site), f.tonnes) for f in found.inflows]
    points = [p for group in (customers, suppliers, sites) for p in group.values() if p is not None]
    # of sites at one place the open one is seen
    points.sort(key=lambda p: p.kind is Kind.OPEN)
    shown = drawn(lines=(*flows(_largest(into), inbound=True), *flows(_largest(out))))
    return msgspec.structs.replace(shown, points=readable(points, shown.box))


def _point(kind: Kind, place: Placed) -> Point | None:
    """Sites lie where they are; who is at the same place is moved beside them, to be seen."""
    at = spot(kind, place.id, place.lat, place.lon, place.prefecture)
    if at is None or kind in (Kind.OPEN, Kind.CLOSED):
        return at
    return msgspec.structs.replace(at, x=at.x - _ASIDE, y=at.y + _ASIDE)


def _largest(moved: list[tuple[Point | None, Point | None, float]]) -> list[tuple[Point, Point, float]]:
    known = [(a, b, tonnes) for a, b, tonnes in moved if a is not None and b is not None and tonnes > 0.0]
    return sorted(known, key=lambda flow: -flow[2])[:MOST_LINES]
