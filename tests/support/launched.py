"""Real launcher processes for tests that kill: run as a script, it starts the embedded servers and waits."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from market.adapters.embedded.folder import DataFolder
from market.adapters.embedded.postgres import EmbeddedPostgres
from market.adapters.embedded.valkey import EmbeddedValkey

ROOT = Path(__file__).parents[2]
WAIT_SECONDS = 15.0


@contextmanager
def launched(data: Path) -> Iterator[tuple[subprocess.Popen[bytes], dict[str, int]]]:
    """A launcher process that runs both servers in `data`, and the process ids of all three."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.support.launched", data],
        cwd=ROOT,
        stdout=subprocess.PIPE,
    )
    assert process.stdout is not None
    try:
        told = json.loads(process.stdout.readline())
        yield process, {"launcher": process.pid, **told}
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def alive(pid: int) -> bool:
    """Whether the process runs; a zombie does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def family(pid: int) -> set[int]:
    """The process and all that descend from it now."""
    parents: dict[int, list[int]] = {}
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(entry.read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
        parents.setdefault(parent, []).append(int(entry.parent.name))
    found, todo = set(), [pid]
    while todo:
        current = todo.pop()
        found.add(current)
        todo += parents.get(current, [])
    return found


def kill_all(pids: set[int]) -> None:
    """SIGKILL to each; one that has ended meanwhile is as dead as wished."""
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def until(condition: Callable[[], bool], seconds: float = WAIT_SECONDS) -> bool:
    """Whether the condition came true in time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.05)
    return condition()


def _main(data: Path) -> None:
    folder = DataFolder(data)
    postgres, valkey = EmbeddedPostgres(folder), EmbeddedValkey(folder)
    postgres.start()
    valkey.start()
    sys.stdout.write(json.dumps({"postgres": postgres.pid, "valkey": valkey.pid}) + "\n")
    sys.stdout.flush()
    signal.sigwait({signal.SIGTERM})
    valkey.stop()
    postgres.stop()


if __name__ == "__main__":
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
    _main(Path(sys.argv[1]))
