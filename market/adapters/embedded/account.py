"""The system account that the servers run as: the caller's own, or an unprivileged one for root."""

import os
import pwd
from pathlib import Path
from typing import NamedTuple

# PostgreSQL refuses root. An account of our own comes first, where the administrator made one.
PREFERRED = ("capillary", "nobody")
NUMERIC_NOBODY = 65534


class Account(NamedTuple):
    """Numeric user and group; PostgreSQL wants the user, not the group, to have an entry in the password file."""

    uid: int
    gid: int

    @property
    def is_mine(self) -> bool:
        """True where no change of user is needed."""
        return self.uid == os.geteuid()


def server_account(folder: Path) -> Account:
    """Who runs the servers of `folder`: the owner of what is there, so that a restart can read its files."""
    mine = Account(os.geteuid(), os.getegid())
    if mine.uid != 0:
        return mine
    if folder.exists() and (owner := folder.stat()).st_uid != 0:
        return Account(owner.st_uid, owner.st_gid)
    for name in PREFERRED:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(entry.pw_uid, entry.pw_gid)
    return Account(NUMERIC_NOBODY, NUMERIC_NOBODY)
