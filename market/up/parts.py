"""What `up` keeps running: embedded servers, and programs of our own."""

import os
import signal
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

from market.adapters.embedded.account import Account
from market.adapters.embedded.errors import StartError
from market.adapters.embedded.process import ServerProcess

# seconds for what a program has begun: requests get five of them
GRACE = 7.0


class Part(Protocol):
    """Something that runs until it is stopped, or dies."""

    log: Path

    @property
    def name(self) -> str:
        """For people."""

    def start(self) -> None:
        """Raises `EmbeddedError` where it cannot run."""

    def stop(self) -> None:
        """Returns when it has ended."""

    def running(self) -> bool:
        """Whether it is alive now."""


class Program:
    """`capillary COMMAND` as a child, told everything by its environment."""

    def __init__(
        self, name: str, command: str, *, environment: Mapping[str, str], log: Path, keep: Sequence[int] = ()
    ) -> None:
        """`keep` are descriptors that it inherits."""
        self.name = name
        self.log = log
        self._command = command
        self._environment = {**os.environ, **environment}
        self._keep = tuple(keep)
        self._process: ServerProcess | None = None
        self._until: float | None = None

    def start(self) -> None:
        """Returns at once; -P keeps the current folder out of the module search."""
        try:
            self._process = ServerProcess(
                [sys.executable, "-P", "-m", "market.cli", self._command],
                account=Account(os.geteuid(), os.getegid()),
                cwd=Path.cwd(),
                log=self.log,
                on_orphan=signal.SIGTERM,
                environment=self._environment,
                keep=self._keep,
            )
        except OSError as error:
            raise StartError(self.name, str(error), self.log) from error

    def dismiss(self) -> None:
        """SIGTERM; returns at once, so that several may end at the same time."""
        if self._process is not None and self._until is None:
            self._process.tell(signal.SIGTERM)
            self._until = time.monotonic() + GRACE

    def stop(self) -> None:
        """SIGTERM, unless it was dismissed, and SIGKILL seven seconds after."""
        self.dismiss()
        if self._process is not None and self._until is not None:
            self._process.end(max(self._until - time.monotonic(), 0.0))
        self._process = self._until = None

    def running(self) -> bool:
        """Whether the process is alive."""
        return self._process is not None and self._process.exit_status() is None

    def last_words(self) -> str:
        """The last line of its log."""
        lines = self.log.read_text(errors="replace").strip().splitlines() if self.log.exists() else []
        return lines[-1] if lines else "without a word"
