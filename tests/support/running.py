"""`capillary up` as a real process."""

import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.support.launched import ROOT, alive, family, kill_all, until

START_SECONDS = 60.0
STOP_SECONDS = 20.0


class Up:
    """One `capillary up`: what it says, where it listens, which processes it has."""

    def __init__(self, data: Path, *arguments: str, environment: Mapping[str, str] | None = None) -> None:
        self.data = data
        descriptor, output = tempfile.mkstemp(prefix="up-", suffix=".output", dir=data.parent)
        self._output = Path(output)
        with os.fdopen(descriptor, "wb") as file:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "market.cli", "up", "--data", data, *arguments],
                cwd=ROOT,
                stdout=file,
                stderr=subprocess.STDOUT,
                env={"PATH": os.environ["PATH"], "COLUMNS": "200", **(environment or {})},
            )

    @property
    def said(self) -> str:
        """All that it printed so far."""
        return self._output.read_text()

    @property
    def address(self) -> str:
        """`http://127.0.0.1:PORT`, waiting until it is printed."""
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if found := re.search(r"API\s+(http://\S+)/v1", self.said):
                return found[1]
            if self.process.poll() is not None:
                break
            time.sleep(0.05)
        raise AssertionError(f"capillary up did not come up (status {self.process.poll()}):\n{self.said}")

    def family(self) -> set[int]:
        """Itself and all its processes."""
        return family(self.process.pid)

    def child(self, *words: str) -> int:
        """The process id of the direct child whose command line holds all the words."""
        for pid in self.family() - {self.process.pid}:
            try:
                stat = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
                command = Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace")
            except (FileNotFoundError, ProcessLookupError):
                continue  # it ended meanwhile
            if int(stat[1]) == self.process.pid and all(word in command for word in words):
                return pid
        raise AssertionError(f"no child {words}")

    def successor(self, victim: int, *words: str) -> bool:
        """Whether another child runs in the place of `victim`."""
        try:
            return self.child(*words) != victim
        except AssertionError:
            return False

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Ask it to stop and give its exit status."""
        self.process.send_signal(number)
        return self.process.wait(STOP_SECONDS)

    def kill_everything(self) -> None:
        """SIGKILL to every process at once, as a machine that falls over."""
        found = self.family()
        kill_all(found)
        self.process.wait()
        assert until(lambda: not any(alive(pid) for pid in found))


@contextmanager
def running(data: Path, *arguments: str, environment: Mapping[str, str] | None = None) -> Iterator[Up]:
    """Up until the end of the block, on a free port."""
    up = Up(data, "--port", "0", *arguments, environment=environment)
    try:
        yield up
    finally:
        if up.process.poll() is None:
            up.stop()
