"""What a buyer could give way on, one thing each, and the exact values at which another lot comes in.

A lever is opened wide to see how much it could unlock, and then set to the mildest of its values that unlocks as
much. Values are where a lot becomes affordable, available, or conforming by itself; none is a guess between them.
"""

import math
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Protocol

import msgspec

from matching.advising.answer import AdvisedChange
from matching.advising.discretion import Discretion
from matching.advising.supplying import Supplier
from matching.evaluation import LimitResult
from matching.listings import Delivery, Spec
from matching.near_miss import remedies
from matching.reference import Catalogue
from matching.tolerance import band
from matching.values import Currency, Limit, Place, Price

_WIDE = 1e6


class Lever(Protocol):
    """One thing that can give way: `values` from the mildest, `at` one of them, `open` beyond all."""

    @property
    def values(self) -> Sequence[float | date | str]:
        """Where it may be set, the mildest first."""

    @property
    def negotiable(self) -> bool:
        """Whether the buyer says that it may move."""

    def open(self, spec: Spec) -> Spec:
        """The spec with the lever at its widest."""

    def at(self, spec: Spec, value: float | date | str) -> Spec:
        """The spec with the lever at a value."""

    def change(self, stated: Spec, changed: Spec) -> AdvisedChange:
        """What is different, for people."""


class LimitLever(msgspec.Struct, frozen=True):
    """One end of one limit of the spec."""

    place: int
    upper: bool
    negotiable: bool
    values: tuple[float, ...]
    material: str
    catalogue: Catalogue

    def open(self, spec: Spec) -> Spec:
        """So wide that it never binds; it stays an end, for each side of a band has half of the doubt."""
        return self.at(spec, _WIDE * max(1.0, abs(self.end(spec))) if self.upper else 0.0)

    def at(self, spec: Spec, value: float | date | str) -> Spec:
        """An inclusive end at the value, unless it lies wider already."""
        limit = spec.limits[self.place]
        ends = {"max": value, "exclusive_max": None} if self.upper else {"min": value, "exclusive_min": None}
        return self._with(spec, msgspec.structs.replace(limit, **ends))

    def _with(self, spec: Spec, limit: Limit) -> Spec:
        limits = (*spec.limits[: self.place], limit, *spec.limits[self.place + 1 :])
        return msgspec.structs.replace(spec, limits=limits)

    def end(self, spec: Spec) -> float:
        """Where the end lies."""
        limits = band(spec.limits[self.place])
        return limits.high if self.upper else limits.low

    def change(self, stated: Spec, changed: Spec) -> AdvisedChange:
        """The move, and the steps that would spare it."""
        limit, to = stated.limits[self.place], self.end(changed)
        removed = remedies(limit.analytes, self.material, self.catalogue) if self.upper else ()
        return AdvisedChange(
            kind="limit",
            to=to,
            limit=self.place,
            negotiable=self.negotiable,
            steps=removed,
            code="advise_limit",
            params={
                "analytes": list(limit.analytes),
                "unit": limit.unit,
                "limit": self.end(stated),
                "relax_to": to,
                "side": "over" if self.upper else "under",
            },
        )


class PriceLever(msgspec.Struct, frozen=True):
    """The ceiling; values are whole yen."""

    values: tuple[float, ...]
    negotiable: bool = True

    def open(self, spec: Spec) -> Spec:
        """Any price."""
        return msgspec.structs.replace(spec, max_price=None)

    def at(self, spec: Spec, value: float | date | str) -> Spec:
        """Under the same delivery term."""
        price = spec.max_price or Price(amount=Decimal(0))
        return msgspec.structs.replace(spec, max_price=msgspec.structs.replace(price, amount=Decimal(str(value))))

    def change(self, stated: Spec, changed: Spec) -> AdvisedChange:
        """From ceiling to ceiling."""
        before, after = (float(s.max_price.amount) if s.max_price else math.inf for s in (stated, changed))
        return AdvisedChange(
            kind="price", to=after, code="advise_price", params={"ceiling": before, "to": after, "currency": "JPY"}
        )


