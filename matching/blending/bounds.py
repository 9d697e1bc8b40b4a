"""What each column and each row of what columns share may come to, from what each lot may put in."""

import msgspec
import numpy as np

from matching.blending.recipe import Recipe
from matching.solver import Vector


class Bounds(msgspec.Struct, frozen=True):
    """Shares by column (`lower`, `upper`), and by row of `Recipe.links` (`least`, `most`)."""

    lower: Vector
    upper: Vector
    least: Vector
    most: Vector


def bounds(recipe: Recipe, lower: Vector | None = None, upper: Vector | None = None) -> Bounds:
    """From what each lot may put in, as shares of the blend's tonnes: at least 0, and at most what is available.

    The columns of one lot are held by their row alone: bounds of their own beside it would hold them twice.
    """
    shared = recipe.shared
    if shared is None:
        return Bounds(
            np.zeros(len(recipe.cost)) if lower is None else lower,
            recipe.most if upper is None else np.minimum(upper, 1.0),
            np.zeros(0),
            np.zeros(0),
        )
    low = np.zeros(shared.lots) if lower is None else lower
    high = recipe.available / recipe.tonnes if upper is None else upper
    alone = np.isin(shared.lot, shared.several, invert=True)
    most = high[shared.lot] * shared.kept
    return Bounds(
        np.where(alone, low[shared.lot] * shared.kept, 0.0),
        np.where(alone, np.minimum(most, 1.0), most > 0.0),
        np.concatenate((low[shared.several], np.zeros(len(shared.capacity)))),
        np.concatenate((high[shared.several], shared.capacity / recipe.tonnes)),
    )
