"""Matches as the wire shows them: the other side redacted, the evaluation in bands and in words."""

import msgspec

from matching.evaluation import Evaluation, Params
from specs.lot.seen import LotSeen
from specs.spec.seen import SpecSeen


class MatchedLot(msgspec.Struct, frozen=True, kw_only=True):
    """A lot that fits a spec, or nearly."""

    lot: LotSeen
    evaluation: Evaluation


class MatchedLots(msgspec.Struct, frozen=True, kw_only=True):
    """A page of a spec's matches, best first."""

    items: tuple[MatchedLot, ...]
    next_cursor: str | None


class MatchedSpec(msgspec.Struct, frozen=True, kw_only=True):
    """A spec that a lot fits, or nearly."""

    spec: SpecSeen
    evaluation: Evaluation


class MatchedSpecs(msgspec.Struct, frozen=True, kw_only=True):
    """A page of a lot's matches, best first."""

    items: tuple[MatchedSpec, ...]
    next_cursor: str | None


class Tally(msgspec.Struct, frozen=True):
    """How many match, and how many nearly do."""

    matches: int
    near_misses: int


class NextTest(msgspec.Struct, frozen=True, kw_only=True):
    """An assay worth having: it alone settles `tonnes` of demand in `specs` specs.

    `tonnes_helped` also counts specs that would still lack other results.
    """

    analyte: str
    tonnes: float
    specs: int
    tonnes_helped: float
    code: str
    params: Params
    reason: str


class NextTests(msgspec.Struct, frozen=True, kw_only=True):
    """What to test next, the most tonnes first; never more than one page."""

    items: tuple[NextTest, ...]
    next_cursor: None = None
