"""The load generator, a process of its own: keep-alive connections over raw sockets and one epoll loop.

It says `ready` when its warm-up is over, waits for a line, runs, and prints one JSON line. It parses no more
HTTP than the status and the length, so that a request costs it some 20 microseconds.
"""

import select
import socket
import sys
import time
from array import array
from collections.abc import Iterator
from itertools import cycle

import msgspec

CHUNK = 1 << 18
# replaced in each request by a number that never comes twice: fresh idempotency keys
STAMP = b"################"
STALLED_SECONDS = 10.0


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What to send: whole HTTP/1.1 requests, in turn, over `connections` sockets for `seconds`."""

    port: int
    requests: tuple[bytes, ...]
    expect: int
    seconds: float
    warm_up_seconds: float = 0.5
    connections: int = 16
    first_stamp: int = 0


class Measured(msgspec.Struct, frozen=True, kw_only=True):
    """What came back. Latencies are milliseconds; `unexpected` counts other statuses than the plan's."""

    requests: int
    unexpected: int
    seconds: float
    p50: float
    p99: float
    worst: float
    bytes_each: int
    client_cpu_seconds: float
    complaint: str = ""

    @property
    def rate(self) -> float:
        """Requests a second."""
        return self.requests / self.seconds


class Connection:
    """One socket with at most one request under way."""

    __slots__ = ("buffer", "sent", "socket", "wanted")

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=STALLED_SECONDS)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.buffer = b""
        self.wanted = 0
        self.sent = 0.0

    def send(self, request: bytes) -> None:
        self.sent = time.perf_counter()
        self.socket.sendall(request)

    def receive(self) -> bytes | None:
        """A whole answer, or None while there is more to come."""
        data = self.socket.recv(CHUNK)
        if not data:
            raise ConnectionError("the server closed a connection")
        self.buffer = data = self.buffer + data if self.buffer else data
        if not self.wanted:
            end = data.find(b"\r\n\r\n")
            if end < 0:
                return None
            head = data[:end].lower()
            at = head.index(b"content-length:") + 15
            line = head.find(b"\r\n", at)
            self.wanted = end + 4 + int(head[at : line if line > 0 else None])
        if len(data) < self.wanted:
            return None
        self.buffer, self.wanted = b"", 0
        return data


class Run:
    """Drives the connections of one plan; counts between `start` and the end of `until`."""

    def __init__(self, plan: Plan) -> None:
        self.expect = f" {plan.expect} ".encode()
        self.requests = stamped(plan)
        self.open = {c.socket.fileno(): c for c in (Connection(plan.port) for _ in range(plan.connections))}
        self.poll = select.epoll()
        for number in self.open:
            self.poll.register(number, select.EPOLLIN)
        self.reset()

    def reset(self) -> None:
        """Forget what was counted."""
        self.latencies = array("d")
        self.unexpected = 0
        self.received = 0
        self.complaint = ""

    def until(self, deadline: float) -> None:
        """Keep every connection busy until the deadline, then wait for the answers under way."""
        waiting = len(self.open)
        for connection in self.open.values():
            connection.send(next(self.requests))
        while waiting:
            events = self.poll.poll(STALLED_SECONDS)
            if not events:
                raise TimeoutError("the server stalled")
            for number, _ in events:
                connection = self.open[number]
                answer = connection.receive()
                if answer is None:
                    continue
                now = time.perf_counter()
                self.count(answer, now - connection.sent)
                if now < deadline:
                    connection.send(next(self.requests))
                else:
                    waiting -= 1

    def count(self, answer: bytes, seconds: float) -> None:
        """Note one answer."""
        self.latencies.append(seconds)
        self.received += len(answer)
        if answer[8:13] != self.expect:
            self.unexpected += 1
            self.complaint = self.complaint or answer[:600].decode(errors="replace")


def stamped(plan: Plan) -> Iterator[bytes]:
    """The requests over and over, each stamp replaced by the next number."""
    if not any(STAMP in request for request in plan.requests):
        yield from cycle(plan.requests)
    for number, request in enumerate(cycle(plan.requests), plan.first_stamp):
        yield request.replace(STAMP, b"%016d" % number)


def measure(plan: Plan) -> Measured:
    """Warm up, wait to be told, run."""
    run = Run(plan)
    run.until(time.perf_counter() + plan.warm_up_seconds)
    run.reset()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    cpu, started = time.process_time(), time.perf_counter()
    run.until(started + plan.seconds)
    seconds, cpu = time.perf_counter() - started, time.process_time() - cpu
    ordered = sorted(run.latencies)
    return Measured(
        requests=len(ordered),
        unexpected=run.unexpected,
        seconds=seconds,
        p50=1000 * ordered[len(ordered) // 2],
        p99=1000 * ordered[len(ordered) * 99 // 100],
        worst=1000 * ordered[-1],
        bytes_each=run.received // len(ordered),
        client_cpu_seconds=cpu,
        complaint=run.complaint,
    )


if __name__ == "__main__":
    plan = msgspec.json.decode(sys.stdin.readline(), type=Plan)
    sys.stdout.write(msgspec.json.encode(measure(plan)).decode() + "\n")
