"""What a map shows: prefectures with their shade, and points and lines over them. Pure; a template draws it.

Positions are in units of the shipped outlines' frame, so a template sets no arithmetic.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Final

import msgspec

from market.console.scales import classes, level
from market.insight.geometry import Geometry, geometry

# how far a word stands from its point
_BESIDE: Final = 9.0
WIDEST: Final = 5
WIDTHS: Final = (1.5, 3.0, 5.0, 7.5, 10.5)


class Told(StrEnum):
    """How finely a prefecture's amount is told: by itself, or merged into its region's or the nation's."""

    ITSELF = "itself"
    REGION = "region"
    NATION = "nation"
    NOTHING = "nothing"


class Amount(msgspec.Struct, frozen=True):
    """An amount of a prefecture, or of what it is merged into; None where nothing is known."""

    tonnes: float | None
    told: Told


class Area(msgspec.Struct, frozen=True, kw_only=True):
    """A prefecture: `shade` is a class of the scale from 1, 0 for nothing, None for not known."""

    code: str
    path: str
    shade: int | None
    amount: Amount


class Kind(StrEnum):
    """What a point is."""

    OPEN = "open"
    CLOSED = "closed"
    CUSTOMER = "customer"
    SUPPLIER = "supplier"
    LISTING = "listing"


_ON_THE_LEFT: Final = frozenset({Kind.CUSTOMER, Kind.SUPPLIER})


class Point(msgspec.Struct, frozen=True, kw_only=True):
    """Something at a place, with its name beside it."""

    x: float
    y: float
    kind: Kind
    name: str

    @property
    def beside(self) -> float:
        """Where the name begins; of who is served, where it ends, so that hubs and their customers stay readable."""
        return round(self.x - _BESIDE if self.kind in _ON_THE_LEFT else self.x + _BESIDE, 1)


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A flow between two points; `width` is a class from 1 to `WIDEST`."""

    x1: float
    y1: float
    x2: float
    y2: float
    width: int
    inbound: bool = False

    @property
    def thick(self) -> float:
        """The class in units of the map."""
        return WIDTHS[self.width - 1]


class Map(msgspec.Struct, frozen=True, kw_only=True):
    """`ends` are the upper ends of the shades; `inset` is x, y, width, height of where the southwestern islands are."""

    width: int
    height: int
    inset: tuple[float, float, float, float]
    areas: tuple[Area, ...]
    ends: tuple[float, ...] = ()
    points: tuple[Point, ...] = ()
    lines: tuple[Line, ...] = ()
    source: str = ""
    licence: str = ""

    @property
    def view(self) -> str:
        """The viewBox."""
        return f"0 0 {self.width} {self.height}"


def drawn(amounts: Mapping[str, Amount] | None = None, points: Iterable[Point] = (), lines: Iterable[Line] = ()) -> Map:
    """All of Japan, in the order of the codes."""
    land = geometry()
    known = amounts or {}
    nothing = Amount(None, Told.NOTHING)
    ends = classes([one.tonnes for one in known.values() if one.tonnes is not None])
    areas = tuple(
        Area(code=one.code, path=one.path, shade=level(amount.tonnes, ends), amount=amount)
        for one in land.prefectures
        for amount in [known.get(one.code, nothing)]
    )
    return Map(
        width=land.frame.width,
        height=land.frame.height,
        inset=_inset(land),
        areas=areas,
        ends=ends,
        points=tuple(points),
        lines=tuple(lines),
        source=land.source,
        licence=land.licence,
    )


def spot(kind: Kind, name: str, lat: float | None, lon: float | None, prefecture: str | None) -> Point | None:
    """A point at its degrees, else at the prefecture's office; None where neither is on the map."""
    land = geometry()
    at = land.frame.project(lat, lon) if lat is not None and lon is not None else None
    if at is None:
        at = next(((one.label.x, one.label.y) for one in land.prefectures if one.code == prefecture), None)
    if at is None or not all(map(math.isfinite, at)):
        return None
    return Point(x=round(at[0], 1), y=round(at[1], 1), kind=kind, name=name)


def flows(moved: Sequence[tuple[Point, Point, float]], *, inbound: bool = False) -> tuple[Line, ...]:
    """Lines of which the widest is for the most tonnes."""
    top = max((tonnes for _, _, tonnes in moved), default=0.0)
    return tuple(
        Line(x1=a.x, y1=a.y, x2=b.x, y2=b.y, width=width_of(tonnes, top), inbound=inbound) for a, b, tonnes in moved
    )


def width_of(tonnes: float, top: float) -> int:
    """The class of a flow: fifths of the largest."""
    return max(1, min(WIDEST, math.ceil(WIDEST * tonnes / top))) if top > 0.0 else 1


def _inset(land: Geometry) -> tuple[float, float, float, float]:
    """The frame of what is drawn apart, inside of the map."""
    inset, frame = land.frame.inset, land.frame
    left, top = frame.placed(inset.north, inset.west)
    right, bottom = frame.placed(inset.south, inset.east)
    x, y = max(1.0, left + inset.dx), max(1.0, top + inset.dy)
    right, bottom = min(frame.width - 1.0, right + inset.dx), min(frame.height - 1.0, bottom + inset.dy)
    return round(x, 1), round(y, 1), round(right - x, 1), round(bottom - y, 1)
