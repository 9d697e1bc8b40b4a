"""The shipped map: an outline for each prefecture, at its place and beside its neighbours."""

import math
import re
from collections.abc import Iterator

import pytest

from market.insight.geometry import geometry, project
from specs.catalogue.loader import catalogue

Point = tuple[float, float]
Step = tuple[Point, Point]
_RING = re.compile(r"M(\d+) (\d+)l([^z]*)z")
_NUMBER = re.compile(r"-?\d+")
KB = 1024
EARTH_KM = 6371.0
# an office by the sea may lie outside of a coast that is rounded
NEAR_KM = 2.0
# by land; at one river three prefectures meet so closely that the map has Gunma and Ibaraki touch, where in truth
# Saitama and Tochigi do
TOUCHING = """
Aomori: Akita Iwate; Akita: Iwate Miyagi Yamagata; Iwate: Miyagi; Miyagi: Fukushima Yamagata
Yamagata: Fukushima Niigata
Fukushima: Gunma Ibaraki Niigata Tochigi; Tochigi: Gunma Ibaraki; Gunma: Ibaraki Nagano Niigata Saitama
Ibaraki: Chiba Saitama; Saitama: Chiba Nagano Tokyo Yamanashi; Tokyo: Chiba Kanagawa Yamanashi
Yamanashi: Kanagawa Nagano Shizuoka; Shizuoka: Aichi Kanagawa Nagano; Niigata: Nagano Toyama
Nagano: Aichi Gifu Toyama; Toyama: Gifu Ishikawa; Ishikawa: Fukui Gifu; Gifu: Aichi Fukui Mie Shiga; Aichi: Mie
Fukui: Kyoto Shiga; Shiga: Kyoto Mie; Kyoto: Hyogo Mie Nara Osaka; Mie: Nara Wakayama; Nara: Osaka Wakayama
Osaka: Hyogo Wakayama; Hyogo: Okayama Tottori; Tottori: Hiroshima Okayama Shimane; Okayama: Hiroshima
Hiroshima: Shimane Yamaguchi; Yamaguchi: Shimane; Tokushima: Ehime Kagawa Kochi; Ehime: Kagawa Kochi
Fukuoka: Kumamoto Oita Saga; Saga: Nagasaki; Oita: Kumamoto Miyazaki; Kumamoto: Kagoshima Miyazaki; Kagoshima: Miyazaki
"""


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


def steps(path: str) -> Iterator[Step]:
    """The lines that the outlines are made of, as they are walked."""
    for ring in rings(path):
        yield from zip(ring, ring[1:] + ring[:1], strict=True)


def inside(point: Point, path: str) -> bool:
    """By the even-odd rule: a ray to the east crosses the outline an odd number of times."""
    x, y = point
    odd = False
    for (ax, ay), (bx, by) in steps(path):
        if (ay > y) != (by > y) and x < ax + (y - ay) * (bx - ax) / (by - ay):
            odd = not odd
    return odd


def beside(point: Point, path: str) -> float:
    """Kilometres from the nearest line of the outline."""
    found = math.inf
    for (ax, ay), (bx, by) in steps(path):
        along = (point[0] - ax) * (bx - ax) + (point[1] - ay) * (by - ay)
        share = min(1.0, max(0.0, along / ((bx - ax) ** 2 + (by - ay) ** 2)))
        found = min(found, math.dist(point, (ax + share * (bx - ax), ay + share * (by - ay))))
    return found * EARTH_KM / geometry().frame.scale


def test_every_prefecture_has_an_outline_under_its_own_names():
    told = {(one.code, one.name_ja, one.name_en) for one in geometry().prefectures}
    assert told == {(p.code, p.name_ja, p.name_en) for p in catalogue().prefectures.values()}
    assert len(geometry().prefectures) == 47


@pytest.mark.parametrize("code", sorted(catalogue().prefectures))
def test_the_office_of_a_prefecture_lies_inside_its_outline(code: str):
    office = catalogue().prefectures[code]
    at = project(office.lat, office.lon)
    assert at is not None
    around = {one.code for one in geometry().prefectures if inside(at, one.path)}
    own = next(one.path for one in geometry().prefectures if one.code == code)
    assert around | {code} == {code}
    assert around or beside(at, own) < NEAR_KM


def test_those_who_touch_by_land_have_one_border():
    told = [line.partition(":") for line in TOUCHING.replace("\n", ";").split(";") if line]
    walked = {step: one.name_en for one in geometry().prefectures for step in steps(one.path)}
    shared = {frozenset((name, walked[b, a])) for (a, b), name in walked.items() if (b, a) in walked}
    # where a spit is thinner than a unit, a coast is walked to and fro
    assert {pair for pair in shared if len(pair) > 1} == {
        frozenset((one.strip(), other)) for one, _, others in told for other in others.split()
    }


def test_no_line_bounds_two_prefectures_on_the_same_side():
    walked = [step for one in geometry().prefectures for step in steps(one.path)]
    assert len(set(walked)) == len(walked)


def test_outlines_are_nothing_but_closed_lines_inside_the_frame():
    frame = geometry().frame
    for one in geometry().prefectures:
        assert _RING.sub("", one.path) == ""
        for ring in rings(one.path):
            assert len(ring) > 2
            assert all(0 <= x <= frame.width and 0 <= y <= frame.height for x, y in ring)


def test_the_whole_map_is_small_and_names_its_source_and_licence():
    assert sum(len(one.path) for one in geometry().prefectures) <= 40 * KB
    assert "Natural Earth" in geometry().source
    assert geometry().licence == "public domain"


@pytest.mark.parametrize(("island", "lat", "lon"), [("Yakushima", 30.34, 130.51), ("Sado", 38.02, 138.37)])
def test_large_islands_are_drawn(island: str, lat: float, lon: float):
    at = project(lat, lon)
    assert at is not None
    assert [one.name_en for one in geometry().prefectures if inside(at, one.path)], island


@pytest.mark.parametrize(
    ("island", "lat", "lon"), [("Kunashiri", 44.35, 146.25), ("Etorofu", 44.83, 147.34), ("Shikotan", 43.8, 146.75)]
)
def test_the_islands_northeast_of_hokkaido_are_drawn_with_it(island: str, lat: float, lon: float):
    at = project(lat, lon)
    assert at is not None
    assert [one.code for one in geometry().prefectures if inside(at, one.path)] == ["JP-01"], island


def test_nothing_beyond_etorofu_is_drawn_with_hokkaido():
    hokkaido = next(one.path for one in geometry().prefectures if one.code == "JP-01")
    east, north = geometry().frame.placed(45.6, 149.0)
    assert all(x < east and y > north for ring in rings(hokkaido) for x, y in ring)


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
