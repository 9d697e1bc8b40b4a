"""CPU seconds from /proc: of processes and their families, and of the machine."""

import os
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
NANOSECONDS = 1e9
# user nice system (idle iowait) irq softirq steal
BUSY = (0, 1, 2, 5, 6, 7)


def stat(pid: int) -> list[str]:
    """The fields of /proc/PID/stat from the third on: [0] is the state, [1] the parent."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()


def process_seconds(pid: int) -> float:
    """User and system time of one process, all threads that live; the ticks of `stat` hide short work of many."""
    tasks = Path(f"/proc/{pid}/task").glob("*/schedstat")
    return sum(int(task.read_text().split()[0]) for task in tasks) / NANOSECONDS


def family_seconds(pid: int) -> float:
    """As above with its living children and those that it has waited for: a postmaster and its backends."""
    waited_for = stat(pid)[13:15]
    total = process_seconds(pid) + sum(int(field) for field in waited_for) / TICKS
    for child in children(pid):
        try:
            total += process_seconds(child)
        except (FileNotFoundError, ProcessLookupError):
            continue
    return total


def children(pid: int) -> list[int]:
    """Living direct children."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if int(stat(int(entry.name))[1]) == pid:
                found.append(int(entry.name))
        except (FileNotFoundError, ProcessLookupError):
            continue
    return found


def machine_seconds() -> float:
    """All cores, everything that is not idle; time stolen by a hypervisor counts as busy."""
    fields = Path("/proc/stat").read_text().splitlines()[0].split()[1:]
    return sum(int(fields[i]) for i in BUSY) / TICKS
