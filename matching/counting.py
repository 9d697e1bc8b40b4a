"""How many lots and tonnes a spec would get, limit by limit, told so that no single lot can be read out of it.

Whoever asks may move a limit a little and ask again, and would find one rival's result where the number turns. So the
question is made coarse first (`coarse`: limits to two significant digits, counted from the nearer end where a
share is limited; confidences in a few steps), and the answer then: what fewer than `FIRMS` firms offer is not told
at all, lots come in steps of five, tonnes in steps no smaller than what one firm has among them (the dominance rule
of official statistics: Hundepool et al., Statistical Disclosure Control, 2012, 4.2). Decision 24 says what remains.

O(lots · limits). Prices play no part: a ceiling is no gate.
"""

import math
from collections.abc import Iterable, Sequence
from typing import Final

import msgspec

from matching.columns import Listing
from matching.engine import Disclosure, evaluate
from matching.evaluation import Evaluation
from matching.freight import Quote, between
from matching.listings import Lot, Spec
from matching.permits.permit import Held
from matching.reference import Catalogue
from matching.units import MASS_FRACTION, dimension
from matching.values import Limit, Verdict
from matching.whereabouts import FIRMS

_STEPS: Final = (0.5, 0.8, 0.9, 0.95, 0.99, 0.999, 0.9999)
_DIGITS: Final = 2
_LOTS: Final = 5
_ENDS: Final = ("min", "max", "exclusive_min", "exclusive_max")
_FITS: Final = (Verdict.IN, Verdict.CONDITIONAL)


class Reach(msgspec.Struct, frozen=True, kw_only=True):
    """About so many lots and tonnes; None where fewer than five firms have any, or none has."""

    lots: int | None = None
    tonnes: float | None = None


class Strict(msgspec.Struct, frozen=True, kw_only=True):
    """What limit number `limit` alone keeps out: lots that fit all of the others."""

    limit: int
    reach: Reach


class Count(msgspec.Struct, frozen=True, kw_only=True):
    """`fitting` are in specification, `close` conditional, `untested` lack results, `nearly` miss one limit only.

    `strict` has what each limit keeps out, the most first. `looked_at` of the `offered` lots were judged, and stand
    for the rest; `asked` is the question as it was judged.
    """

    fitting: Reach
    close: Reach
    untested: Reach
    nearly: Reach
    strict: tuple[Strict, ...]
    offered: Reach
    share: float
    asked: Spec


class Part(msgspec.Struct, frozen=True):
    """One lot that others offer, and what its owner and the asker hold."""

    lot: Listing[Lot]
    held: Held | None


class _Sum:
    """Lots and tonnes, and who has them."""

    def __init__(self) -> None:
        self.lots = 0
        self.by_firm: dict[str, float] = {}

    def add(self, lot: Listing[Lot]) -> None:
        self.lots += 1
        self.by_firm[lot.owner] = self.by_firm.get(lot.owner, 0.0) + lot.content.quantity.tonnes

    def told(self, scale: float) -> Reach:
        """`scale` is how many lots one that was judged stands for."""
        if len(self.by_firm) < FIRMS:
            return Reach()
        step = _round_step(max(self.by_firm.values()) * scale)
        tonnes = max(1.0, round(math.fsum(self.by_firm.values()) * scale / step)) * step
        return Reach(lots=_lots(self.lots * scale), tonnes=float(f"{tonnes:.6g}"))


def count(spec: Spec, parts: Sequence[Part], offered: int, catalogue: Catalogue) -> Count:
    """`parts` stand for the `offered` lots of others within the spec's window."""
    asked = coarse(spec, catalogue)
    haul = between(spec.delivery.location, spec.delivery.location, catalogue, exact=False)
    by_verdict = {verdict: _Sum() for verdict in Verdict}
    everything, nearly, kept_out = _Sum(), _Sum(), [_Sum() for _ in asked.limits]
    for part in parts:
        everything.add(part.lot)
        judged = _judged(asked, part, catalogue, haul)
        if judged.blockers:
            continue
        by_verdict[judged.verdict].add(part.lot)
        alone = _alone(judged)
        if alone is not None and judged.verdict is Verdict.OUT:
            nearly.add(part.lot)
        if alone is not None and alone < len(kept_out):
            kept_out[alone].add(part.lot)
    scale = offered / len(parts) if parts else 1.0
    strict = [Strict(limit=i, reach=found.told(scale)) for i, found in enumerate(kept_out)]
    return Count(
        fitting=by_verdict[Verdict.IN].told(scale),
        close=by_verdict[Verdict.CONDITIONAL].told(scale),
        untested=by_verdict[Verdict.NOT_EVALUATED].told(scale),
        nearly=nearly.told(scale),
        strict=tuple(sorted(strict, key=lambda one: (-(one.reach.lots or 0), one.limit))),
        offered=everything.told(scale),
        share=1.0 / scale,
        asked=asked,
    )


def _judged(spec: Spec, part: Part, catalogue: Catalogue, haul: Quote) -> Evaluation:
    lot = part.lot.content
    return evaluate(spec, lot, catalogue, disclosure=Disclosure.BANDED, held=part.held, freight=haul)


def _alone(judged: Evaluation) -> int | None:
    """The one limit that stands between the lot and the spec; None where all hold, or several do not."""
    missing = [i for i, limit in enumerate(judged.limits) if limit.verdict not in _FITS]
    return missing[0] if len(missing) == 1 else None


def coarse(spec: Spec, catalogue: Catalogue) -> Spec:
    """The question as it is judged: no finer than people write limits."""
    limits = tuple(_coarse_limit(limit, catalogue) for limit in spec.limits)
    confidence = min(_STEPS, key=lambda step: abs(step - spec.confidence))
    return msgspec.structs.replace(spec, limits=limits, confidence=confidence)


def _coarse_limit(limit: Limit, catalogue: Catalogue) -> Limit:
    unit = catalogue.units.get(limit.unit)
    share = unit is not None and dimension(limit.unit, catalogue) == MASS_FRACTION
    whole = 100.0 / unit.factor if share and unit is not None else None
    ends = {name: _digits(value, whole) for name in _ENDS if (value := getattr(limit, name)) is not None}
    return msgspec.structs.replace(limit, **ends)


def _digits(value: float, whole: float | None) -> float:
    """Two significant digits of what is left to the nearer end: 0.253 % is 0.25 %, and 99.9473 % is 99.947 %."""
    if not math.isfinite(value):
        return value
    if whole is not None and whole / 2 < value < whole:
        return float(f"{whole - float(f'{whole - value:.{_DIGITS}g}'):.12g}")
    return float(f"{value:.{_DIGITS}g}")


def _lots(lots: float) -> int:
    """Downwards in fives, from a hundred on to two digits."""
    step = max(_LOTS, 10 ** (math.floor(math.log10(lots)) - 1)) if lots >= 1 else _LOTS
    return max(_LOTS, int(lots // step) * step)


def _round_step(least: float) -> float:
    """The smallest of 1, 2, 5, 10, 20, … that is no less."""
    power = 10.0 ** math.floor(math.log10(max(least, 0.001)))
    return next(step * power for step in (1.0, 2.0, 5.0, 10.0) if step * power >= least * (1 - 1e-12))


def sample(lots: Sequence[Listing[Lot]], most: int) -> Iterable[Listing[Lot]]:
    """No more than `most`, evenly over their order, the same for the same lots."""
    if len(lots) <= most:
        return lots
    return (lots[i * len(lots) // most] for i in range(most))
