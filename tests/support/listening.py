"""A real API process on a port of its own, for tests that speak to it over the network, or kill it."""

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
READY_SECONDS = 30.0


class ApiProcess:
    """`capillary serve`, started, killed and started again on the same port."""

    def __init__(self, given: Settings) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self._settings = msgspec.structs.replace(given, port=probe.getsockname()[1])
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        """`http://127.0.0.1:PORT`."""
        return f"http://127.0.0.1:{self._settings.port}"

    def start(self) -> None:
        """Returns when it is ready."""
        self._process = subprocess.Popen(
            [sys.executable, "-m", "market.cli", "serve"],
            cwd=ROOT,
            env={"PATH": os.environ["PATH"], **self._settings.environment()},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        deadline = time.monotonic() + READY_SECONDS
        while True:
            try:
                httpx.get(f"{self.address}/health/ready").raise_for_status()
            except httpx.HTTPError:
                assert time.monotonic() < deadline
                time.sleep(0.05)
            else:
                return

    def kill(self) -> None:
        """SIGKILL: nothing is tidied up."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def stop(self) -> None:
        """SIGTERM, and wait."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait()
            self._process = None


@contextmanager
def listening(given: Settings) -> Iterator[str]:
    """The address of an API that runs inside the block."""
    api = ApiProcess(given)
    api.start()
    try:
        yield api.address
    finally:
        api.stop()
