"""The map of Japan: an outline for each prefecture, and where a latitude and longitude lie on it.

Spherical Mercator, x to the east and y to the south in units of the view box `0 0 width height`. The islands of the
southwest are drawn apart, in the same scale. `tests/support/prefecture_paths.py` made the file, which names its source.
"""

import math
from functools import cache
from importlib.resources import files

import msgspec


class Inset(msgspec.Struct, frozen=True, kw_only=True):
    """Degrees that are drawn apart, and how far they are moved."""

    west: float
    east: float
    south: float
    north: float
    dx: float
    dy: float

    def holds(self, lat: float, lon: float) -> bool:
        """Whether a point is drawn there."""
        return self.south <= lat < self.north and self.west <= lon <= self.east


class Frame(msgspec.Struct, frozen=True, kw_only=True):
    """`scale` units a radian of longitude; `lat`, `lon` are the upper left corner inside the margin."""

    width: int
    height: int
    scale: float
    lat: float
    lon: float
    margin: float
    inset: Inset

    def placed(self, lat: float, lon: float) -> tuple[float, float]:
        """Where a point would be without an inset."""
        x = self.margin + self.scale * math.radians(lon - self.lon)
        return x, self.margin + self.scale * (_stretched(self.lat) - _stretched(lat))

    def project(self, lat: float, lon: float) -> tuple[float, float] | None:
        """Where a point is drawn; None outside of the map."""
        x, y = self.placed(lat, lon)
        if self.inset.holds(lat, lon):
            x, y = x + self.inset.dx, y + self.inset.dy
        return (x, y) if 0 <= x <= self.width and 0 <= y <= self.height else None


def _stretched(lat: float) -> float:
    """Mercator's ordinate, in radians of longitude."""
    return math.asinh(math.tan(math.radians(lat)))


class Dot(msgspec.Struct, frozen=True):
    """A point of the map."""

    x: float
    y: float


class Outline(msgspec.Struct, frozen=True, kw_only=True):
    """A prefecture; `path` is SVG path data, and `label` lies at its office."""

    code: str
    name_ja: str
    name_en: str
    label: Dot
    path: str


class Geometry(msgspec.Struct, frozen=True, kw_only=True):
    """All 47, by code, with the source and licence that whoever draws them has to show."""

    source: str
    licence: str
    note: str
    flag: str
    projection: str
    frame: Frame
    prefectures: tuple[Outline, ...]


@cache
def geometry() -> Geometry:
    """The shipped map."""
    return msgspec.json.decode((files("market.insight") / "data" / "prefectures.json").read_bytes(), type=Geometry)


def project(lat: float, lon: float) -> tuple[float, float] | None:
    """Where a point in degrees is drawn on the shipped map; None outside of it."""
    return geometry().frame.project(lat, lon)
