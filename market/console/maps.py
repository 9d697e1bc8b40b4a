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

WIDEST: Final = 5
WIDTHS: Final = (1.5, 3.0, 5.0, 7.5, 10.5)
# a part of the map is drawn with so many units around its outermost point
_MARGIN: Final = 170.0
# how wide a map is on which points and letters are as large as the style sheet says
_PLAIN: Final = 1000.0


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
    """A prefecture: `shade` is a class of the scale from 1, 0 for nothing, None for not known.

    `marked` says what it is to a deal, where a map shows one: `spec`, `lot`, `region`, or several of them.
    """

    code: str
    path: str
    shade: int | None
    amount: Amount
    marked: str = ""


class Kind(StrEnum):
    """What a point is; what comes first is named first, where there is no room for all names."""

    OPEN = "open"
    SPEC = "spec"
    LOT = "lot"
    CLOSED = "closed"
    SUPPLIER = "supplier"
    CUSTOMER = "customer"


# who is served is named on the left, so that hubs and their customers stay readable
_ON_THE_LEFT: Final = frozenset({Kind.SPEC, Kind.CUSTOMER, Kind.SUPPLIER})


class Room(StrEnum):
    """On which screens there is room for a name."""

    ALL = "all"
    WIDE = "wide"
    NONE = "none"


class Point(msgspec.Struct, frozen=True, kw_only=True):
    """Something at a place; its name ends at it on the left, or begins there, where there is room."""

    x: float
    y: float
    kind: Kind
    name: str
    left: bool
    room: Room = Room.NONE


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


class Box(msgspec.Struct, frozen=True):
    """A rectangle of the map."""

    x: float
    y: float
    width: float
    height: float

    @property
    def view(self) -> str:
        """As a viewBox."""
        return f"{self.x:g} {self.y:g} {self.width:g} {self.height:g}"

    @property
    def unit(self) -> float:
        """By how much to enlarge what is drawn at points, so that it is as large on a part as on the whole."""
        return round(self.width / _PLAIN, 3)


class Map(msgspec.Struct, frozen=True, kw_only=True):
    """`ends` are the upper ends of the shades; `inset` is where the southwestern islands are drawn apart."""

    box: Box
    inset: Box
    areas: tuple[Area, ...]
    ends: tuple[float, ...] = ()
    points: tuple[Point, ...] = ()
    lines: tuple[Line, ...] = ()
    source: str = ""
    licence: str = ""


def drawn(
    amounts: Mapping[str, Amount] | None = None,
    points: Iterable[Point] = (),
    lines: Iterable[Line] = (),
    marked: Mapping[str, str] | None = None,
) -> Map:
    """Prefectures in the order of their codes. All of Japan; where some are marked, what lies about them."""
    land = geometry()
    known, marks = amounts or {}, marked or {}
    nothing = Amount(None, Told.NOTHING)
    ends = classes([one.tonnes for one in known.values() if one.tonnes is not None])
    areas = tuple(
        Area(
            code=one.code,
            path=one.path,
            shade=level(amount.tonnes, ends),
            amount=amount,
            marked=marks.get(one.code, ""),
        )
        for one in land.prefectures
        for amount in [known.get(one.code, nothing)]
    )
    return Map(
        box=_about(land, marks),
        inset=_inset(land),
        areas=areas,
        ends=ends,
        points=tuple(points),
        lines=tuple(lines),
        source=land.source,
        licence=land.licence,
    )


def _about(land: Geometry, marked: Mapping[str, str]) -> Box:
    """What lies about the offices of these prefectures, and enough of the country to know it again."""
    offices = [one.label for one in land.prefectures if one.code in marked]
    if not offices:
        return Box(0, 0, land.frame.width, land.frame.height)
    x = max(0.0, min(at.x for at in offices) - _MARGIN)
    y = max(0.0, min(at.y for at in offices) - _MARGIN)
    right = min(land.frame.width, max(at.x for at in offices) + _MARGIN)
    bottom = min(land.frame.height, max(at.y for at in offices) + _MARGIN)
    return Box(round(x), round(y), round(right - x), round(bottom - y))


def spot(kind: Kind, name: str, lat: float | None, lon: float | None, prefecture: str | None) -> Point | None:
    """A point at its degrees, else at the prefecture's office; None where neither is on the map."""
    land = geometry()
    at = land.frame.project(lat, lon) if lat is not None and lon is not None else None
    if at is None:
        at = next(((one.label.x, one.label.y) for one in land.prefectures if one.code == prefecture), None)
    if at is None or not all(map(math.isfinite, at)):
        return None
    return Point(x=round(at[0], 1), y=round(at[1], 1), kind=kind, name=name, left=kind in _ON_THE_LEFT)


def flows(moved: Sequence[tuple[Point, Point, float]], *, inbound: bool = False) -> tuple[Line, ...]:
    """Lines of which the widest is for the most tonnes."""
    top = max((tonnes for _, _, tonnes in moved), default=0.0)
    return tuple(
        Line(x1=a.x, y1=a.y, x2=b.x, y2=b.y, width=width_of(tonnes, top), inbound=inbound) for a, b, tonnes in moved
    )


def width_of(tonnes: float, top: float) -> int:
    """The class of a flow: fifths of the largest."""
    return max(1, min(WIDEST, math.ceil(WIDEST * tonnes / top))) if top > 0.0 else 1


def _inset(land: Geometry) -> Box:
    """The frame of what is drawn apart, inside of the map."""
    inset, frame = land.frame.inset, land.frame
    left, top = frame.placed(inset.north, inset.west)
    right, bottom = frame.placed(inset.south, inset.east)
    x, y = max(1.0, left + inset.dx), max(1.0, top + inset.dy)
    right, bottom = min(frame.width - 1.0, right + inset.dx), min(frame.height - 1.0, bottom + inset.dy)
    return Box(round(x, 1), round(y, 1), round(right - x, 1), round(bottom - y, 1))
