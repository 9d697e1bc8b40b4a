"""An allocation as it is asked for, and a coordinator's run as it is kept and shown."""

from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta

from market.blends.structs import Name, NamedSpec, OfferedLot
from market.oversight.gathering import MOST_LOTS, MOST_SPECS, Overseen
from market.oversight.structs import RunHead
from matching.allocation.answer import Allocation, AllocationObjective
from matching.allocation.wish import GAP, Goal, Pairing, SmallFirms, Wish
from matching.values import Code, Value

MOST_PAIRINGS = 1_000

Share = Annotated[float, Meta(ge=0.0, le=1.0)]
Amount = Annotated[float, Meta(ge=0.0)]


class WantedSpec(NamedSpec, frozen=True, kw_only=True):
    """A spec with any text of the caller's as `id`; without one it is called by its place in the list.

    `blends`, where given, counts instead of that of the whole request; a spec that itself asks for blends is refused
    where one of its limits does not blend.
    """

    blends: bool | None = None


class SuppliedLot(OfferedLot, frozen=True, kw_only=True):
    """A lot, called as a spec is; `owner` is any text that lots of one firm share."""

    owner: Name | None = None


class ForbiddenPairing(Value, frozen=True, kw_only=True):
    """A lot that may not go to a spec."""

    lot: Name
    spec: Name


class PinnedPairing(ForbiddenPairing, frozen=True, kw_only=True):
    """A lot that must go to a spec: so many tonnes, or as much as both sides can."""

    tonnes: float | None = None


class SmallFirmsFirst(Value, frozen=True, kw_only=True, omit_defaults=False):
    """Firms that offer at most `tonnes` in all come first: a tonne of theirs may cost `bonus` JPY of welfare."""

    tonnes: Amount
    bonus: Amount = 1_000.0


class AllocationTerms(Value, frozen=True, kw_only=True, omit_defaults=False):
    """How to allocate.

    `objective` is what is made most; with `blends` the lots of a spec need to conform together only, where its limits
    blend (`unblended` names the others, which take single lots); `conditional` lets in what is only conditionally
    acceptable; `most_share` is the largest share of the open demand that one firm may serve; `gap` is the certified
    distance from the optimum at which the search for blends may end.
    """

    material: Code | None = None
    objective: Goal = Goal.WELFARE
    blends: bool = False
    conditional: bool = False
    most_share: Share | None = None
    small_firms: SmallFirmsFirst | None = None
    pinned: Annotated[tuple[PinnedPairing, ...], Meta(max_length=MOST_PAIRINGS)] = ()
    forbidden: Annotated[tuple[ForbiddenPairing, ...], Meta(max_length=MOST_PAIRINGS)] = ()
    gap: Share = GAP

    @property
    def wish(self) -> Wish:
        """As the engine is asked."""
        small = self.small_firms
        return Wish(
            goal=self.objective,
            conditional=self.conditional,
            most_share=self.most_share,
            small_firms=None if small is None else SmallFirms(small.tonnes, small.bonus),
            pinned=tuple(Pairing(one.lot, one.spec, one.tonnes) for one in self.pinned),
            forbidden=tuple(Pairing(one.lot, one.spec) for one in self.forbidden),
            gap=self.gap,
        )


class AllocationRequest(AllocationTerms, frozen=True, kw_only=True, omit_defaults=False):
    """Either `specs` and `lots`, or as a coordinator the `material` whose open listings are meant."""

    specs: Annotated[tuple[WantedSpec, ...], Meta(max_length=MOST_SPECS)] = ()
    lots: Annotated[tuple[SuppliedLot, ...], Meta(max_length=MOST_LOTS)] = ()


class Outline(msgspec.Struct, frozen=True):
    """What kind and size of an `AllocationRequest` it is; everything else in it is read in the solver process."""

    material: str | None = None
    specs: Annotated[tuple[msgspec.Raw, ...], Meta(max_length=MOST_SPECS)] = ()
    lots: Annotated[tuple[msgspec.Raw, ...], Meta(max_length=MOST_LOTS)] = ()
    blends: bool = False


class OpenListings(msgspec.Struct, frozen=True):
    """To the solver process: what a coordinator oversees of a material."""

    asked: AllocationTerms
    overseen: Overseen


class Shift(msgspec.Struct, frozen=True, kw_only=True):
    """A figure in the run before, and in this one."""

    before: float
    after: float


class ChangedAssignment(Shift, frozen=True, kw_only=True):
    """Tonnes of a lot for a spec, where they differ."""

    spec: UUID
    lot: UUID


class ComparedRun(msgspec.Struct, frozen=True, kw_only=True):
    """Against the run `id` of the same material and objective that was finished last before this one."""

    id: UUID
    objective: Shift
    tonnes: Shift
    changed: tuple[ChangedAssignment, ...]


class AllocationOutcome(msgspec.Struct, frozen=True, kw_only=True):
    """What an allocation comes to; `bound` is proven."""

    status: str
    objective: AllocationObjective
    bound: float | None
    gap: float | None
    tonnes: float


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """A run as it lies in its job; `allocation` is as the solver process wrote it."""

    asked: AllocationTerms
    outcome: AllocationOutcome
    compared: ComparedRun | None
    allocation: msgspec.Raw


class AllocationRunHead(RunHead, frozen=True, kw_only=True):
    """A coordinator's run without its assignments.

    `asked` is null once it has failed or was cancelled. The whole run is forgotten at `expires_at`.
    """

    asked: AllocationTerms | None
    outcome: AllocationOutcome | None


class AllocationRunPage(msgspec.Struct, frozen=True, kw_only=True):
    """A page of runs, newest first."""

    items: tuple[AllocationRunHead, ...]
    next_cursor: str | None


class Run(AllocationRunHead, frozen=True, kw_only=True):
    """A coordinator's run with all that came of it; null until it is done, `compared` also where nothing came before.

    Reasons are in the language of the request that asked.
    """

    allocation: Allocation | None
    compared: ComparedRun | None
