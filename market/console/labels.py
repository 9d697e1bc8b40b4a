"""Which names on a map can be read: none covers another, or a point, or runs off the map. Pure.

Greedy in the order of `Kind`, hence of what matters: on the side where a kind has its names, else on the other, else
on wide screens alone, where letters are smaller. At most `MOST` names are tried; tables beside a map name everything.
"""

from collections.abc import Iterator, Sequence
from typing import Final

import msgspec

from market.console.maps import Box, Kind, Point, Room

MOST: Final = 60
# sizes of letters, of half a point, and how far a name stands from it, in units of the map, as console.css has them
WIDE_LETTER: Final = 20.0
SMALL_LETTER: Final = 36.0
_WIDE_POINT, _SMALL_POINT = 7.0, 9.0
_BESIDE: Final = 11.0
# the width of a letter, of its height: Latin, and what is written in full width
_LATIN, _FULL = 0.58, 1.0
_FULL_WIDTH_FROM: Final = 0x2E80
_ORDER: Final = {kind: place for place, kind in enumerate(Kind)}
# left, top, right, bottom
Rectangle = tuple[float, float, float, float]


class _Scale(msgspec.Struct, frozen=True):
    """How large a letter and half a point are on screens of this room, in units of the map."""

    room: Room
    letter: float
    half: float
    beside: float

    def mark(self, point: Point) -> Rectangle:
        """What a point covers."""
        return point.x - self.half, point.y - self.half, point.x + self.half, point.y + self.half

    def name(self, point: Point) -> Rectangle:
        """What its name covers."""
        length = self.letter * sum(_FULL if ord(one) >= _FULL_WIDTH_FROM else _LATIN for one in point.name)
        left = point.x - self.beside - length if point.left else point.x + self.beside
        return left, point.y - self.letter / 2, left + length, point.y + self.letter / 2


def readable(points: Sequence[Point], box: Box) -> tuple[Point, ...]:
    """The points in their order, each with the room and the side that its name has on this part of the map."""
    found = list(points)
    tried = sorted(range(len(found)), key=lambda k: _ORDER[found[k].kind])[:MOST]
    _place(found, tried, box, _Scale(Room.ALL, SMALL_LETTER * box.unit, _SMALL_POINT * box.unit, _BESIDE * box.unit))
    _place(found, tried, box, _Scale(Room.WIDE, WIDE_LETTER * box.unit, _WIDE_POINT * box.unit, _BESIDE * box.unit))
    return tuple(found)


def _place(points: list[Point], tried: Sequence[int], box: Box, scale: _Scale) -> None:
    names = [scale.name(one) for one in points if one.room is Room.ALL]
    marks = list(map(scale.mark, points))
    for k in tried:
        if points[k].room is Room.ALL:
            continue
        others = [*names, *marks[:k], *marks[k + 1 :]]
        for one in _sides(msgspec.structs.replace(points[k], room=scale.room)):
            area = scale.name(one)
            if _within(area, box) and not any(_meet(area, other) for other in others):
                points[k] = one
                names.append(area)
                break


def _sides(point: Point) -> Iterator[Point]:
    yield point
    yield msgspec.structs.replace(point, left=not point.left)


def _within(area: Rectangle, box: Box) -> bool:
    return box.x <= area[0] and area[2] <= box.x + box.width


def _meet(a: Rectangle, b: Rectangle) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
