"""`serve`, `work` and `migrate` on servers that someone else runs."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from market.adapters.embedded.folder import DataFolder
from market.adapters.embedded.postgres import EmbeddedPostgres
from market.adapters.embedded.valkey import EmbeddedValkey
from tests.support.launched import ROOT, until


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedPostgres]:
    folder = DataFolder(tmp_path_factory.mktemp("servers"))
    with EmbeddedPostgres(folder, test_only_fragile=True) as postgres, EmbeddedValkey(folder):
        yield postgres


@pytest.fixture(scope="module")
def environment(servers: EmbeddedPostgres) -> dict[str, str]:
    valkey = EmbeddedValkey(servers.folder)
    return {
        "PATH": os.environ["PATH"],
        "DATABASE_URL": servers.dsn(),
        "REDIS_URL": valkey.url,
        "CAPILLARY_SECRET": "s" * 40,
    }


def capillary(environment: dict[str, str], *arguments: str, timeout: float = 30) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "market.cli", *arguments],
        env=environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )


def test_the_api_refuses_a_database_without_a_schema(environment: dict[str, str]) -> None:
    done = capillary(environment, "serve", "--port", str(free_port()))
    assert done.returncode == 1
    assert done.stderr == "the database has no schema yet; run `capillary migrate`\n"


def test_the_app_may_not_migrate(environment: dict[str, str]) -> None:
    done = capillary(environment, "migrate")
    assert done.returncode == 1
    assert "capillary_owner" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("role", ["capillary_owner", "capillary_super"])
def test_owner_and_administrator_migrate_as_often_as_they_like(
    servers: EmbeddedPostgres, environment: dict[str, str], role: str
) -> None:
    for _ in range(2):
        done = capillary(environment | {"DATABASE_OWNER_URL": servers.dsn(role)}, "migrate")
        assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("role", ["capillary_owner", "capillary_super"])
@pytest.mark.parametrize("command", ["serve", "work"])
def test_api_and_worker_refuse_a_login_above_the_tenants(
    servers: EmbeddedPostgres, environment: dict[str, str], command: str, role: str
) -> None:
    assert capillary(environment | {"DATABASE_OWNER_URL": servers.dsn("capillary_owner")}, "migrate").returncode == 0
    done = capillary(environment | {"DATABASE_URL": servers.dsn(role), "CAPILLARY_PORT": str(free_port())}, command)
    assert done.returncode == 1
    assert "log in as capillary_app" in done.stderr
    assert "Traceback" not in done.stderr


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def test_api_and_worker_run_apart_and_stop_when_told(servers: EmbeddedPostgres, environment: dict[str, str]) -> None:
    assert capillary(environment | {"DATABASE_OWNER_URL": servers.dsn("capillary_owner")}, "migrate").returncode == 0
    port = free_port()
    commands = (["serve", "--port", str(port)], ["work"])
    processes = [
        subprocess.Popen(
            [sys.executable, "-m", "market.cli", *command], env=environment, cwd=ROOT, stderr=subprocess.DEVNULL
        )
        for command in commands
    ]
    try:
        assert until(lambda: _answers(port))
        began = time.monotonic()
        for process in processes:
            process.send_signal(signal.SIGTERM)
        assert [process.wait(15) for process in processes] == [0, 0]
        assert time.monotonic() - began < 10
    finally:
        for process in processes:
            process.kill()
            process.wait()


def _answers(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/health/ready", timeout=2).status_code == 200
    except httpx.HTTPError:
        return False


def test_a_database_that_is_away_is_told(environment: dict[str, str]) -> None:
    away = f"postgresql://capillary_app:hunter2@127.0.0.1:{free_port()}/capillary"
    for command in ("serve", "migrate"):
        done = capillary(environment | {"DATABASE_URL": away}, command)
        assert done.returncode == 1
        assert "Traceback" not in done.stderr
        assert "hunter2" not in done.stderr


@pytest.mark.parametrize("command", ["serve", "work", "migrate"])
def test_a_wrong_password_or_name_is_told(servers: EmbeddedPostgres, environment: dict[str, str], command: str) -> None:
    good = servers.dsn()
    password = good.partition("capillary_app:")[2].partition("@")[0]
    for wrong in (good.replace(password, "hunter2"), good.replace("/capillary?", "/elsewhere?")):
        done = capillary(environment | {"DATABASE_URL": wrong, "CAPILLARY_PORT": str(free_port())}, command)
        assert done.returncode == 1
        assert "the database does not answer: " in done.stderr
        assert "Traceback" not in done.stderr


@pytest.mark.parametrize("command", ["serve", "work", "migrate"])
def test_a_missing_variable_is_told_by_name(tmp_path: Path, command: str) -> None:
    done = capillary({"PATH": os.environ["PATH"]}, command)
    assert done.returncode == 1
    assert done.stderr.startswith("DATABASE_URL is not set")
    assert "Traceback" not in done.stderr
