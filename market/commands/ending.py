"""How a command ends: what its streams can take, and a failure as one line and an exit status."""

import errno
import io
import os
import sys
from pathlib import Path
from typing import NamedTuple

from market.commands.errors import CommandError

# Errors whose text is all that the person needs; by name, because importing them would be slow.
EXPLAINED = {
    "market.settings.SettingsError",
    "market.adapters.embedded.errors.EmbeddedError",
    "market.adapters.db.StartupRefusedError",
}
# What a write says where the disk, or the quota on it, has no room left.
FULL = (errno.ENOSPC, errno.EDQUOT)


class Ending(NamedTuple):
    """The exit status, and the line on standard error."""

    status: int
    told: str


def ended(error: Exception) -> Ending | None:
    """For a failure that its text explains; None for one that needs a stack trace."""
    if isinstance(error, CommandError):
        return Ending(error.status, str(error))
    if isinstance(error, OSError) and (error.filename or error.errno in FULL):
        return Ending(1, f"{error.filename or 'standard output'}: {error.strerror}")
    names = {f"{kind.__module__}.{kind.__qualname__}" for kind in type(error).__mro__}
    return Ending(1, str(error)) if names & EXPLAINED else None


def open_output() -> None:
    """A stream that was closed swallows what is said; one that lacks a character says its escape."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115 - until the program ends
        elif isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def close_output() -> None:
    """What could not be written is not tried again at the end of the program."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
