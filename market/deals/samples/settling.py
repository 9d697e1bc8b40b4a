"""What two laboratories' results for one sample come to: the exchange of assays with a splitting limit.

The practice of contracts for metal concentrates and scrap (e.g. the copper concentrate contract that Campbell Resources
filed with the SEC in 2006, exhibit 4.16; described in general by Datamine, "Assay Rules"):

- Both results are exchanged at once. Where they differ by no more than the splitting limit their mean is final.
- Else an umpire measures. Between the two, the mean of the umpire's and the nearer one is final; outside of them the
  nearer one is (of three results the middle one); at the same distance of both the umpire's own.
- Who was farther from the umpire pays for it; at the same distance both do.

A contract that names no limit has the critical difference of two laboratories at about 95 % (ISO 5725-6; E_n of
ISO 13528): 2·√(u₁² + u₂²), of the catalogue's uncertainties and not of stated ones: nobody widens it by a claim.

An interval (`< 0.01`) counts by its point nearest to the other result: it does not differ from what lies inside of it.
Two intervals that overlap settle to the weaker of both; two that exclude each other have no mean, whatever the limit.

Differences and means are Decimals of twelve digits, so that a difference of exactly the limit is within it. Pure, O(1).
"""

import math
from decimal import Decimal
from enum import StrEnum
from typing import Final

import msgspec

from matching.results import Interval, Normal, Result

# coverage factor of the critical difference
COVERAGE: Final = 2.0


class Settling(StrEnum):
    """How a result became final."""

    MEAN = "mean"
    UMPIRE_MEAN = "umpire_mean"
    NEARER = "nearer"
    UMPIRE = "umpire"


class Payer(StrEnum):
    """Who bears the umpire's cost."""

    BUYER = "buyer"
    SELLER = "seller"
    SHARED = "shared"


class Ruling(msgspec.Struct, frozen=True):
    """What is final, how it came to be, and who pays the umpire, where there was one."""

    result: Result
    how: Settling
    payer: Payer | None = None


def gap(of: Result, seen_from: Result) -> Decimal:
    """How far one lies above (positive) or below the other; 0 where they meet."""
    low, high = _ends(of)
    other_low, other_high = _ends(seen_from)
    if low > other_high:
        return low - other_high
    return min(high - other_low, Decimal(0))


def critical_difference(one: Result, two: Result) -> Decimal:
    """The default splitting limit; of an interval nothing is known that could widen it."""
    return _exact(COVERAGE * math.hypot(_spread(one), _spread(two)))


def within(one: Result, two: Result, limit: Decimal) -> bool:
    """Whether two results differ by no more than the limit."""
    apart = abs(gap(one, two))
    if isinstance(one, Interval) and isinstance(two, Interval):
        return apart == 0
    return apart <= limit


def agreed(one: Result, two: Result) -> Result:
    """The mean of two results that are taken together, in whichever order.

    Both are of one sample, so their uncertainties share its error and do not shrink; it is at least the spread.
    """
    if isinstance(one, Interval) and isinstance(two, Interval):
        return _weaker(one, two)
    points = (_nearest(one, two), _nearest(two, one))
    spread = float(abs(points[0] - points[1])) / math.sqrt(2)
    u = max(_spread(one), _spread(two), spread)
    assumed = any(isinstance(result, Normal) and result.assumed for result in (one, two))
    return Normal(float(sum(points) / 2), u, assumed)


def umpired(buyer: Result, seller: Result, umpire: Result) -> Ruling:
    """The umpire's word between two results that differ by more than the limit."""
    above_buyer, above_seller = gap(buyer, umpire), gap(seller, umpire)
    if abs(above_buyer) == abs(above_seller):
        # on one side at the same distance the two meet, and the umpire is outside of both
        if above_buyer == above_seller != 0:
            return Ruling(agreed(buyer, seller), Settling.NEARER, Payer.SHARED)
        return Ruling(umpire, Settling.UMPIRE, Payer.SHARED)
    buyer_nearer = abs(above_buyer) < abs(above_seller)
    nearer, payer = (buyer, Payer.SELLER) if buyer_nearer else (seller, Payer.BUYER)
    if above_buyer * above_seller > 0:
        return Ruling(nearer, Settling.NEARER, payer)
    return Ruling(agreed(umpire, nearer), Settling.UMPIRE_MEAN, payer)


def _ends(result: Result) -> tuple[Decimal, Decimal]:
    if isinstance(result, Normal):
        return _exact(result.mean), _exact(result.mean)
    return _exact(result.lowest), _exact(result.highest)


def _nearest(of: Result, to: Result) -> Decimal:
    """The point of one that lies nearest to the other; one of them at least is a value."""
    low, high = _ends(of)
    point, _ = _ends(to)
    return min(max(point, low), high)


def _weaker(one: Interval, two: Interval) -> Interval:
    """What both allow; of equal ends the one that is itself possible."""
    low, low_open = min((one.lowest, one.low_open), (two.lowest, two.low_open))
    high, high_closed = max((one.highest, not one.high_open), (two.highest, not two.high_open))
    return Interval(low, high, low_open, not high_closed, one.assumed or two.assumed)


def _spread(result: Result) -> float:
    return result.u if isinstance(result, Normal) else 0.0


def _exact(number: float) -> Decimal:
    """Twelve digits: what was written, without the noise of a conversion."""
    return Decimal(f"{number:.12g}")
