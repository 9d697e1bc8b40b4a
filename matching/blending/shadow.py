"""What a limit costs: the change of the objective for a small loosening, by solving again, and how far it holds.

The price is the slope at the limit as it is, from a blend with the limit loosened by a thousandth of a step. It is
valid as far as a blend solved at `valid_to` saves what the slope promises, within one part in a hundred (the cost is
convex in the limit, so it holds in between), found by doubling and halving. Nothing comes from duals, which are not
unique where a blend is degenerate. Where lots are chosen whole or few, the cost is no smooth function of a limit: the
price is then what one whole step saves, and is said to hold just to there.
"""

import math
from collections.abc import Callable

import msgspec

from matching.blending.answer import BlendLimit, ShadowPrice
from matching.blending.recipe import Recipe, Terms
from matching.blending.relaxing import moved, stated
from matching.values import Currency

_SMALL = 1e-3
_WITHIN = 0.01
_DOUBLINGS, _HALVINGS = 12, 10
# a saving under this share of the cost is the solver's noise
_NOISE = 1e-11

Priced = Callable[[Recipe], float | None]


def step_of(end: float) -> float:
    """A round step of a tenth of the leading digit: 0.01 for 0.25."""
    return 10.0 ** (math.floor(math.log10(abs(end))) - 1)


def priced(
    recipe: Recipe, terms: Terms, limits: tuple[BlendLimit, ...], cost: Priced, currency: Currency | None
) -> tuple[BlendLimit, ...]:
    """The limits with their prices; null where a limit of 0 has no step."""
    base = cost(recipe)
    if base is None:
        return limits
    told = list(limits)
    for row, side in enumerate(recipe.sides):
        place = recipe.questions[side.question].place
        end = stated(recipe, row)
        at = next(i for i, one in enumerate(sorted({q.place for q in recipe.questions})) if one == place)
        known = told[at].shadow_price
        if end == 0.0 or (known is not None and known.amount != 0.0):
            continue
        unit = f"{step_of(end):.12g} {told[at].unit}"
        if recipe.integer:
            slope, reach = _step(recipe, terms, row, base, cost)
        else:
            slope, reach = (0.0, None) if told[at].slack > 0.0 else _slope(recipe, terms, row, base, cost)
        price = ShadowPrice(
            amount=float(f"{slope * step_of(end) * recipe.tonnes:.9g}"),
            currency=currency,
            per=unit,
            valid_to=reach,
            tonnes_unlocked=0.0,
        )
        told[at] = msgspec.structs.replace(told[at], shadow_price=price)
    return tuple(told)


def _step(recipe: Recipe, terms: Terms, row: int, base: float, cost: Priced) -> tuple[float, float | None]:
    """The saving of one step spread over it, and where the step ends; (0, None) where nothing is saved."""
    end, by = stated(recipe, row), step_of(stated(recipe, row))
    to = float(f"{end + (by if recipe.sides[row].upper else -by):.6g}")
    found = cost(moved(recipe, row, to, terms)[0])
    if found is None or base - found <= _NOISE * abs(base):
        return 0.0, None
    return (found - base) / by, to


def _slope(recipe: Recipe, terms: Terms, row: int, base: float, cost: Priced) -> tuple[float, float | None]:
    """Cost per tonne and unit of the limit, and the limit to which it holds; (0, None) where nothing is saved."""
    end, sign = stated(recipe, row), 1.0 if recipe.sides[row].upper else -1.0

    def saved(by: float) -> float:
        found = cost(moved(recipe, row, end + sign * by, terms)[0])
        return 0.0 if found is None else base - found

    small = _SMALL * step_of(end)
    slope = saved(small) / small
    if slope * small <= _NOISE * abs(base):
        return 0.0, None
    good, bad = small, math.inf
    for _ in range(_DOUBLINGS + _HALVINGS):
        trial = good * 2.0 if math.isinf(bad) else (good + bad) / 2.0
        if saved(trial) >= slope * trial * (1.0 - _WITHIN):
            good = trial
        else:
            bad = trial
    return -slope, float(f"{end + sign * good:.6g}")
