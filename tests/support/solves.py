"""Kinds of solve that tests need: ones that answer, count, refuse, crash, sleep, spin and swallow memory."""

import os
import sys
import time
from collections.abc import Callable

from market.solving.failures import Refused
from matching.fault import Fault

Tell = Callable[[float], None]
KINDS = {
    name: f"tests.support.solves:{name}"
    for name in ("echo", "stages", "refuse", "fail", "die", "sleep", "spin", "swallow", "chatter", "secrets", "pid")
}


def echo(payload: bytes, tell: Tell) -> bytes:
    return payload


def stages(payload: bytes, tell: Tell) -> bytes:
    for share in (0.25, 0.5, 0.75):
        tell(share)
    return payload


def refuse(payload: bytes, tell: Tell) -> bytes:
    raise Refused("too_odd", {"by": 3}, (Fault("/lots/0", "odd", {"n": 1}),))


def fail(payload: bytes, tell: Tell) -> bytes:
    return bytes([1 // int(payload)])


def die(payload: bytes, tell: Tell) -> bytes:
    os.abort()


def sleep(payload: bytes, tell: Tell) -> bytes:
    tell(0.1)
    time.sleep(float(payload))
    return b"slept"


def spin(payload: bytes, tell: Tell) -> bytes:
    """Holds the interpreter for so many seconds, as a solver in pure Python would."""
    end = time.monotonic() + float(payload)
    while time.monotonic() < end:
        sum(range(1_000))
    return b"spun"


def swallow(payload: bytes, tell: Tell) -> bytes:
    kept = []
    while True:
        kept.append(bytearray(64 * 1024**2))


def chatter(payload: bytes, tell: Tell) -> bytes:
    sys.stdout.write("a library's banner\n")
    sys.stdout.flush()
    return payload


def secrets(payload: bytes, tell: Tell) -> bytes:
    return "\n".join(sorted(os.environ)).encode()


def pid(payload: bytes, tell: Tell) -> bytes:
    return str(os.getpid()).encode()
