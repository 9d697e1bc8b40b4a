"""The outlines of prefectures as the console's map draws them, from Natural Earth as QGIS ships it.

QGIS 3.22.16 has them in resources/data/world_map.gpkg, whose README_world_map.md names the source: Natural Earth 1:10m,
Admin 1 - States, Provinces, version 4.1.0, which is in the public domain. QGIS generalised the lines of all provinces
in one go, so that neighbours share every point of their border; rounding each point alike keeps that. On Debian 12:

apt-get download qgis-common && dpkg-deb -x qgis-common_3.22.16*.deb qgis
python -m tests.support.prefecture_paths qgis/usr/share/qgis/resources/data/world_map.gpkg \\
    > market/insight/data/prefectures.json
"""

import hashlib
import json
import math
import sqlite3
import struct
import sys
import unicodedata
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

from market.insight.geometry import Frame, Inset
from specs.catalogue.loader import catalogue

Point = tuple[float, float]
READ_FROM: Final = "ff5cceefc4b27abea094fa82459d8aef9417023236c326a666978b62ffe85db2"
WIDTH, HEIGHT, MARGIN = 1170, 1140, 10
# units a radian of longitude: Goto to Nemuro, 17.45 degrees, take 980
SCALE: Final = 980 / math.radians(17.45)
# degrees: the upper left corner, and the islands of the southwest, which are drawn apart
NORTH, WEST = 45.6, 128.55
INSET = Inset(west=122.8, east=131.6, south=23.9, north=29.95, dx=0.0, dy=0.0)
SOURCE: Final = {
    "source": "Natural Earth 4.1.0, 1:10m",
    "licence": "public domain",
    "note": "Admin 1 - States, Provinces, taken on 2026-11-26 from resources/data/world_map.gpkg of QGIS 3.22.16, "
    "which generalised the lines by its model world_map_generalize.model3. Changed here: the prefectures of Japan "
    "alone, projected, each point rounded to a "
    "whole unit (about 1.6 km). Not drawn: the islands of Tokyo south of 31 degrees, and islands smaller than a unit. "
    "Etorofu, Kunashiri, Shikotan and the Habomai islands are drawn with Hokkaido, as Japan's official maps have them; "
    "the source counts them with Sakhalin.",
    "flag": "derived",
}
# bytes of a GeoPackage's bounding box, by how it says that it has one
_ENVELOPES: Final = (0, 32, 48, 48, 64)
_POLYGON, _MULTIPOLYGON = 3, 6
_PREFECTURES: Final = "select name, geom from states_provinces where adm0_a3 = 'JPN'"
_SAKHALIN: Final = "select geom from states_provinces where adm0_a3 = 'RUS' and name = 'Sakhalin'"


def frame() -> Frame:
    """The inset is moved to the free corner of the upper left."""
    plain = Frame(width=WIDTH, height=HEIGHT, scale=SCALE, lon=WEST, lat=NORTH, margin=MARGIN, inset=INSET)
    x, y = plain.placed(INSET.north, INSET.west)
    return Frame(
        width=WIDTH,
        height=HEIGHT,
        scale=SCALE,
        lon=WEST,
        lat=NORTH,
        margin=MARGIN,
        inset=Inset(
            west=INSET.west,
            east=INSET.east,
            south=INSET.south,
            north=INSET.north,
            dx=round(MARGIN - x, 1),
            dy=round(MARGIN + 40 - y, 1),
        ),
    )


def polygons(stored: bytes) -> Iterator[list[Point]]:
    """The outer rings, of (lat, lon), of a GeoPackage's multipolygon: a header, then well-known binary."""
    at = 8 + _ENVELOPES[stored[3] >> 1 & 7]
    order, kind, many = struct.unpack_from("<BII", stored, at)
    assert (order, kind) == (1, _MULTIPOLYGON)
    at += 9
    for _ in range(many):
        order, kind, rings = struct.unpack_from("<BII", stored, at)
        # no prefecture lies around another
        assert (order, kind, rings) == (1, _POLYGON, 1)
        [points] = struct.unpack_from("<I", stored, at + 9)
        numbers = struct.unpack_from(f"<{2 * points}d", stored, at + 13)
        yield list(zip(numbers[1::2], numbers[::2], strict=True))
        at += 13 + 16 * points


