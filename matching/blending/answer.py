"""A blend as it is shown: what is taken of which lot, how the limits stand, and what a limit costs."""

from matching.evaluation import Flag, Params, Shown
from matching.upgrading.answer import PathStep
from matching.values import Currency, Limit, Verdict


class Objective(Shown, frozen=True, kw_only=True):
    """What was minimised: money (`currency`) or kilograms of CO2 of freight and steps (`unit`)."""

    sense: str
    amount: float
    currency: Currency | None = None
    unit: str | None = None


class Take(Shown, frozen=True, kw_only=True, omit_defaults=True):
    """Wet tonnes of one lot that arrive, and their cost per tonne at the buyer's gate (None where it states no price).

    With `steps` they go through processors first, and more of the lot is taken: `tonnes_in` of the first step. A lot
    may be taken as it is and by several ways, each a take of its own.
    """

    lot: str
    tonnes: float
    delivered_cost: float | None
    steps: tuple[PathStep, ...] = ()

    @property
    def tonnes_in(self) -> float:
        """Tonnes that leave the lot."""
        return self.steps[0].tonnes_in if self.steps else self.tonnes


class Processing(Shown, frozen=True, kw_only=True):
    """What processors do in the blend: their fees and residues, which the objective holds (JPY and kg CO2 in all).

    `co2_kg` is of the steps alone, null if an offer that is used is silent. `share` of the blend is as claimed and
    not as measured. `routes` are the ways that were columns, of so many `lots`. `unused` is what is left of the
    capacities, in tonnes by offer.
    """

    amount: float
    currency: Currency
    co2_kg: float | None
    tonnes_in: float
    tonnes: float
    share: float
    routes: int
    lots: int
    unused: dict[str, float]
    flags: tuple[Flag, ...]


class ShadowPrice(Shown, frozen=True, kw_only=True):
    """Change of the objective for each step `per` by which the limit is loosened, confirmed by solving again.

    It holds to `valid_to` (None: nothing is gained however far). `tonnes_unlocked` are tonnes of the spec's own
    demand that the step would fill: 0 where the blend already fills it.
    """

    amount: float
    currency: Currency | None
    per: str
    valid_to: float | None
    tonnes_unlocked: float


class BlendLimit(Limit, frozen=True, kw_only=True, omit_defaults=False):
    """A limit echoed, with the blend's mean, the value guarded by the confidence, and the room that is left.

    Of a band, `guarded` and `slack` are those of the nearer end. `probability` is P(the limit holds).
    """

    mean: float
    uncertainty: float
    guarded: float
    slack: float
    probability: float
    verdict: Verdict
    shadow_price: ShadowPrice | None = None


class Relaxation(Shown, frozen=True, kw_only=True, omit_defaults=True):
    """One of the changes that together make a blend possible: `limit` moved `to`, or fewer `tonnes`."""

    limit: int | None = None
    to: float | None = None
    tonnes: float | None = None


class Barred(Shown, frozen=True, kw_only=True):
    """A lot that could not enter, and why."""

    lot: str
    code: str
    params: Params
    reason: str = ""


class Blend(Shown, frozen=True, kw_only=True, omit_defaults=True):
    """The answer. `joint_probability` is that of all limits together; `…_shared_error` if laboratories share half.

    `processing` is there where processors' offers were.
    """

    status: str
    objective: Objective
    bound: float | None
    gap: float | None
    tonnes: float
    takes: tuple[Take, ...]
    limits: tuple[BlendLimit, ...]
    relaxations: tuple[Relaxation, ...]
    joint_probability: float | None
    joint_probability_shared_error: float | None
    lab_correlation: float
    barred: tuple[Barred, ...]
    engine: str
    catalogue: str
    freight: tuple[str, ...]
    processing: Processing | None = None
