"""Run as a script between the launcher and a server: `launch.py PARENT ORPHAN UID GID PROGRAM ARG...`.

It gives up root, asks the kernel for signal ORPHAN when the launcher dies, and becomes the program. Doing this in a
program of its own, not in `preexec_fn`, is safe in a launcher that has threads. The order matters: a change
of user forgets the death signal. Standard library only: it runs with `python -I -S`.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def main(parent: int, orphan: int, uid: int, gid: int, command: list[str]) -> None:
    """Never returns: becomes `command`, or exits when the launcher is already gone."""
    if uid != os.geteuid():
        os.setgroups([gid])
        os.setgid(gid)
        os.setuid(uid)
    os.umask(0o077)
    # a shell's background job or nohup must not make the server deaf to the signals that stop it
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGQUIT, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, orphan, 0, 0, 0)
    if os.getppid() != parent:
        sys.exit("the launcher is gone")
    os.execv(command[0], command)  # noqa: S606 - the path and the arguments are ours


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]), sys.argv[5:])
