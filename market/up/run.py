"""`capillary up`: start everything, show where it is, and stop all of it on a signal."""

import asyncio
import http.client
import os
import signal
import socket
import sys
import time
from contextlib import suppress
from pathlib import Path
from types import FrameType

import msgspec

from market.commands.errors import CommandError
from market.commands.listener import SOCKET_FD, bind
from market.up import welcome
from market.up.installation import Installation
from market.up.parts import Part, Program
from market.up.supervisor import Supervisor

ANSWER_SECONDS = 60.0
# After a crash the API of before may still be finishing its last requests on the port.
STALE_SECONDS = 8.0
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Told(BaseException):
    """A signal asked us to stop; not an Exception, so that nothing on the way swallows it."""


class _Ear:
    """Whether a signal asked us to stop. It is raised, too, so that nothing that waits goes on waiting."""

    def __init__(self) -> None:
        self.told = False

    def hear(self, _number: int, _frame: FrameType | None) -> None:
        """What signals call."""
        self.told = True
        raise Told


def run(data: Path, *, host: str | None, port: int | None, demo: bool) -> None:
    """Returns after SIGINT, SIGTERM or SIGHUP, when every child has ended."""
    ear = _Ear()
    for number in SIGNALS:
        if number is not signal.SIGHUP or signal.getsignal(number) is not signal.SIG_IGN:  # nohup
            signal.signal(number, ear.hear)
    installation = Installation(data, os.environ)
    settings = installation.settings
    settings = msgspec.structs.replace(settings, host=host or settings.host)
    wanted = settings.port if port is None else port
    installation.folder.hold()
    listener = bind(settings.host, wanted, patience=STALE_SECONDS if installation.folder.crashed else 0.0)
    settings = msgspec.structs.replace(settings, port=listener.getsockname()[1])
    servers: list[Part] = [part for part in (installation.postgres, installation.valkey) if part is not None]
    api, worker = _programs(installation, listener)
    supervisor = Supervisor([*servers, api, worker], say, upkeep=installation.keep_reachable)
    try:
        if servers:
            say(f"starting {' and '.join(part.name for part in servers)} in {installation.folder.path}")
        supervisor.start(servers)
        _migrate(installation)
        supervisor.start()
        address = f"http://{_shown(settings.host)}:{settings.port}"
        _wait_for_answer(api, listener)
        _greet(installation, address, demo=demo)
        supervisor.watch(lambda: ear.told)
    except Told:
        pass
    finally:
        for number in SIGNALS:
            signal.signal(number, signal.SIG_IGN)
        if ear.told:
            say("stopping")
        # what they have begun ends side by side; the servers that they need end after them
        api.dismiss()
        worker.dismiss()
        supervisor.stop()
        listener.close()
        installation.folder.release()


def say(text: str) -> None:
    """A line for the person at the terminal."""
    sys.stderr.write(f"capillary: {text}\n")
    sys.stderr.flush()


def _migrate(installation: Installation) -> None:
    if installation.may_migrate:
        asyncio.run(installation.migrate())
    else:
        say("DATABASE_OWNER_URL is not set: the schema is taken as it is")


def _programs(installation: Installation, listener: socket.socket) -> tuple[Program, Program]:
    told = installation.child_environment()
    logs = installation.folder.path
    descriptor = listener.fileno()
    api = Program(
        "API", "serve", environment={**told, SOCKET_FD: str(descriptor)}, log=logs / "api.log", keep=(descriptor,)
    )
    return api, Program("worker", "work", environment=told, log=logs / "worker.log")


def _shown(host: str) -> str:
    """How a browser on this machine reaches what listens on `host`."""
    if host in ("", "0.0.0.0", "::"):  # noqa: S104 - compared, not bound
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host


def _wait_for_answer(api: Program, listener: socket.socket) -> None:
    host, port = listener.getsockname()[:2]
    deadline = time.monotonic() + ANSWER_SECONDS
    while time.monotonic() < deadline and api.running():
        connection = http.client.HTTPConnection(_shown(host).strip("[]"), port, timeout=2)
        with suppress(OSError, http.client.HTTPException):
            connection.request("GET", "/health/live")
            if connection.getresponse().status == http.HTTPStatus.OK:
                connection.close()
                return
        connection.close()
        time.sleep(0.05)
    what = f"did not answer within {ANSWER_SECONDS:.0f} s" if api.running() else f"ended: {api.last_words()}"
    raise CommandError(f"the API {what} (log: {api.log})")


def _greet(installation: Installation, address: str, *, demo: bool) -> None:
    if demo:
        from market.up.operator import loaded  # noqa: PLC0415 - only for --demo

        report = asyncio.run(loaded(installation))
        welcome.story(report)
        welcome.addresses(installation, address)
        welcome.keys(report, address, installation)
        welcome.doors(report, address)
    else:
        welcome.addresses(installation, address)
        welcome.founding(installation)
    welcome.farewell()
