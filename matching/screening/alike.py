"""Which of many things are alike in two numbers, so that what is asked of the engine is asked once for all of them."""

import numpy as np
from numpy.typing import NDArray

from matching.columns import Slots


def alike(first: NDArray[np.integer], second: NDArray[np.integer]) -> tuple[list[tuple[int, int]], Slots]:
    """The distinct pairs in rising order, and the number of each entry's; all small and none negative. O(n log n)."""
    span = int(second.max(initial=0)) + 1
    keys, back = np.unique(first.astype(np.int64) * span + second, return_inverse=True)
    return [divmod(key, span) for key in keys.tolist()], back
