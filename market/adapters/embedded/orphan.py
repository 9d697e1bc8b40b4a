"""What an earlier PostgreSQL left behind: a live postmaster without its launcher, or stale lock files."""

import os
import signal
import subprocess
import time
from pathlib import Path

POLL = 0.05


def is_ready(cluster: Path, pid: int | None = None) -> bool:
    """True when the postmaster (`pid`, if given) says in its lock file that it accepts connections (line 8)."""
    lines = _lock_file(cluster)
    return len(lines) >= 8 and (pid is None or lines[0] == str(pid)) and lines[7].strip() == "ready"


def end_orphan(cluster: Path, deadline: float) -> None:
    """Shut down a postmaster that outlived its launcher, then remove its lock files.

    The caller holds the data folder, so no launcher of ours owns that postmaster. PostgreSQL removes stale
    files itself, unless their process id lives again as another program of the same user: then it refuses.
    """
    lines = _lock_file(cluster)
    pid = int(lines[0]) if lines and lines[0].isdigit() else 0
    step = signal.SIGINT
    patience = time.monotonic() + 20
    while pid > 0 and _is_postmaster_of(pid, cluster):
        if time.monotonic() > patience:
            step = signal.SIGQUIT
        if time.monotonic() > deadline:
            step = signal.SIGKILL
        try:
            os.kill(pid, step)
        except ProcessLookupError:
            break
        time.sleep(POLL)
    (cluster / "postmaster.pid").unlink(missing_ok=True)
    for leftover in (cluster / "run").glob(".s.PGSQL.*"):
        leftover.unlink(missing_ok=True)


def _lock_file(cluster: Path) -> list[str]:
    try:
        return (cluster / "postmaster.pid").read_text(errors="replace").splitlines()
    except FileNotFoundError:
        return []


def _is_postmaster_of(pid: int, cluster: Path) -> bool:
    """Whether `pid` is a live PostgreSQL that works in `cluster`, not a stranger with a recycled number."""
    process = Path("/proc") / str(pid)
    if Path("/proc/self").exists():
        try:
            status = (process / "stat").read_text().rpartition(")")[2].split()[0]
            return status != "Z" and (process / "cwd").samefile(cluster)
        except OSError:
            return False
    told = subprocess.run(  # noqa: S603 - macOS has no /proc
        ["/bin/ps", "-p", str(pid), "-o", "command="], capture_output=True, text=True, check=False
    )
    return str(cluster) in told.stdout
