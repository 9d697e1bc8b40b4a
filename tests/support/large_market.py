"""A market of as many lots as one likes: the demo's steel lots, each copy with results and tonnes of its own."""

import random
from collections.abc import Iterator
from datetime import date
from importlib.resources import files

import msgspec

from matching.columns import Listing
from matching.index import MarketIndex
from matching.listings import Lot, Spec
from matching.screening.standings import Standings
from specs.catalogue.loader import catalogue

SEED = 20_261_126
DAY = date(2026, 11, 26)
OWNERS = 300


class _Spec(msgspec.Struct):
    code: str
    spec: Spec


class _Lot(msgspec.Struct):
    lot: Lot


class _Steel(msgspec.Struct):
    specs: list[_Spec]
    lots: list[_Lot]


_STEEL = msgspec.json.decode(files("market.demo").joinpath("steel.json").read_bytes(), type=_Steel)


def wanted(code: str) -> Listing[Spec]:
    """One of the demo's specs, of a buyer who holds nothing."""
    spec = next(one.spec for one in _STEEL.specs if one.code == code)
    return Listing(code, "buyer", 1, spec, (), 0)


def lots(most: int, material: str = "carbon_steel_scrap") -> Iterator[Listing[Lot]]:
    """So many of a material, the same every time."""
    draw = random.Random(SEED)
    kinds = [one.lot for one in _STEEL.lots if one.lot.material == material]
    for n in range(most):
        yield Listing(f"{n:08}", f"owner {n % OWNERS}", 1, _another(kinds[n % len(kinds)], draw), (), 0)


def market(most: int) -> MarketIndex:
    """The lots, findable as of the demo's day."""
    index = MarketIndex(catalogue())
    index.on(DAY)
    for lot in lots(most):
        index.put_lot(lot)
    return index


def standings(index: MarketIndex, spec: Listing[Spec]) -> Standings:
    """All of them in order; what is wanting is found out first, as a thread would, and soon all is."""
    for _ in range(4):
        found = index.standings(spec)
        if isinstance(found, Standings):
            return found
        found.keep(found.find())
    raise AssertionError(found)


def _another(lot: Lot, draw: random.Random) -> Lot:
    replace = msgspec.structs.replace
    assays = tuple(
        one if one.value is None else replace(one, value=round(one.value * draw.uniform(0.5, 1.5), 4))
        for one in lot.assays
    )
    tonnes = round(lot.quantity.tonnes * draw.uniform(0.5, 2.0), 1)
    return replace(lot, assays=assays, quantity=replace(lot.quantity, tonnes=tonnes))
