"""Where both sides of a deal lie, on the map of Japan: a prefecture, or only its region where no more is told. Pure."""

from typing import Final

import msgspec

from market.console.labels import readable
from market.console.maps import Kind, Map, Point, drawn, spot
from market.console.showing import place
from market.console.text import Language
from market.deals.structs import Deal
from matching.reference import Catalogue
from specs.listing.seen import Whereabouts

# the two of one prefecture stand beside each other
_ASIDE: Final = {Kind.SPEC: -9.0, Kind.LOT: 9.0}


def mapped(deal: Deal, catalogue: Catalogue, language: Language) -> Map:
    """Of the spec, and of every lot that the reader sees: prefectures are marked as `spec`, `lot` or both, or `region`
    where one may lie anywhere in it; a point is what is told exactly.
    """
    sides = [(Kind.SPEC, deal.spec.location)]
    sides += [(Kind.LOT, lot.lot.location) for leg in deal.legs for lot in leg.lots]
    marks: dict[str, set[str]] = {}
    for side, where in sides:
        for code in _covered(where, catalogue):
            marks.setdefault(code, set()).add(side if where.prefecture else "region")
    found = drawn(marked={code: " ".join(sorted(names)) for code, names in marks.items()})
    told = dict.fromkeys((side, where.prefecture) for side, where in sides if where.prefecture is not None)
    points = [at for side, code in told if (at := _point(side, code, language, found.box.unit)) is not None]
    return msgspec.structs.replace(found, points=readable(points, found.box))


def _point(side: Kind, prefecture: str, language: Language, unit: float) -> Point | None:
    at = spot(side, place(prefecture, language), None, None, prefecture)
    return None if at is None else msgspec.structs.replace(at, x=round(at.x + _ASIDE[side] * unit, 1))


def _covered(where: Whereabouts, catalogue: Catalogue) -> tuple[str, ...]:
    if where.prefecture is not None:
        return (where.prefecture,)
    return tuple(code for code, one in catalogue.prefectures.items() if one.region == where.region)
