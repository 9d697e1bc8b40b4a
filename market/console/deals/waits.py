"""Why a reader of a deal has nothing to do about it just now, in one sentence."""

import msgspec

from market.deals.machine import Actor, Status, Turn
from market.deals.structs import Deal

# acts on parts of the deal, which have machines of their own: nobody's turn does not mean that nothing can be done
_MOVING = frozenset({Status.AGREED, Status.SAMPLING, Status.CONTRACTED, Status.DELIVERING})


class Why(msgspec.Struct, frozen=True):
    """`deals.why_<code>`; `turn` and `status` fill its holes."""

    code: str
    turn: str
    status: str


def why(deal: Deal, *, may_act: bool) -> Why | None:
    """None where it is the reader's turn, or where what may be done is nobody's turn alone."""
    code = _code(deal, may_act=may_act)
    return None if code is None else Why(code, deal.turn.value, deal.status.value)


def _code(deal: Deal, *, may_act: bool) -> str | None:
    if deal.status.over:
        return "over"
    if not may_act:
        return "reads"
    if deal.side is Actor.COORDINATOR:
        return None if deal.allowed else "between_them"
    if deal.signed and deal.status in (Status.AGREED, Status.SAMPLING):
        return "signed"
    if deal.cancelling and deal.status in _MOVING:
        return "cancelling"
    if deal.turn.includes(deal.side):
        return "taken_up" if deal.taken_up and deal.status is Status.PROPOSED else None
    if deal.turn is Turn.NOBODY:
        return None if deal.status in _MOVING else "nobody"
    return "turn"