class WindowLever(msgspec.Struct, frozen=True):
    """One end of the delivery window."""

    later: bool
    values: tuple[date, ...]
    negotiable: bool = True

    def open(self, spec: Spec) -> Spec:
        """As far as any lot needs."""
        return self.at(spec, self.values[-1])

    def at(self, spec: Spec, value: float | date | str) -> Spec:
        """The one end moved."""
        ends = {"until": value} if self.later else {"from_": value}
        return msgspec.structs.replace(spec, delivery=msgspec.structs.replace(spec.delivery, **ends))

    def change(self, stated: Spec, changed: Spec) -> AdvisedChange:
        """From day to day."""
        kind = "until" if self.later else "from"
        days = [(s.delivery.until if self.later else s.delivery.from_).isoformat() for s in (stated, changed)]
        code = "advise_until" if self.later else "advise_from"
        return AdvisedChange(kind=kind, to=days[1], code=code, params={"day": days[0], "to": days[1]})


class PlaceLever(msgspec.Struct, frozen=True):
    """Delivery taken elsewhere: the buyer pays the haul from there, beside the ceiling."""

    prefecture: str
    negotiable: bool = True

    @property
    def values(self) -> tuple[str, ...]:
        """There is but one."""
        return (self.prefecture,)

    def open(self, spec: Spec) -> Spec:
        """The same."""
        return self.at(spec, self.prefecture)

    def at(self, spec: Spec, value: float | date | str) -> Spec:
        """At the prefecture's point."""
        place = Place(prefecture=str(value))
        return msgspec.structs.replace(spec, delivery=msgspec.structs.replace(spec.delivery, location=place))

    def change(self, stated: Spec, changed: Spec) -> AdvisedChange:
        """Where it would be taken."""
        code = changed.delivery.location.prefecture
        params = {"prefecture": code, "wanted_in": stated.delivery.location.prefecture}
        return AdvisedChange(kind="place", to=code, code="advise_place", params={**params})


def levers(spec: Spec, supplier: Supplier, discretion: Discretion | None = None) -> list[Lever]:
    """All levers that some lot stands behind, in the order of the spec: limits, price, window, place."""
    found: list[Lever] = [*_limits(spec, supplier), *_prices(spec, supplier, discretion), *_windows(spec, supplier)]
    places = _places(spec, supplier)
    return [*found, *(one for one in places if discretion is None or one.prefecture in discretion.places)]


def _limits(spec: Spec, supplier: Supplier) -> list[LimitLever]:
    results = [evaluation.limits for evaluation in supplier.evaluations(spec)]
    found: list[LimitLever] = []
    for place, limit in enumerate(spec.limits):
        limits = band(limit)
        for upper, end in ((True, limits.high), (False, limits.low)):
            if math.isfinite(end) and (upper or end > 0.0):
                targets = {t for rows in results if (t := _target(rows[place], upper=upper)) is not None}
                wider = sorted((t for t in targets if (t > end if upper else t < end)), reverse=not upper)
                found.append(
                    LimitLever(place, upper, limit.negotiable, tuple(wider), spec.material, supplier.catalogue)
                )
    return found


def _target(result: LimitResult, *, upper: bool) -> float | None:
    return result.relax_to if result.params.get("side") == ("over" if upper else "under") else None


def _prices(spec: Spec, supplier: Supplier, discretion: Discretion | None) -> list[PriceLever]:
    ceiling = spec.max_price
    if ceiling is None or ceiling.currency is not Currency.JPY:
        return []
    rounded = math.ceil if discretion is None else discretion.ceiling
    over = {float(rounded(cost)) for cost in supplier.prices(spec) if cost > float(ceiling.amount)}
    return [PriceLever(tuple(sorted(over)))] if over else []


def _windows(spec: Spec, supplier: Supplier) -> list[WindowLever]:
    window: Delivery = spec.delivery
    later = {lot.available.from_ for _, lot in supplier.lots if lot.available.from_ > window.until}
    earlier = {lot.available.until for _, lot in supplier.lots if lot.available.until < window.from_}
    found = [WindowLever(True, tuple(sorted(later)))] if later else []
    return found + ([WindowLever(False, tuple(sorted(earlier, reverse=True)))] if earlier else [])


def _places(spec: Spec, supplier: Supplier) -> list[PlaceLever]:
    """Distance counts only through the ceiling, so without one no place is better than another."""
    if spec.max_price is None or spec.max_price.currency is not Currency.JPY:
        return []
    here = spec.delivery.location.prefecture
    return [PlaceLever(p) for p in sorted({lot.location.prefecture for _, lot in supplier.lots} - {here})]
