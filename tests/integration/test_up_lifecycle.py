"""`capillary up` with real processes: start, stop, kill, start again."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx
import pytest

from market.adapters.embedded import postgres, valkey
from market.up.parts import GRACE
from tests.support.launched import ROOT, alive, until
from tests.support.running import Up, running

pytestmark = pytest.mark.faults


def admin(data: Path, *arguments: str) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "market.cli", "admin", "create-organisation", "--data", data, *arguments],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, b""), done.stderr.decode()
    return json.loads(done.stdout)


def ready(address: str) -> bool:
    try:
        return httpx.get(f"{address}/health/ready", timeout=2).status_code == 200
    except httpx.HTTPError:
        return False


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_one_signal_stops_every_process_within_seconds(tmp_path: Path, number: signal.Signals) -> None:
    with running(tmp_path / "data") as up:
        assert ready(up.address)
        processes = up.family()
        assert len(processes) >= 5  # itself, PostgreSQL, Valkey, API, worker
        began = time.monotonic()
        assert up.stop(number) == 0
        assert time.monotonic() - began < 10
        assert not any(alive(pid) for pid in processes)
    assert "database system is shut down" in (tmp_path / "data/postgres.log").read_text()


def test_children_that_answer_no_signal_are_ended_side_by_side(tmp_path: Path) -> None:
    with running(tmp_path / "data") as up:
        assert ready(up.address)
        processes = up.family()
        for words in (("market.cli", "serve"), ("market.cli", "work")):
            os.kill(up.child(*words), signal.SIGSTOP)
        began = time.monotonic()
        assert up.stop() == 0
        took = time.monotonic() - began
        assert not any(alive(pid) for pid in processes)
    # one after the other they would take twice as long
    assert GRACE < took < 2 * GRACE


def test_all_children_together_are_waited_for_less_than_twenty_seconds() -> None:
    steps = (*postgres.SHUTDOWN, *valkey.SHUTDOWN)
    assert GRACE + sum(seconds for _, seconds in steps) < 20


def test_after_a_kill_of_everything_the_same_key_still_opens(tmp_path: Path) -> None:
    with running(tmp_path / "data") as up:
        address = up.address
        made = admin(tmp_path / "data", "--kind", "recycler", "--name", "デモ Yard", "--prefecture", "JP-14")
        assert (made["kind"], made["name"], made["verified"]) == ("recycler", "デモ Yard", True)
        headers = {"Authorization": f"Bearer {made['api_key']}"}
        before = httpx.get(f"{address}/v1/lots", headers=headers)
        assert before.status_code == 200
        up.kill_everything()
    with running(tmp_path / "data") as up:
        after = httpx.get(f"{up.address}/v1/lots", headers=headers)
        assert (after.status_code, after.content) == (before.status_code, before.content)


def test_after_a_kill_of_the_launcher_alone_the_same_port_is_taken_again(tmp_path: Path) -> None:
    with running(tmp_path / "data") as up:
        port = up.address.rpartition(":")[2]
        up.process.kill()
        up.process.wait()
    again = Up(tmp_path / "data", "--port", port)
    try:
        assert ready(again.address)
    finally:
        again.stop()


def test_an_organisation_can_be_made_before_the_first_start(tmp_path: Path) -> None:
    made = admin(tmp_path / "data", "--kind", "manufacturer", "--name", "Mill", "--unverified")
    assert made["verified"] is False
    with running(tmp_path / "data") as up:
        answer = httpx.get(f"{up.address}/v1/specs", headers={"Authorization": f"Bearer {made['api_key']}"})
        assert answer.status_code == 200


def test_every_part_that_is_killed_comes_back(tmp_path: Path) -> None:
    with running(tmp_path / "data") as up:
        address = up.address
        for words in (("market.cli", "serve"), ("market.cli", "work"), ("valkey",), ("postgres",)):
            victim = up.child(*words)
            os.kill(victim, signal.SIGKILL)
            assert until(lambda words=words, victim=victim: up.successor(victim, *words)), words
            assert until(lambda: ready(address)), words
        assert up.said.count("has ended; starting it again") >= 4


def test_a_second_up_on_the_same_folder_is_refused(tmp_path: Path) -> None:
    with running(tmp_path / "data") as up:
        assert up.address
        second = Up(tmp_path / "data", "--port", "0")
        assert second.process.wait(20) == 1
        assert f"in use by another capillary (process {up.process.pid})" in second.said
        assert ready(up.address)


def test_a_busy_port_is_told_before_anything_starts(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        up = Up(tmp_path / "data", "--port", str(port))
        assert up.process.wait(20) == 1
    assert f"cannot listen on 127.0.0.1 port {port}: Address already in use; choose another --port" in up.said
    assert not (tmp_path / "data/postgres").exists()


@pytest.mark.parametrize(
    ("taken", "told"),
    [("postgres", "File exists"), ("valkey.log/x", "Is a directory"), ("secrets.json", "is damaged")],
)
def test_what_is_in_the_way_in_the_folder_is_told_in_one_line(tmp_path: Path, taken: str, told: str) -> None:
    (tmp_path / "data" / taken).parent.mkdir(parents=True)
    (tmp_path / "data" / taken).write_text("")
    up = Up(tmp_path / "data", "--port", "0")
    assert up.process.wait(60) == 1
    (line,) = [line for line in up.said.splitlines() if not line.startswith("capillary: starting ")]
    assert line.startswith(f"{tmp_path / 'data' / taken.removesuffix('/x')}")
    assert told in line


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("DATABASE_URL", "mysql://root:hunter2@db/x", "DATABASE_URL must be a URL that starts with postgresql://"),
        ("REDIS_URL", "hunter2", "REDIS_URL must be a URL"),
        ("CAPILLARY_SECRET", "hunter2", "CAPILLARY_SECRET is shorter than 32 characters"),
    ],
)
def test_a_bad_variable_is_told_by_name(tmp_path: Path, name: str, value: str, told: str) -> None:
    up = Up(tmp_path / "data", "--port", "0", environment={name: value})
    assert up.process.wait(20) == 1
    assert told in up.said
    assert "hunter2" not in up.said
    assert "Traceback" not in up.said


def test_servers_of_the_environment_are_used_instead(tmp_path: Path) -> None:
    with running(tmp_path / "servers") as first:
        api = Path(f"/proc/{first.child('market.cli', 'serve')}/environ") if first.address else None
        assert api is not None
        variables = dict(pair.split("=", 1) for pair in api.read_text().split("\0") if "=" in pair)
        told = {name: variables[name] for name in ("DATABASE_URL", "REDIS_URL", "CAPILLARY_SECRET")}
        with running(tmp_path / "data", environment=told) as second:
            assert ready(second.address)
            assert len(second.family()) == 3  # itself, API, worker
        assert not (tmp_path / "data/postgres").exists()
        assert ready(first.address)


def test_no_password_is_on_a_command_line_or_with_the_children_that_need_none(tmp_path: Path) -> None:
    with running(tmp_path / "data") as up:
        assert up.address
        secrets = json.loads((tmp_path / "data/secrets.json").read_text())
        lines = b"".join(Path(f"/proc/{pid}/cmdline").read_bytes() for pid in up.family())
        assert [name for name, value in secrets.items() if value.encode() in lines] == []
        api = Path(f"/proc/{up.child('market.cli', 'serve')}/environ").read_bytes()
        assert secrets["owner"].encode() not in api
        assert secrets["superuser"].encode() not in api
