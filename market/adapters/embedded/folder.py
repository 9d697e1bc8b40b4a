"""The data folder: who owns it now, its secrets, and a short way to its sockets.

    DIR/secrets.json      0600  passwords of the servers and the key of our digests
    DIR/up.lock           held by the one process that runs the servers
    DIR/postgres/         0700, of the servers' account: cluster/ with run/ (socket)
    DIR/valkey/           0700, of the servers' account: append-only file, socket
    DIR/documents/        0700, what was uploaded, where CAPILLARY_DOCUMENTS names no other folder
    DIR/*.log

The permissions of DIR itself and of its parents are never changed. The servers are started with their own
folder as working directory and name files relative to it, so they need no permission on DIR or its parents.
"""

import fcntl
import hashlib
import os
import re
import secrets
import stat
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

import msgspec

from market.adapters.embedded.account import Account, server_account
from market.adapters.embedded.errors import DataFolderBusyError, EmbeddedError, SocketPathError

# sun_path holds 108 bytes on Linux and 104 on macOS, with a closing NUL.
SOCKET_LIMIT = 107 if sys.platform == "linux" else 103
# A server that root has started calls its folder by this name: it needs no permission on the parents.
HERE = Path("/proc/self/cwd")
# What every client library takes in a URL as it is (asyncpg splits hosts at commas).
PLAIN_PATH = re.compile(r"[A-Za-z0-9/._-]+")


class Secrets(msgspec.Struct, frozen=True, kw_only=True):
    """Random, URL-safe, made at the first start and never again."""

    superuser: str
    owner: str
    app: str
    valkey: str
    server_secret: str


class DataFolder:
    """Paths and secrets of one data folder; `hold()` before starting anything in it."""

    def __init__(self, data: Path) -> None:
        """Nothing is made before `hold`, or before a secret is wanted."""
        self.path = Path(os.path.abspath(data))  # noqa: PTH100 - resolve() would follow a link that we should keep
        self._lock: int | None = None
        self._links: set[Path] = set()
        # set by hold(): whether the last holder ended without releasing
        self.crashed = False

    def hold(self) -> None:
        """Become the one owner of the folder, until `release` or the end of the process."""
        if self._lock is not None:
            return
        self._make()
        try:
            lock = os.open(self.path / "up.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise EmbeddedError(f"cannot write in the data folder {self.path}: {error.strerror}") from error
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(lock, 40, 0).decode(errors="replace").strip() or "starting"
            os.close(lock)
            raise DataFolderBusyError(self.path, holder) from None
        self.crashed = os.fstat(lock).st_size > 0
        os.ftruncate(lock, 0)
        os.pwrite(lock, f"process {os.getpid()}\n".encode(), 0)
        self._lock = lock

    def release(self) -> None:
        """Let another process start the servers."""
        if self._lock is not None:
            for private in self._links:
                with suppress(OSError):
                    (private / "s").unlink()
                    private.rmdir()
            os.ftruncate(self._lock, 0)
            os.close(self._lock)
            self._lock = None

    def _make(self) -> None:
        try:
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise EmbeddedError(f"cannot make the data folder {self.path}: {error.strerror}") from error

    @property
    def secrets(self) -> Secrets:
        """Read from the folder, made at the first call."""
        path = self.path / "secrets.json"
        try:
            return msgspec.json.decode(path.read_bytes(), type=Secrets)
        except FileNotFoundError:
            made = Secrets(**{name: secrets.token_urlsafe(32) for name in Secrets.__struct_fields__})
        except OSError as error:
            raise EmbeddedError(f"cannot read {path}: {error.strerror}") from error
        except msgspec.DecodeError as error:
            raise EmbeddedError(f"{path} is damaged, restore it or choose another --data: {error}") from error
        self._make()
        write_private(path, msgspec.json.encode(made))
        return self.secrets

    def room(self, name: str) -> tuple[Path, Account]:
        """The 0700 folder of one server, owned by the account that it runs as."""
        folder = self.path / name
        account = server_account(folder)
        folder.mkdir(mode=0o700, exist_ok=True)
        if os.geteuid() == 0:
            self._give(folder, account)
        elif folder.stat().st_uid != account.uid:
            raise EmbeddedError(f"{folder} belongs to another user (uid {folder.stat().st_uid}): start as that user")
        folder.chmod(0o700)
        return folder, account

    def _give(self, folder: Path, account: Account) -> None:
        """Where root may not change users (some containers), or has no /proc (macOS), it cannot run the servers."""
        try:
            HERE.readlink()
            os.chown(folder, *account)
        except OSError as error:
            why = f"root cannot hand {folder} to an unprivileged account ({error.strerror})"
            raise EmbeddedError(f"{why}: start as an ordinary user") from error

    def socket(self, folder: Path, name: str) -> Path:
        """A path to socket `folder/name` that fits: itself, or by a private link in a temporary folder."""
        direct = folder / name
        if len(os.fsencode(direct)) <= SOCKET_LIMIT and PLAIN_PATH.fullmatch(str(direct)):
            return direct
        digest = hashlib.sha256(os.fsencode(folder.resolve())).hexdigest()[:16]
        for parent in (os.environ.get("XDG_RUNTIME_DIR"), tempfile.gettempdir(), "/tmp"):  # noqa: S108 - 0700 below
            private = Path(parent or "/nonexistent") / f"capillary-{os.geteuid()}-{digest}"
            short = private / "s" / name
            if len(os.fsencode(short)) > SOCKET_LIMIT or not PLAIN_PATH.fullmatch(str(short)):
                continue
            if _private_link(private, folder):
                self._links.add(private)
                return short
        raise SocketPathError(self.path, SOCKET_LIMIT)


def write_private(path: Path, content: bytes) -> None:
    """Write a 0600 file, whole or not at all, on disk before its name appears; the first writer wins."""
    descriptor, draft = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)
        except FileExistsError:
            return
        sync_folder(path.parent)
    finally:
        Path(draft).unlink()


def sync_folder(folder: Path) -> None:
    """Names that were made or changed in the folder are on disk when this returns."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _private_link(private: Path, target: Path) -> bool:
    """Make `private/s -> target`; False where someone else already sits on the name."""
    try:
        private.mkdir(mode=0o700, exist_ok=True)
        found = private.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid() or found.st_mode & 0o077:
            return False
        link = private / "s"
        if not link.is_symlink() or link.readlink() != target:
            link.unlink(missing_ok=True)
            link.symlink_to(target)
    except OSError:
        return False
    return True
