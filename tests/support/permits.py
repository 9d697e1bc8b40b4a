"""Permits in one line each, for a waste lot on its way from Kanagawa (JP-14) to Tokyo (JP-13)."""

from datetime import date
from typing import Any

from matching.permits.permit import Held, HeldPermit, Outcome

UNTIL = date(2030, 3, 31)
# authority 014 or 013, then the digit of the kind
COLLECTS_HERE, COLLECTS_THERE = "01400123456", "01300123456"
STORES_HERE = "01410123456"
TREATS_HERE, TREATS_THERE = "01420123456", "01320654321"


def permit(kind: str, number: str | None = None, **rest: Any) -> HeldPermit:
    given = {"materials": ("steel",), "valid_until": UNTIL, "outcome": Outcome.CONFIRMED}
    return HeldPermit(kind=kind, number=number, **{**given, **rest})


def collects(number: str = COLLECTS_HERE, **rest: Any) -> HeldPermit:
    return permit("SANPAI_UNPAN", number, **rest)


def treats(number: str = TREATS_HERE, **rest: Any) -> HeldPermit:
    return permit("SANPAI_SHOBUN", number, **rest)


COMPLETE = Held(
    owner=(treats(),),
    receiver=(treats(TREATS_THERE),),
    carrier=(collects(), collects(COLLECTS_THERE)),
)