def northern(ring: list[Point]) -> bool:
    """Whether it is one of the islands northeast of Hokkaido, from the Habomai islands to Etorofu."""
    return all(43.3 < lat < 45.6 and 145.3 < lon < 149.0 for lat, lon in ring)


def area(ring: list[Point]) -> float:
    """Signed, by the shoelace formula."""
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(ring, ring[1:] + ring[:1], strict=True)) / 2


def whole(ring: list[Point], shape: Frame) -> list[tuple[int, int]]:
    """Its different points in whole units; nothing where it does not lie on the map, or is a speck."""
    placed = [at for lat, lon in ring if (at := shape.project(lat, lon)) is not None]
    if len(placed) < len(ring):
        return []
    points = [(round(x), round(y)) for x, y in placed]
    kept = [b for a, b in pairwise(points) if a != b]
    return kept if len(kept) > 2 and area([*kept]) else []


def path(ring: list[tuple[int, int]]) -> str:
    """Relative to the point before."""
    steps = [(b[0] - a[0], b[1] - a[1]) for a, b in pairwise(ring)]
    told = "".join(f"{'' if dx < 0 else ' '}{dx}{'' if dy < 0 else ' '}{dy}" for dx, dy in steps)
    return f"M{ring[0][0]} {ring[0][1]}l{told.lstrip()}z"


def plain(name: str) -> str:
    """As the catalogue writes it: without the macrons of long vowels."""
    return "".join(one for one in unicodedata.normalize("NFD", name) if not unicodedata.combining(one))


def drawn(islands: list[list[Point]], shape: Frame) -> str:
    """SVG path data, the largest island first."""
    shown = [ring for one in islands if (ring := whole(one, shape))]
    shown.sort(key=lambda ring: -abs(area([*ring])))
    return "".join(map(path, shown))


def outlines(file: Path) -> dict[str, str]:
    """SVG path data by English name."""
    assert hashlib.sha256(file.read_bytes()).hexdigest() == READ_FROM
    with sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True) as package:
        found = {plain(name): list(polygons(stored)) for name, stored in package.execute(_PREFECTURES)}
        [[sakhalin]] = package.execute(_SAKHALIN)
    found["Hokkaido"] += filter(northern, polygons(sakhalin))
    return {name: drawn(islands, frame()) for name, islands in found.items()}


def document(paths: dict[str, str]) -> dict[str, Any]:
    """What the project ships."""
    shape = frame()
    items = []
    for one in sorted(catalogue().prefectures.values(), key=lambda p: p.code):
        at = shape.project(one.lat, one.lon)
        assert at is not None
        point = {"x": round(at[0], 1), "y": round(at[1], 1)}
        items.append({"code": one.code, "name_ja": one.name_ja, "name_en": one.name_en, "label": point,
                      "path": paths[one.name_en]})  # fmt: skip
    inset = {name: getattr(shape.inset, name) for name in Inset.__struct_fields__}
    head = {name: getattr(shape, name) for name in Frame.__struct_fields__ if name != "inset"}
    return {**SOURCE, "projection": "Mercator (spherical)", "frame": {**head, "inset": inset}, "prefectures": items}


if __name__ == "__main__":
    made = document(outlines(Path(sys.argv[1])))
    rows = ",\n  ".join(json.dumps(row, ensure_ascii=False) for row in made.pop("prefectures"))
    sys.stdout.write(json.dumps(made, ensure_ascii=False, indent=1)[:-2] + f',\n "prefectures": [\n  {rows}\n ]\n}}\n')
