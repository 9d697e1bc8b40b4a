"""Advice as it is shown: changes to a spec, what they unlock together, and what that costs."""

from matching.evaluation import Params, Remedy, Shown


class AdvisedChange(Shown, frozen=True, kw_only=True):
    """One change of the spec: `kind` is limit, price, from, until, place or step; `to` is where it must go.

    `limit` is the place of a limit in the spec; `offers` are the processors' of a step, `steps` those that would
    remove what the limit is about.
    """

    kind: str
    to: float | str | None
    limit: int | None = None
    negotiable: bool = True
    offers: tuple[str, ...] = ()
    steps: tuple[Remedy, ...] = ()
    code: str
    params: Params
    reason: str = ""


class Advice(Shown, frozen=True, kw_only=True):
    """One or two changes: `tonnes` conform with them, `tonnes_unlocked` more than without.

    `cost_per_tonne` is JPY for each unlocked tonne at the buyer's gate (null without prices). Where `negotiable` is
    false a change is of a limit that the buyer calls fixed.
    """

    changes: tuple[AdvisedChange, ...]
    tonnes: float
    tonnes_unlocked: float
    cost_per_tonne: float | None
    negotiable: bool
    code: str
    params: Params
    reason: str = ""


class Advised(Shown, frozen=True, kw_only=True):
    """`status` is `supplied` or `short`; `method` says whether supply is the best `blend` or the `lots` that conform.

    `cost_per_tonne` is that of the `tonnes` that conform to the spec as it is, of the `wanted`.
    """

    status: str
    method: str
    wanted: float
    tonnes: float
    cost_per_tonne: float | None
    items: tuple[Advice, ...]
    engine: str
    catalogue: str
    freight: tuple[str, ...]
