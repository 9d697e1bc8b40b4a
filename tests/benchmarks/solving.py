"""Two ways of solving the same problem, timed in turns in one run; what is judged is their ratio.

CPU of the process and of the children that it waited for: on a machine with neighbours it says more than the clock.
"""

import resource
import time
from collections.abc import Callable, Sequence
from statistics import median
from typing import Generic, TypeVar

import msgspec
from rich.console import Console
from rich.table import Table

T = TypeVar("T")


class Run(msgspec.Struct, Generic[T], frozen=True):
    """One run: what came out, seconds by the clock, and CPU seconds."""

    value: T
    wall: float
    cpu: float


class Duel(msgspec.Struct, frozen=True, kw_only=True):
    """Medians of both sides; `aim` is how many times less CPU ours should take (None: told, not judged)."""

    title: str
    ours: Run[float]
    theirs: Run[float]
    aim: float | None

    @property
    def ratio(self) -> float:
        """CPU of theirs over CPU of ours."""
        return self.theirs.cpu / self.ours.cpu

    @property
    def met(self) -> bool:
        """Whether the aim is reached."""
        return self.aim is None or self.ratio >= self.aim

    @property
    def apart(self) -> float:
        """Difference of the objectives as a share of theirs."""
        return abs(self.ours.value - self.theirs.value) / abs(self.theirs.value)


def run(work: Callable[[], T]) -> Run[T]:
    """Do it once."""
    wall, cpu = time.perf_counter(), _cpu()
    value = work()
    return Run(value, time.perf_counter() - wall, _cpu() - cpu)


def duel(title: str, ours: Callable[[], float], theirs: Callable[[], float], *, aim: float | None, rounds: int) -> Duel:
    """In turns, so that a busy moment meets both; each is warm after a first run that does not count."""
    run(ours)
    both = [(run(ours), run(theirs)) for _ in range(rounds)]
    return Duel(title=title, ours=_median([a for a, _ in both]), theirs=_median([b for _, b in both]), aim=aim)


def show(duels: Sequence[Duel], console: Console) -> bool:
    """The table; True where every aim is met."""
    table = Table("problem", title="CPU milliseconds (medians), ours against theirs")
    for name in ("ours", "theirs", "ratio", "aim", "wall ratio", "optima apart"):
        table.add_column(name, justify="right")
    for one in duels:
        style = "green" if one.met else "bold red"
        table.add_row(
            one.title,
            f"{one.ours.cpu * 1000:.1f}",
            f"{one.theirs.cpu * 1000:.1f}",
            f"[{style}]{one.ratio:.1f}[/]",
            "" if one.aim is None else f"{one.aim:g}",
            f"{one.theirs.wall / one.ours.wall:.1f}",
            f"{one.apart:.1e}",
        )
    console.print(table)
    return all(one.met for one in duels)


def _median(runs: Sequence[Run[float]]) -> Run[float]:
    return Run(runs[-1].value, median(one.wall for one in runs), median(one.cpu for one in runs))


def _cpu() -> float:
    own, waited = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + waited.ru_utime + waited.ru_stime
