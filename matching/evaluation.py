"""One lot against one spec, as it is shown. `params` hold numbers and codes; `reason` is their rendering."""

from decimal import Decimal

import msgspec

from matching.values import Currency, Limit, Verdict

# Raised whenever the same spec, lot and catalogue could be judged otherwise than before.
ENGINE = "1"

Params = dict[str, str | int | float | bool | list[str] | None]


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """Output values; every field is always written."""


class LimitResult(Limit, frozen=True, kw_only=True, omit_defaults=False):
    """A limit of the spec (or its accepted grade, or a named regime), echoed, and how the lot stands to it.

    `src` and `flag` say where the catalogue has the limit from; a spec's own has none.
    """

    measured: float | None
    uncertainty: float | None
    low: float | None = None
    high: float | None = None
    uncertainty_assumed: bool = False
    probability: float | None
    origin: str
    verdict: Verdict
    code: str
    params: Params
    reason: str = ""
    relax_to: float | None = None
    src: str | None = None
    flag: str | None = None


class Criterion(Shown, frozen=True, kw_only=True):
    """One utility in [0, 1] with its weight, which is the buyer's own business and null for the seller."""

    name: str
    utility: float
    weight: float | None
    code: str
    params: Params
    reason: str = ""


class Blocker(Shown, frozen=True, kw_only=True):
    """A gate besides composition that the lot does not pass."""

    gate: str
    code: str
    params: Params
    reason: str = ""


class Flag(Shown, frozen=True, kw_only=True):
    """Something a person should know that decides nothing by itself."""

    code: str
    params: Params
    reason: str = ""


class Remedy(Shown, frozen=True, kw_only=True):
    """An upgrade step of the catalogue that can remove what is too much; how well, only an offer or a trial tells."""

    code: str
    name: str = ""


class Change(Shown, frozen=True, kw_only=True):
    """What would make one failing limit hold: move it to `relax_to`, or remove that share of the analyte."""

    limit: int
    relax_to: float | None
    remove_percent: float | None
    code: str
    params: Params
    reason: str = ""
    steps: tuple[Remedy, ...] = ()


class NearMiss(Shown, frozen=True, kw_only=True):
    """All that stands between the lot and the spec, cheapest change first."""

    changes: tuple[Change, ...]
    cost_per_tonne: float | None = None


class Delivered(Shown, frozen=True, kw_only=True):
    """Price per tonne at the buyer's gate."""

    amount: Decimal
    currency: Currency
    per: str = "t"


class Evaluation(Shown, frozen=True, kw_only=True):
    """The verdict, why, and the score; `engine`, `catalogue` and `freight` (tables) say what judged it."""

    verdict: Verdict
    code: str
    params: Params
    reason: str = ""
    conformance_probability: float | None
    completeness: float
    score: float
    delivered_price: Delivered | None
    limits: tuple[LimitResult, ...]
    criteria: tuple[Criterion, ...]
    blockers: tuple[Blocker, ...]
    flags: tuple[Flag, ...]
    near_miss: NearMiss | None
    engine: str
    catalogue: str
    freight: tuple[str, ...] = ()
