"""Token buckets, one for each key, in this process: `rate` requests a second, `burst` at once."""

import math
from collections import OrderedDict
from collections.abc import Hashable

MOST = 20_000


class Buckets:
    """`take(key, now)` costs two dictionary operations; the least recently used buckets are forgotten first.

    A forgotten bucket is a full one. With n API processes a key gets at most n times the rate.
    """

    def __init__(self, rate: float, burst: float) -> None:
        self.rate = rate
        self.burst = burst
        self._levels: OrderedDict[Hashable, tuple[float, float]] = OrderedDict()

    def take(self, key: Hashable, now: float) -> int:
        """0 when the request may pass, else the whole seconds after which to try again; rate 0 is no limit."""
        if self.rate <= 0:
            return 0
        level, since = self._levels.pop(key, (self.burst, now))
        level = min(self.burst, level + (now - since) * self.rate)
        allowed = level >= 1
        self._levels[key] = (level - 1 if allowed else level, now)
        if len(self._levels) > MOST:
            self._levels.popitem(last=False)
        return 0 if allowed else max(1, math.ceil((1 - level) / self.rate))
