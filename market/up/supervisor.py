"""Keep parts running: start in order, start again what dies, stop in reverse."""

import shutil
import time
from collections.abc import Callable, Sequence

from market.adapters.embedded.errors import EmbeddedError
from market.adapters.embedded.process import LOG_BYTES
from market.up.parts import Part

TICK = 0.2
FIRST_DELAY, LONGEST_DELAY = 0.5, 30.0
# A part that has lived this long is given the short delay again.
STEADY_SECONDS = 60.0
UPKEEP_SECONDS = 30.0


class Supervisor:
    """Single-threaded: the thread that calls `start` must live as long as the parts (their kernel parent)."""

    def __init__(
        self,
        parts: Sequence[Part],
        say: Callable[[str], None],
        *,
        upkeep: Callable[[], None] = lambda: None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`parts` in the order in which they need each other; `upkeep` is called twice a minute."""
        self._parts = parts
        self._say = say
        self._clock = clock
        self._states = {part.name: _State() for part in parts}
        self._upkeep = upkeep
        self._kept_up = clock()

    def start(self, parts: Sequence[Part] | None = None) -> None:
        """`parts`, else all that do not run yet; the first that cannot start ends it, and the caller stops the rest."""
        for part in self._parts if parts is None else parts:
            if not part.running():
                part.start()
                self._states[part.name].since = self._clock()

    def watch(self, told: Callable[[], bool]) -> None:
        """Until an exception (a signal) ends it, or it was `told`: an exception may be lost in a finaliser."""
        while not told():
            self.tick()
            time.sleep(TICK)

    def tick(self) -> None:
        """One round: note deaths, start what is due, keep logs short."""
        now = self._clock()
        for part in self._parts:
            state = self._states[part.name]
            if part.running():
                if now - state.since > STEADY_SECONDS:
                    state.failures = 0
            elif state.due is None:
                delay = min(FIRST_DELAY * 2.0**state.failures, LONGEST_DELAY)
                state.failures += 1
                state.due = now + delay
                self._say(f"{part.name} has ended; starting it again in {delay:g} s (log: {part.log})")
            elif now >= state.due:
                self._restart(part, state)
        if now - self._kept_up > UPKEEP_SECONDS:
            self._kept_up = now
            self._trim()
            self._upkeep()

    def stop(self) -> None:
        """Last started, first stopped."""
        for part in reversed(self._parts):
            part.stop()

    def _restart(self, part: Part, state: "_State") -> None:
        state.due = None
        try:
            part.start()
        except EmbeddedError as error:
            self._say(str(error))
        else:
            state.since = self._clock()
            self._say(f"{part.name} is running again")

    def _trim(self) -> None:
        """Logs are appended to, so one that is too long is copied aside and cut to nothing."""
        for part in self._parts:
            if part.log.exists() and part.log.stat().st_size > LOG_BYTES:
                shutil.copyfile(part.log, part.log.with_suffix(".1.log"))
                with part.log.open("r+b") as file:
                    file.truncate(0)


class _State:
    """What is remembered of one part."""

    def __init__(self) -> None:
        self.failures = 0
        self.since = 0.0
        self.due: float | None = None
