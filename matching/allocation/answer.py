"""An allocation as it is shown: who gets what from whom, what is left on both sides, and what it is worth."""

from matching.blending.answer import BlendLimit
from matching.evaluation import Params, Shown
from matching.values import Currency, Verdict


class AllocationObjective(Shown, frozen=True, kw_only=True):
    """`max_welfare` in money, `max_tonnes`, or `min_freight_co2_at_most_tonnes` in kilograms of CO2."""

    sense: str
    amount: float
    currency: Currency | None = None
    unit: str | None = None


class Assignment(Shown, frozen=True, kw_only=True):
    """Wet tonnes of a lot for a spec; JPY and kg of freight CO2 per tonne at the buyer's gate (None: no price).

    `verdict` is that of the lot by itself; within a blend it may be any, for the blend conforms.
    """

    spec: str
    lot: str
    tonnes: float
    delivered_cost: float | None
    freight_co2: float
    verdict: Verdict
    blended: bool
    pinned: bool


class Mixture(Shown, frozen=True, kw_only=True):
    """The blend that a spec gets, judged again, without the lots (they are assignments)."""

    spec: str
    tonnes: float
    limits: tuple[BlendLimit, ...]
    joint_probability: float


class Unmet(Shown, frozen=True, kw_only=True):
    """Demand that is not served, and why."""

    spec: str
    tonnes: float
    code: str
    params: Params
    reason: str = ""


class Unsold(Shown, frozen=True, kw_only=True):
    """What is left of a lot, and why."""

    lot: str
    tonnes: float
    code: str
    params: Params
    reason: str = ""


class Unblended(Shown, frozen=True, kw_only=True):
    """A spec that takes single lots only, because a limit of it does not blend."""

    spec: str
    code: str
    params: Params
    reason: str = ""


class LotPrice(Shown, frozen=True, kw_only=True):
    """What the objective would gain by one more tonne of the lot, over its ask price."""

    lot: str
    amount: float


class SpecPrice(Shown, frozen=True, kw_only=True):
    """What the objective would gain by one more tonne of the spec's demand."""

    spec: str
    amount: float


class OwnerPrice(Shown, frozen=True, kw_only=True):
    """What the objective would gain if the firm might serve one tonne more."""

    owner: str
    amount: float


class Prices(Shown, frozen=True, kw_only=True):
    """Duals per tonne, in `unit` of the objective; those that are 0 are left out."""

    unit: str
    lots: tuple[LotPrice, ...]
    specs: tuple[SpecPrice, ...]
    owners: tuple[OwnerPrice, ...]


class Fairness(Shown, frozen=True, kw_only=True):
    """What fairness costs: the objective without it, what is lost, and tonnes of small firms with it and without."""

    unfair: float
    lost: float
    small_tonnes: float | None
    small_tonnes_unfair: float | None


class Part(Shown, frozen=True, kw_only=True):
    """One material: each is a problem of its own.

    Where tonnes come first, no allocation has more than `most_tonnes` (proven).
    """

    material: str
    status: str
    objective: AllocationObjective
    bound: float | None
    gap: float | None
    tonnes: float
    most_tonnes: float | None = None


class Allocation(Shown, frozen=True, kw_only=True):
    """The answer over all materials; `bound` is proven, and `gap` its distance as a share of the objective.

    For the least CO2 the bound is that of as many tonnes as these, and `most_tonnes` says how many there could be.
    """

    status: str
    objective: AllocationObjective
    bound: float | None
    gap: float | None
    tonnes: float
    most_tonnes: float | None = None
    materials: tuple[Part, ...]
    assignments: tuple[Assignment, ...]
    blends: tuple[Mixture, ...]
    unblended: tuple[Unblended, ...] = ()
    unmet: tuple[Unmet, ...]
    unsold: tuple[Unsold, ...]
    prices: Prices
    fairness: Fairness | None
    engine: str
    catalogue: str
    freight: tuple[str, ...] = ()
