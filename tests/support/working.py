"""A real worker process for tests that kill it: run as a module, it works with leases of so many seconds."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from market.settings import Settings

ROOT = Path(__file__).parents[2]


class WorkerProcess:
    """Started, killed and started again by a test."""

    def __init__(self, settings: Settings, log: Path, lease_seconds: float) -> None:
        self._settings = settings
        self._log = log
        self._lease = lease_seconds
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """One more life."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.support.working", str(self._lease)],
                cwd=ROOT,
                env={**os.environ, **self._settings.environment()},
                stderr=log,
            )

    @property
    def pid(self) -> int:
        """Its process id."""
        assert self._process is not None
        return self._process.pid

    def kill(self) -> None:
        """SIGKILL: nothing is tidied up."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def alive(self) -> bool:
        """Whether it still runs."""
        return self._process is not None and self._process.poll() is None

    def stop(self) -> int:
        """SIGTERM, and the exit status."""
        assert self._process is not None
        self._process.terminate()
        return self._process.wait(10)

    def said(self) -> str:
        """All that its lives have logged."""
        return self._log.read_text() if self._log.exists() else ""


@contextmanager
def worker(settings: Settings, log: Path, *, lease_seconds: float = 2.0) -> Iterator[WorkerProcess]:
    """A started worker that does not outlive the block."""
    process = WorkerProcess(settings, log, lease_seconds)
    process.start()
    try:
        yield process
    finally:
        process.kill()


if __name__ == "__main__":
    from market.logs import configure
    from workers.main import run, until_told

    configure()
    told = Settings.from_environment(os.environ)
    asyncio.run(until_told(lambda: run(told, lease_seconds=float(sys.argv[1]))))
