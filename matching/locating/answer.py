"""A siting as it is shown: what opens, who is served from where, and how far from the optimum that can be."""

from matching.evaluation import Params, Shown
from matching.values import Currency


class SitingObjective(Shown, frozen=True, kw_only=True):
    """Fixed costs of what is open and the cost of all flows; None where nothing can serve everyone."""

    sense: str = "min_cost"
    amount: float | None
    currency: Currency | None


class Flow(Shown, frozen=True, kw_only=True):
    """Tonnes from a site to a customer and their cost; kilometres where they follow from places."""

    site: str
    customer: str
    tonnes: float
    cost: float
    road_km: float | None = None
    sea_km: float | None = None


class Inflow(Shown, frozen=True, kw_only=True):
    """Tonnes from a supplier to a site, before the yield."""

    supplier: str
    site: str
    tonnes: float
    cost: float
    road_km: float | None = None
    sea_km: float | None = None


class SiteLoad(Shown, frozen=True, kw_only=True):
    """What an open site takes in, of the capacity that it has."""

    site: str
    tonnes: float
    capacity: float
    fixed_cost: float


class Variation(Shown, frozen=True, kw_only=True):
    """The problem solved again with one thing changed: the new optimum (or best and bound), and what differs.

    `change` is the new amount less the old; None where nothing serves everyone, or where the gap of either answer
    leaves its sign open.
    """

    what: str
    value: float
    status: str
    amount: float | None
    bound: float | None
    change: float | None
    open: tuple[str, ...]


class Siting(Shown, frozen=True, kw_only=True):
    """The answer. `bound` is proven: no plan costs less. `missing_tonnes` is what no choice of sites can serve."""

    status: str
    objective: SitingObjective
    bound: float | None
    gap: float | None
    open: tuple[str, ...]
    flows: tuple[Flow, ...]
    inflows: tuple[Inflow, ...]
    loads: tuple[SiteLoad, ...]
    missing_tonnes: float
    code: str
    params: Params
    reason: str = ""
    changes: tuple[Variation, ...] = ()
    nodes: int
    engine: str
    freight: tuple[str, ...]
