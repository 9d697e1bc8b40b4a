"""The nouns that the wire, the JSONB columns and the engine share.

Every Struct is frozen and refuses unknown fields. Types are checked on decoding; what the numbers
mean is checked by `matching.faults`, which names every fault at once. Numbers of composition are
floats in the unit that stands beside them; money is Decimal, read from the JSON text.
"""

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Final

import msgspec
from msgspec import Meta

# Lengths are a wall against abuse, not a business rule; control characters are refused in `matching.fault`, but for
# those between the lines of a text that people write in several.
LINES: Final = Meta(extra={"lines": True})
Code = Annotated[str, Meta(min_length=1, max_length=64)]
Text = Annotated[str, Meta(max_length=300)]
Conditions = Annotated[dict[Annotated[str, Meta(max_length=64)], float], Meta(max_length=20)]


class Verdict(StrEnum):
    """The same four words everywhere; `rank` orders them from best to worst for people."""

    IN = "in_specification"
    CONDITIONAL = "conditionally_acceptable"
    NOT_EVALUATED = "not_evaluated"
    OUT = "out_of_specification"

    @property
    def rank(self) -> int:
        """0 is best: in, conditional, not evaluated, out."""
        return _RANK[self]


_RANK = {v: i for i, v in enumerate(Verdict)}


class Operator(StrEnum):
    """How a reported value is meant: `<` below detection, `<=` guaranteed maximum, and so on."""

    EQUAL = "="
    BELOW = "<"
    AT_MOST = "<="
    ABOVE = ">"
    AT_LEAST = ">="


class Statistic(StrEnum):
    """What a `=` value stands for."""

    MEASURED = "measured"
    MEAN = "mean"
    TYPICAL = "typical"
    MEDIAN = "median"


class Basis(StrEnum):
    """What a mass fraction is a fraction of."""

    AS_RECEIVED = "as_received"
    DRY = "dry"


class Scope(StrEnum):
    """Which substances a group name such as PBDE means."""

    ROHS = "rohs"
    POPS = "pops"


class Origin(StrEnum):
    """Where material came from before it was recycled."""

    POST_CONSUMER = "post_consumer"
    POST_INDUSTRIAL = "post_industrial"
    INTERNAL = "internal"


class LegalStatus(StrEnum):
    """有価物, 廃棄物, 専ら物: permits and manifests depend on it."""

    VALUABLE = "valuable"
    WASTE = "waste"
    EXEMPT_RECYCLABLE = "exempt_recyclable"


class CustodyModel(StrEnum):
    """ISO 22095 chain-of-custody models, strongest first."""

    IDENTITY_PRESERVED = "identity_preserved"
    SEGREGATED = "segregated"
    CONTROLLED_BLENDING = "controlled_blending"
    MASS_BALANCE = "mass_balance"
    BOOK_AND_CLAIM = "book_and_claim"


class Visibility(StrEnum):
    """Who may find a listing: those it matches, or no one until it is shared by a deal."""

    MATCHED = "matched"
    PRIVATE = "private"


class Incoterm(StrEnum):
    """Who pays the freight: only `EXW`, `FCA`, `FAS` and `FOB` prices leave it to the buyer."""

    EXW = "EXW"
    FCA = "FCA"
    FAS = "FAS"
    FOB = "FOB"
    CFR = "CFR"
    CIF = "CIF"
    CPT = "CPT"
    CIP = "CIP"
    DAP = "DAP"
    DPU = "DPU"
    DDP = "DDP"

    @property
    def buyer_pays_freight(self) -> bool:
        """True where the price stops at the seller's gate or port."""
        return self in (Incoterm.EXW, Incoterm.FCA, Incoterm.FAS, Incoterm.FOB)


class Currency(StrEnum):
    """ISO 4217; JPY has no minor unit."""

    JPY = "JPY"
    USD = "USD"
    EUR = "EUR"


class Value(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What every posted value has in common: frozen, strict, and silent about what was not said."""


class Limit(Value, frozen=True, kw_only=True):
    """Bounds on one analyte or property, or on the sum of several, in `unit`."""

    analytes: Annotated[tuple[Code, ...], Meta(min_length=1, max_length=20)]
    min: float | None = None
    max: float | None = None
    exclusive_min: float | None = None
    exclusive_max: float | None = None
    unit: Code
    basis: Basis | None = None
    conditions: Conditions | None = None
    scope: Scope | None = None
    negotiable: bool = False


class Assay(Value, frozen=True, kw_only=True):
    """One reported result: `value` with an operator, or a range `low`..`high`; `uncertainty` is k = 1."""

    analyte: Code
    value: float | None = None
    operator: Operator = Operator.EQUAL
    low: float | None = None
    high: float | None = None
    unit: Code
    uncertainty: float | None = None
    statistic: Statistic = Statistic.MEASURED
    basis: Basis | None = None
    method: Text | None = None
    conditions: Conditions | None = None
    laboratory: Text | None = None
    sample: Text | None = None
    sampled_on: date | None = None


class Price(Value, frozen=True, kw_only=True, omit_defaults=False):
    """An amount of money per tonne under a delivery term."""

    amount: Decimal
    currency: Currency = Currency.JPY
    per: Annotated[str, Meta(pattern="^t$", max_length=1)] = "t"
    incoterm: Incoterm | None = None


class Place(Value, frozen=True, kw_only=True):
    """A point in a prefecture (ISO 3166-2:JP); without a point, the prefecture's office stands for it."""

    prefecture: Annotated[str, Meta(pattern="^JP-[0-9]{2}$", max_length=5)]
    lat: float | None = None
    lon: float | None = None


class Window(Value, frozen=True, kw_only=True):
    """Inclusive JST calendar days."""

    from_: date = msgspec.field(name="from")
    until: date

    def overlap_days(self, other: "Window") -> int:
        """Days in both windows, 0 where they do not meet."""
        first, last = max(self.from_, other.from_), min(self.until, other.until)
        return max(0, (last - first).days + 1)


class Portion(Value, frozen=True, kw_only=True):
    """Supply or demand in one month, as `2027-01`."""

    month: Annotated[str, Meta(pattern="^[0-9]{4}-(0[1-9]|1[0-2])$", max_length=7)]
    tonnes: float
