"""Callers remembered for a few seconds, so that busy ones cost no query."""

import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Generic, Protocol, TypeVar
from uuid import UUID

SECONDS = 5.0
MOST = 10_000


class Keyed(Protocol):
    """By what it is forgotten."""

    @property
    def key(self) -> UUID: ...


Caller = TypeVar("Caller", bound=Keyed)


class Remembered(Generic[Caller]):
    """What another process revokes works for at most `SECONDS` more in this one; unknown ones are not kept."""

    def __init__(
        self, look_up: Callable[[bytes], Awaitable[Caller | None]], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._look_up = look_up
        self._clock = clock
        self._known: OrderedDict[bytes, tuple[float, Caller]] = OrderedDict()
        self._forgotten: dict[UUID, float] = {}

    def forget(self, key: UUID) -> None:
        """Look it up at every use until nothing learnt before can still be remembered."""
        now = self._clock()
        self._forgotten = {k: until for k, until in self._forgotten.items() if until > now} | {key: now + SECONDS}

    async def find(self, digest: bytes) -> Caller | None:
        """The caller with that digest, or None."""
        found = self._known.get(digest)
        if found is not None and found[0] > self._clock() and found[1].key not in self._forgotten:
            return found[1]
        self._known.pop(digest, None)
        caller = await self._look_up(digest)
        if caller is not None and caller.key not in self._forgotten:
            self._known[digest] = (self._clock() + SECONDS, caller)
            if len(self._known) > MOST:
                self._known.popitem(last=False)
        return caller
