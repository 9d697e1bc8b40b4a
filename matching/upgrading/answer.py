"""Paths of steps as they are shown. What a lot would be is `expected`, never `measured`, and is marked `projected`."""

from matching.evaluation import Blocker, Evaluation, Flag, Params, Shown
from matching.upgrading.claims import Claim
from matching.values import Limit, Verdict


class ProjectedLimit(Limit, frozen=True, kw_only=True, omit_defaults=False):
    """A limit echoed, how it stood `before` the path, and how it would stand after it."""

    expected: float | None
    uncertainty: float | None
    low: float | None
    high: float | None
    probability: float | None
    origin: str
    before: Verdict
    verdict: Verdict
    code: str
    params: Params
    reason: str = ""


class Projection(Shown, frozen=True, kw_only=True):
    """The lot as it would be, judged by the same rules; it has no score, for it is not ranked among measured lots."""

    projected: bool = True
    verdict: Verdict
    code: str
    params: Params
    reason: str = ""
    conformance_probability: float | None
    limits: tuple[ProjectedLimit, ...]
    blockers: tuple[Blocker, ...]
    flags: tuple[Flag, ...]


class PathStep(Shown, frozen=True, kw_only=True):
    """One step: wet tonnes in and out, and JPY for each tonne that enters: freight to it, its fee, its residue."""

    offer: str
    step: str
    name: str = ""
    prefecture: str
    tonnes_in: float
    tonnes_out: float
    freight_per_tonne: float
    fee_per_tonne: float
    residue_tonnes: float
    residue_cost: float
    evidence: tuple[str, ...]
    claims: tuple[Claim, ...]
    flags: tuple[Flag, ...]


class Path(Shown, frozen=True, kw_only=True):
    """Steps in order, and JPY per tonne that arrives.

    `delivered_cost` holds the ask price (null without one in JPY), `treatment_cost` all freight, fees and residues,
    `cost_per_tonne` what the path adds to the lot's own delivered cost. `co2_kg_per_t` is null if an offer is silent.
    """

    steps: tuple[PathStep, ...]
    tonnes_in: float
    tonnes: float
    delivered_cost: float | None
    treatment_cost: float
    cost_per_tonne: float | None
    co2_kg_per_t: float | None
    projection: Projection


class Upgraded(Shown, frozen=True, kw_only=True):
    """A lot as it is, and the cheapest path that makes it conform: `conforms` needs none, `no_path` has none."""

    lot: str
    status: str
    code: str
    params: Params
    reason: str = ""
    evaluation: Evaluation
    path: Path | None


class Upgrades(Shown, frozen=True, kw_only=True):
    """All lots by id, each with its path; `unused` is what is left of the capacities, in tonnes by offer."""

    items: tuple[Upgraded, ...]
    unused: dict[str, float]
    engine: str
    catalogue: str
    freight: tuple[str, ...]
