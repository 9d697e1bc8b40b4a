"""Gates and aims, and how a measurement is judged: by the CPU alone where others were using the machine."""

from collections.abc import Sequence
from enum import StrEnum
from statistics import median

import msgspec

from tests.benchmarks.bulk import Loaded
from tests.benchmarks.sampling import Sample

# CPU of ours over CPU of the twin: must be at most the gate
CPU_GATE = 0.40
CPU_AIM = 0.30
P99_AIM = 1 / 3
BUSY_CORES = 0.5


class Result(StrEnum):
    """AIM: the aim is met too. NOISY: the rate is not judged."""

    AIM = "AIM"
    PASS = "PASS"
    BELOW = "BELOW"
    NOISY = "NOISY"


class Target(msgspec.Struct, frozen=True, kw_only=True):
    """Times the twin's rate."""

    title: str
    gate: float
    aim: float


CASES = {
    "get": Target(title="GET one lot", gate=2.5, aim=3.5),
    "list": Target(title="GET list of 50", gate=3.0, aim=4.0),
    "create": Target(title="POST create", gate=2.5, aim=4.0),
}
BULK = Target(title="bulk load", gate=10.0, aim=15.0)


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One case, both sides, all rounds; ratios are medians over the rounds."""

    title: str
    ours: tuple[Sample, ...]
    twin: tuple[Sample, ...]
    rate_ratio: float
    cpu_ratio: float
    p99_ratio: float
    foreign_cores: float
    gate: float
    aim: float
    rate_result: Result
    cpu_result: Result

    @property
    def passed(self) -> bool:
        """Whether no gate was missed."""
        return Result.BELOW not in (self.rate_result, self.cpu_result)


class BulkRow(msgspec.Struct, frozen=True, kw_only=True):
    """The load step; seconds are medians. Where others used the machine, the CPU seconds are judged."""

    title: str
    rows: int
    ours: tuple[Loaded, ...]
    twin: tuple[Loaded, ...]
    ratio: float
    cpu_ratio: float
    foreign_cores: float
    gate: float
    aim: float
    result: Result

    @property
    def passed(self) -> bool:
        """Whether the gate was met."""
        return self.result is not Result.BELOW


def judged(case: str, ours: Sequence[Sample], twin: Sequence[Sample]) -> Row:
    """The rounds of one case; the n-th of ours ran beside the n-th of the twin's."""
    target = CASES[case]
    pairs = list(zip(ours, twin, strict=True))
    rate = median(a.rate / b.rate for a, b in pairs)
    cpu = median(a.cpu_us / b.cpu_us for a, b in pairs)
    foreign = median(max(a.foreign_cores, b.foreign_cores) for a, b in pairs)
    noisy = foreign > BUSY_CORES
    return Row(
        title=target.title,
        ours=tuple(ours),
        twin=tuple(twin),
        rate_ratio=rate,
        cpu_ratio=cpu,
        p99_ratio=median(a.p99 / b.p99 for a, b in pairs),
        foreign_cores=foreign,
        gate=target.gate,
        aim=target.aim,
        rate_result=Result.NOISY if noisy else at_least(rate, target.gate, target.aim),
        cpu_result=at_least(1 / cpu, 1 / CPU_GATE, 1 / CPU_AIM),
    )


def judged_bulk(rows: int, ours: Sequence[Loaded], twin: Sequence[Loaded], foreign: float) -> BulkRow:
    """How many times faster, in seconds and in CPU seconds."""
    ratio = median(one.seconds for one in twin) / median(one.seconds for one in ours)
    cpu = median(one.cpu for one in twin) / median(one.cpu for one in ours)
    return BulkRow(
        title=f"{BULK.title} of {rows:,} rows",
        rows=rows,
        ours=tuple(ours),
        twin=tuple(twin),
        ratio=ratio,
        cpu_ratio=cpu,
        foreign_cores=foreign,
        gate=BULK.gate,
        aim=BULK.aim,
        result=at_least(cpu if foreign > BUSY_CORES else ratio, BULK.gate, BULK.aim),
    )


def at_least(value: float, gate: float, aim: float) -> Result:
    """Where `value` stands."""
    return Result.AIM if value >= aim else Result.PASS if value >= gate else Result.BELOW
