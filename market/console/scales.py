"""Round numbers for what is drawn: where an axis ends, and the classes into which a map shades amounts."""

import math
from collections.abc import Collection, Sequence
from typing import Final

# a map with more shades than this cannot be read against its legend
MOST: Final = 5
_STEPS: Final = (1.0, 2.0, 5.0, 10.0)


def ceiling(value: float) -> float:
    """The least of 1, 2, 5, 10, 20, ... that is not under it (also below 1); 1 for nothing."""
    if value <= 0.0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(value))
    return next(step * power for step in _STEPS if step * power >= value * (1.0 - 1e-12))


def classes(values: Collection[float], most: int = MOST) -> tuple[float, ...]:
    """Round upper ends of at most `most` classes with about as many of the positive values in each, and none empty."""
    positive = sorted(value for value in values if value > 0.0)
    if not positive:
        return ()
    ranks = (math.ceil(len(positive) * k / most) - 1 for k in range(1, most + 1))
    ends = sorted({ceiling(positive[max(0, rank)]) for rank in ranks})
    return tuple(end for end, below in zip(ends, [0.0, *ends], strict=False) if any(below < v <= end for v in positive))


def level(value: float | None, ends: Sequence[float]) -> int | None:
    """Which class a value is of, from 1; 0 for nothing, None for what is not known."""
    if value is None:
        return None
    if value <= 0.0:
        return 0
    return next((k for k, end in enumerate(ends, 1) if value <= end), len(ends))


def ticks(top: float, count: int = 4) -> tuple[float, ...]:
    """Even marks from 0 to a round `top`."""
    return tuple(top * k / count for k in range(count + 1))
