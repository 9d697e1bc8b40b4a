"""A real API process for tests that kill it."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import msgspec

from market.settings import Settings

ROOT = Path(__file__).parents[2]
START_SECONDS = 30.0


class ServerProcess:
    """`capillary serve` on a port of its own; started, killed and started again by a test."""

    def __init__(self, settings: Settings) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        self.address = f"http://127.0.0.1:{self.port}"
        self._settings = msgspec.structs.replace(settings, port=self.port)
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """One more life; returns when it answers."""
        environment = {"PATH": os.environ["PATH"], **self._settings.environment()}
        command = [sys.executable, "-m", "market.cli", "serve"]
        self._process = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                httpx.get(f"{self.address}/health/live").raise_for_status()
            except httpx.HTTPError:
                assert time.monotonic() < deadline
                time.sleep(0.1)
            else:
                return

    def most_kilobytes(self) -> int:
        """The most memory that it has used so far."""
        assert self._process is not None
        status = Path(f"/proc/{self._process.pid}/status").read_text()
        return int(status.partition("VmHWM:")[2].split()[0])

    def stop(self) -> float:
        """SIGTERM, as a supervisor sends it; how many seconds it took to end."""
        assert self._process is not None
        began = time.monotonic()
        self._process.terminate()
        self._process.wait(START_SECONDS)
        self._process = None
        return time.monotonic() - began

    def kill(self) -> None:
        """SIGKILL: nothing is tidied up."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None


@contextmanager
def served(settings: Settings) -> Iterator[ServerProcess]:
    """Started, and not outliving the block."""
    process = ServerProcess(settings)
    try:
        process.start()
        yield process
    finally:
        process.kill()
