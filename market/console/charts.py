"""Bars as numbers that a template draws: pure, without a library. Lengths are units of the chart's own view box."""

from collections.abc import Sequence
from typing import Final

import msgspec

from market.console.scales import ceiling, ticks

# room for the numbers of the axis, and for the words under the bars: above the first line, and for each
LEFT: Final = 64.0
_FIRST: Final = 18.0
_LINE: Final = 16.0
# and for what they count in
_ABOVE: Final = 26.0
_SLOT: Final = 56.0
_HEIGHT: Final = 200.0
# the share of a slot that is not bar
_GAP: Final = 0.3
_LEAST_SLOTS: Final = 6
# from so many bars on the words under them would run into each other
_MANY: Final = 12


class Block(msgspec.Struct, frozen=True):
    """A part of a bar: of the series with this number."""

    x: float
    y: float
    width: float
    height: float
    series: int


class Tick(msgspec.Struct, frozen=True):
    """A line of the axis with its number, in the units of the chart."""

    y: float
    value: float


class Caption(msgspec.Struct, frozen=True):
    """Words under a bar, a line each: where it stands, and what it says."""

    x: float
    lines: tuple[tuple[float, str], ...]


class Chart(msgspec.Struct, frozen=True, kw_only=True):
    """Stacked bars side by side over one axis."""

    width: float
    height: float
    base: float
    left: float
    blocks: tuple[Block, ...]
    ticks: tuple[Tick, ...]
    captions: tuple[Caption, ...]

    @property
    def view(self) -> str:
        """The viewBox."""
        return f"0 0 {self.width:g} {self.height:g}"


def stacked(bars: Sequence[tuple[str, Sequence[float]]]) -> Chart:
    """A bar for each label, which may have several lines, of its parts from below; the axis ends at a round number."""
    top = ceiling(max((sum(parts) for _, parts in bars), default=0.0))
    base = _ABOVE + _HEIGHT
    blocks: list[Block] = []
    captions = []
    every = 1 + len(bars) // _MANY
    deepest = max((len(label.splitlines()) for label, _ in bars), default=1)
    for k, (label, parts) in enumerate(bars):
        x, y = LEFT + _SLOT * (k + _GAP / 2), base
        for series, part in enumerate(parts):
            height = _HEIGHT * part / top
            y -= height
            if height > 0.0:
                blocks.append(Block(_round(x), _round(y), _round(_SLOT * (1 - _GAP)), _round(height), series))
        if k % every == 0:
            lines = tuple((base + _FIRST + _LINE * i, line) for i, line in enumerate(label.splitlines()))
            captions.append(Caption(_round(x + _SLOT * (1 - _GAP) / 2), lines))
    return Chart(
        width=LEFT + _SLOT * max(len(bars), _LEAST_SLOTS),
        height=base + _FIRST + _LINE * deepest,
        base=base,
        left=LEFT,
        blocks=tuple(blocks),
        ticks=tuple(Tick(_round(base - _HEIGHT * value / top), value) for value in ticks(top)),
        captions=tuple(captions),
    )


def lengths(values: Sequence[float]) -> tuple[float, ...]:
    """Of bars that lie: the share of the longest, in per cent of the width."""
    top = max(values, default=0.0)
    return tuple(_round(100.0 * value / top) if top > 0.0 else 0.0 for value in values)


def _round(value: float) -> float:
    return round(value, 2)
