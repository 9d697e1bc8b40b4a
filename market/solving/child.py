"""The solver process: `python -m market.solving.child PARENT MEMORY KINDS`.

It reads one question after the other on standard input and answers each on standard output. Bounds first: it dies
with the process that started it, its memory has an end, it yields the processor to those who serve, and nothing that
a library prints can reach the pipe.
"""

import ctypes
import gc
import importlib
import os
import resource
import signal
import sys
import traceback
from collections.abc import Callable
from typing import BinaryIO, Final

import msgspec

from market.solving.failures import CRASHED, MEMORY, Refused
from market.solving.frames import HEAD, Asked, Done, Failed, Progress, Told, length, packed

PR_SET_PDEATHSIG: Final = 1
NICE: Final = 10

Solve = Callable[[bytes, Callable[[float], None]], bytes]


def bound(parent: int, memory: int) -> None:
    """Tie this process to its parent and end its memory at `memory` bytes of addresses."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0)
    if os.getppid() != parent:
        sys.exit("the process that asks is gone")
    # Ctrl-C is for the parent, which ends us
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.nice(NICE)


def named(kinds: str) -> dict[str, Solve]:
    """The functions of the registry in module `kinds`, imported."""
    found: dict[str, Solve] = {}
    for kind, place in importlib.import_module(kinds).KINDS.items():
        module, _, function = place.partition(":")
        found[kind] = getattr(importlib.import_module(module), function)
    return found


def serve(kinds: dict[str, Solve], asked: BinaryIO, told: BinaryIO) -> None:
    """Until the pipe is closed. After running out of memory the process ends: what is left of it is in pieces."""

    def tell(frame: Told) -> None:
        told.write(packed(frame))
        told.flush()

    while head := asked.read(HEAD):
        question = msgspec.msgpack.decode(asked.read(length(head)), type=Asked)
        try:
            answer: Told = Done(kinds[question.kind](question.payload, lambda share: tell(Progress(share))))
        except Refused as refused:
            answer = Failed(refused.code, refused.params, refused.faults, refused.shape)
        except MemoryError:
            # nothing is kept alive by the traceback while we say so
            answer = Failed(MEMORY)
        except Exception:  # noqa: BLE001 - whatever it is, the one who asked is told, and the log gets the trace
            answer = Failed(CRASHED, trace=traceback.format_exc())
        tell(answer)
        if isinstance(answer, Failed) and answer.code == MEMORY:
            return
        del question, answer
        gc.collect()


def main() -> None:
    """Standard output becomes the pipe's alone before anything else is imported."""
    parent, memory, kinds = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    told = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    bound(parent, memory)
    serve(named(kinds), sys.stdin.buffer, told)


if __name__ == "__main__":
    main()
