"""A desk as the console shows it."""

import msgspec

from market.deals.machine import Status
from market.deals.structs import DealSummary


class Desk(msgspec.Struct, frozen=True, kw_only=True):
    """Of the open deals that the caller sees: `counts` by status, and the first few of each kind.

    `waiting` are those whose turn it is the caller's, the nearest deadline first; `moved` others that changed last, of
    a coordinator without its queue; `still` those that nothing has moved for two weeks, the longest first; `disputed`
    the oldest first.
    """

    counts: dict[Status, int]
    waiting: tuple[DealSummary, ...]
    moved: tuple[DealSummary, ...]
    still: tuple[DealSummary, ...]
    disputed: tuple[DealSummary, ...]
