"""What an allocation is for, and what a coordinator asks of it."""

from enum import StrEnum

import msgspec

from matching.evaluation import Params
from matching.listings import Lot, Spec
from matching.values import Verdict

# a certified gap at which the search for better blends ends, and the most rounds that it takes
GAP = 0.005
ROUNDS = 60


class Goal(StrEnum):
    """What is made most: value less delivered cost, tonnes, or tonnes at the least CO2 of their freight."""

    WELFARE = "welfare"
    TONNES = "tonnes"
    CO2 = "co2"


class Offered(msgspec.Struct, frozen=True):
    """An open lot; `owner` is the firm (None: a firm of its own)."""

    id: str
    lot: Lot
    owner: str | None = None


class Wanted(msgspec.Struct, frozen=True):
    """An open spec; with `blends` its lots need to conform together only.

    With `if_possible` a spec whose limits do not blend takes single lots, and the answer says so; else it is refused.
    """

    id: str
    spec: Spec
    blends: bool = False
    if_possible: bool = False

    @property
    def mixes(self) -> bool:
        """Whether blends may serve it: without a limit there is nothing that they could meet together."""
        return self.blends and bool(self.spec.limits)


class Pairing(msgspec.Struct, frozen=True):
    """A lot and a spec; where it is pinned, `tonnes` or else as much as both sides can."""

    lot: str
    spec: str
    tonnes: float | None = None


class SmallFirms(msgspec.Struct, frozen=True):
    """Firms that offer at most `tonnes` in all; a tonne of theirs may cost up to `bonus` JPY of welfare."""

    tonnes: float
    bonus: float


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """How to allocate.

    `conditional` lets pairs in that are only conditionally acceptable. `most_share` is the largest share of the open
    demand (of one material) that one firm may serve.
    """

    goal: Goal = Goal.WELFARE
    conditional: bool = False
    most_share: float | None = None
    small_firms: SmallFirms | None = None
    pinned: tuple[Pairing, ...] = ()
    forbidden: tuple[Pairing, ...] = ()
    gap: float = GAP
    rounds: int = ROUNDS

    @property
    def accepted(self) -> tuple[Verdict, ...]:
        """Verdicts of pairs that may trade."""
        return (Verdict.IN, Verdict.CONDITIONAL) if self.conditional else (Verdict.IN,)


class AllocationRefusedError(Exception):
    """What is asked contradicts itself; `code` and `params` say how."""

    def __init__(self, code: str, params: Params) -> None:
        super().__init__(f"{code}: {params}")
        self.code = code
        self.params = params
