"""One run of one case against one server, and what it cost whom."""

import subprocess
import sys
import time

import msgspec

from tests.benchmarks.counters import family_seconds, machine_seconds, process_seconds
from tests.benchmarks.load import Measured, Plan
from tests.benchmarks.servers import ROOT
from tests.benchmarks.sides import Side


class Sample(msgspec.Struct, frozen=True, kw_only=True):
    """Requests a second, milliseconds, CPU microseconds for each request, and cores that others took meanwhile."""

    rate: float
    p50: float
    p99: float
    server_us: float
    postgres_us: float
    client_us: float
    foreign_cores: float
    bytes_each: int
    requests: int

    @property
    def cpu_us(self) -> float:
        """What the gate judges: server and PostgreSQL."""
        return self.server_us + self.postgres_us


class Meter:
    """CPU seconds of (server, PostgreSQL, the machine) at one moment."""

    def __init__(self, side: Side) -> None:
        self.server = process_seconds(side.server.pid)
        self.postgres = family_seconds(side.postmaster)
        self.machine = machine_seconds()
        self.own = time.process_time()
        self.clock = time.perf_counter()


def sample(side: Side, plan: Plan) -> Sample:
    """Start a load generator, let it warm up, measure while it runs. Raises RuntimeError on a wrong answer."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.benchmarks.load"], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdin is not None
    assert process.stdout is not None
    with process:
        process.stdin.write(msgspec.json.encode(plan) + b"\n")
        process.stdin.flush()
        if process.stdout.readline() != b"ready\n":
            raise RuntimeError(f"{side.server.name}: the load generator did not get ready")
        before = Meter(side)
        process.stdin.write(b"go\n")
        process.stdin.flush()
        line = process.stdout.readline()
        after = Meter(side)
    measured = msgspec.json.decode(line, type=Measured)
    if measured.unexpected:
        raise RuntimeError(f"{side.server.name}: {measured.unexpected} wrong answers, such as\n{measured.complaint}")
    return summed(measured, before, after)


def summed(measured: Measured, before: Meter, after: Meter) -> Sample:
    """Differences, each divided by the requests; foreign is what the machine did and we did not."""
    server, postgres = after.server - before.server, after.postgres - before.postgres
    harness = after.own - before.own
    ours = server + postgres + harness + measured.client_cpu_seconds
    each = 1e6 / measured.requests
    return Sample(
        rate=measured.rate,
        p50=measured.p50,
        p99=measured.p99,
        server_us=server * each,
        postgres_us=postgres * each,
        client_us=measured.client_cpu_seconds * each,
        foreign_cores=max(0.0, after.machine - before.machine - ours) / (after.clock - before.clock),
        bytes_each=measured.bytes_each,
        requests=measured.requests,
    )
