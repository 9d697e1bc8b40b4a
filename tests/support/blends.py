"""Blends with independent optima, and a blend of lots written in one line each."""

from decimal import Decimal
from itertools import combinations

import msgspec
import numpy as np

from matching.blend import Wish, blend
from matching.blending.answer import Blend
from matching.blending.recipe import Recipe
from matching.listings import Lot, Spec, Supply
from matching.values import Assay, Place, Price
from specs.catalogue.loader import catalogue
from tests.support.cases import FOLDER
from tests.support.pairs import lot

GATE = Place(prefecture="JP-13", lat=35.6, lon=139.8)


class CaseLot(Lot, frozen=True, kw_only=True):
    id: str


class Expected(msgspec.Struct, frozen=True):
    status: str
    cost: float | None


class Case(msgspec.Struct, frozen=True):
    name: str
    spec: Spec
    lots: list[CaseLot]
    expect: Expected


BLENDS = msgspec.json.decode((FOLDER / "blends.json").read_bytes(), type=list[Case])


def offered(price: float, tonnes: float, *assays: Assay, least: float | None = None, **rest: object) -> Lot:
    """A lot at the buyer's gate, so that its price is its delivered cost."""
    given = {
        "location": GATE,
        "quantity": Supply(tonnes=tonnes, min_take_tonnes=least),
        "ask_price": Price(amount=Decimal(str(price))),
    }
    return lot(*assays, **{**given, **rest})


def blended(wanted: Spec, *lots: Lot, wish: Wish | None = None) -> Blend:
    """The lots are called a, b, c …"""
    return blend(wanted, [(chr(ord("a") + i), one) for i, one in enumerate(lots)], catalogue(), wish)


def cheapest_vertex(recipe: Recipe, lower: np.ndarray, upper: np.ndarray) -> float | None:
    """Cost per tonne of the best vertex of the linear program, by trying every set of active constraints."""
    n = len(recipe.cost)
    rows = np.vstack((recipe.means, np.eye(n), np.eye(n)))
    ends = np.concatenate((np.zeros(len(recipe.means)), lower, upper))
    best: float | None = None
    for active in combinations(range(len(rows)), n - 1):
        matrix = np.vstack((np.ones(n), rows[list(active)]))
        if abs(np.linalg.det(matrix)) < 1e-12:
            continue
        shares = np.linalg.solve(matrix, np.concatenate(([1.0], ends[list(active)])))
        inside = (shares >= lower - 1e-9).all() and (shares <= upper + 1e-9).all()
        if inside and (recipe.means @ shares <= 1e-9).all():
            cost = float(recipe.cost @ shares)
            best = cost if best is None else min(best, cost)
    return best
