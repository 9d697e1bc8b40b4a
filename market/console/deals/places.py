"""Where both sides of a deal lie, on the map of Japan: a prefecture, or only its region where no more is told."""

import msgspec

from market.deals.structs import Deal
from market.insight.geometry import Dot, Geometry, geometry
from matching.reference import Catalogue
from specs.listing.seen import Whereabouts

# units of the map that are drawn around the outermost office
_MARGIN = 170.0


class Pin(msgspec.Struct, frozen=True):
    """A side at the office of its prefecture; `side` is `spec` or `lot`."""

    side: str
    x: float
    y: float


class Box(msgspec.Struct, frozen=True):
    """The part of the map that is drawn."""

    x: float
    y: float
    width: float
    height: float


class Places(msgspec.Struct, frozen=True):
    """How each prefecture is shaded, by its code (`spec`, `lot` or both; `region` where it may lie anywhere in it),
    and a pin for what is told exactly.
    """

    map: Geometry
    box: Box
    shades: dict[str, str]
    pins: tuple[Pin, ...]


def places(deal: Deal, catalogue: Catalogue) -> Places:
    """Of the spec, and of every lot that the reader sees."""
    sides = [("spec", deal.spec.location)]
    sides += [("lot", lot.lot.location) for leg in deal.legs for lot in leg.lots]
    known = {outline.code: outline for outline in geometry().prefectures}
    shades: dict[str, set[str]] = {}
    pins = []
    for side, where in dict.fromkeys(sides):
        for code in _covered(where, catalogue):
            shades.setdefault(code, set()).add(side if where.prefecture else "region")
        if where.prefecture is not None:
            at = known[where.prefecture].label
            # the two of one prefecture stand beside each other
            pins.append(Pin(side, at.x + (-14 if side == "spec" else 14), at.y))
    box = _around([known[code].label for code in shades])
    return Places(geometry(), box, {code: " ".join(sorted(names)) for code, names in shades.items()}, tuple(pins))


def _around(points: list[Dot]) -> Box:
    """What lies about these offices, and enough of the country to know it again."""
    frame = geometry().frame
    across = (min(one.x for one in points) - _MARGIN, max(one.x for one in points) + _MARGIN)
    down = (min(one.y for one in points) - _MARGIN, max(one.y for one in points) + _MARGIN)
    x, y = max(0.0, across[0]), max(0.0, down[0])
    return Box(round(x), round(y), round(min(frame.width, across[1]) - x), round(min(frame.height, down[1]) - y))


def _covered(where: Whereabouts, catalogue: Catalogue) -> tuple[str, ...]:
    if where.prefecture is not None:
        return (where.prefecture,)
    return tuple(code for code, one in catalogue.prefectures.items() if one.region == where.region)
