"""One server program as our direct child: it dies with us, and we see when it dies."""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from market.adapters.embedded.account import Account

LAUNCH = Path(__file__).with_name("launch.py")
# A log past this size is set aside at the next start; one older log is kept.
LOG_BYTES = 10_000_000


class ServerProcess:
    """A child in a session of its own, so that Ctrl-C reaches the launcher only.

    Start it from a thread that lives as long as the server: to the kernel, the thread is the parent.
    """

    def __init__(
        self,
        command: Sequence[str | Path],
        *,
        account: Account,
        cwd: Path,
        log: Path,
        on_orphan: signal.Signals,
        stdin: bytes | None = None,
        environment: Mapping[str, str] | None = None,
        keep: Sequence[int] = (),
    ) -> None:
        """`cwd` is entered before root is given up, so its parents may be closed to `account`.

        `keep` are descriptors that the child inherits.
        """
        if log.exists() and log.stat().st_size > LOG_BYTES:
            log.replace(log.with_suffix(".1.log"))
        descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            self._child = subprocess.Popen(  # noqa: S603 - the command is ours
                launched(command, account, on_orphan),
                cwd=cwd,
                env=clean_environment() if environment is None else environment,
                pass_fds=keep,
                stdin=subprocess.DEVNULL if stdin is None else subprocess.PIPE,
                stdout=descriptor,
                stderr=descriptor,
                start_new_session=True,
            )
        finally:
            os.close(descriptor)
        if stdin is not None and self._child.stdin is not None:
            with self._child.stdin as pipe:
                pipe.write(stdin)

    @property
    def pid(self) -> int:
        """The server's own process id: the launch script becomes the server."""
        return self._child.pid

    def exit_status(self) -> int | None:
        """None while it runs."""
        return self._child.poll()

    def tell(self, number: signal.Signals) -> None:
        """Send a signal; returns at once."""
        if self._child.poll() is None:
            self._child.send_signal(number)

    def stop(self, steps: Sequence[tuple[signal.Signals, float]]) -> int:
        """Send each signal in turn and wait its seconds, then SIGKILL; returns the exit status."""
        for step, seconds in steps:
            self.tell(step)
            if self._ended(seconds):
                break
        return self.end(0.0)

    def end(self, patience: float) -> int:
        """Wait so many seconds for one that was told, then SIGKILL; returns the exit status."""
        if not self._ended(patience):
            self._child.kill()
        return self._child.wait()

    def _ended(self, seconds: float) -> bool:
        try:
            self._child.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        return True


def launched(command: Sequence[str | Path], account: Account, on_orphan: signal.Signals = signal.SIGTERM) -> list[str]:
    """`command`, run as `account` and tied to this process."""
    head = (sys.executable, "-I", "-S", LAUNCH, os.getpid(), int(on_orphan), *account)
    return [str(part) for part in (*head, *command)]


def clean_environment() -> dict[str, str]:
    """No PG* variable, locale or secret of ours reaches a server."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}
