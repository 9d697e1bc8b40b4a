"""The two API servers, each one uvicorn worker in a process of its own, with the same server settings."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import msgspec

ROOT = Path(__file__).parents[2]
READY_SECONDS = 30.0


class Server(msgspec.Struct, frozen=True, kw_only=True):
    """A running API; `headers` go with every request."""

    name: str
    port: int
    pid: int
    headers: Mapping[str, str]

    def get(self, path: str) -> bytes:
        """The body of an answer that must be 200."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=READY_SECONDS)
        try:
            connection.request("GET", path, headers=dict(self.headers))
            answer = connection.getresponse()
            body = answer.read()
        finally:
            connection.close()
        if answer.status != 200:
            raise RuntimeError(f"{self.name}: GET {path} answered {answer.status}: {body[:500].decode()}")
        return body

    def request(self, method: str, path: str, body: bytes = b"", **headers: str) -> bytes:
        """A whole HTTP/1.1 request as bytes."""
        told = {"Host": "127.0.0.1", "Accept": "application/json", **self.headers}
        if body:
            told |= {"Content-Type": "application/json", "Content-Length": str(len(body))}
        told |= {name.replace("_", "-"): value for name, value in headers.items()}
        lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in told.items())]
        return "\r\n".join((*lines, "", "")).encode() + body


@contextmanager
def serving(
    name: str, command: Sequence[str], environment: Mapping[str, str], log: Path, headers: Mapping[str, str]
) -> Iterator[Server]:
    """Start `python *command --port N`, wait until it answers, stop it at the end."""
    port = free_port()
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, *command, "--port", str(port)],
            cwd=ROOT,
            env=os.environ | dict(environment),
            stdout=output,
            stderr=output,
        )
    try:
        wait_until_listening(process, port, log)
        yield Server(name=name, port=port, pid=process.pid, headers=headers)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def free_port() -> int:
    """A TCP port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until_listening(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    """Raises RuntimeError with the end of the log when the server does not come."""
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError(f"{log.stem} did not start:\n{log.read_text(errors='replace')[-2000:]}")
