"""Valkey under our launcher, with real processes."""

import os
import signal
import time
from pathlib import Path

import pytest
import redis
from arq.connections import RedisSettings

from market.adapters.embedded.errors import DataFolderBusyError
from market.adapters.embedded.valkey import EmbeddedValkey
from tests.support.launched import alive, launched, until

pytestmark = pytest.mark.faults

APPEND_SECONDS = 1.2


def client(valkey: EmbeddedValkey) -> "redis.Redis":
    return redis.Redis.from_url(valkey.url)


def test_a_new_server_appends_to_a_file_and_is_off_the_network(tmp_path: Path) -> None:
    with EmbeddedValkey(tmp_path / "data") as valkey, client(valkey) as connection:
        assert str(connection.info("server")["valkey_version"]).startswith("9.")
        names = ("port", "appendonly", "appendfsync", "save", "unixsocketperm")
        assert {name: connection.config_get(name)[name] for name in names} == {
            "port": "0",
            "appendonly": "yes",
            "appendfsync": "everysec",
            "save": "",
            "unixsocketperm": "700",
        }


def test_the_password_is_wanted_and_is_on_no_command_line(tmp_path: Path) -> None:
    with EmbeddedValkey(tmp_path / "data") as valkey:
        command = Path(f"/proc/{valkey.pid}/cmdline").read_bytes()
        assert valkey.folder.secrets.valkey.encode() not in command
        path = RedisSettings.from_dsn(valkey.url).unix_socket_path
        with redis.Redis(unix_socket_path=path) as stranger, pytest.raises(redis.AuthenticationError):
            stranger.ping()


def test_a_stopped_server_keeps_everything(tmp_path: Path) -> None:
    with EmbeddedValkey(tmp_path / "data") as valkey, client(valkey) as connection:
        connection.set("kept", "1")
    assert list((tmp_path / "data/valkey").glob("*.sock")) == []
    with EmbeddedValkey(tmp_path / "data") as valkey, client(valkey) as connection:
        assert connection.get("kept") == b"1"


def test_a_killed_server_starts_again_from_its_file(tmp_path: Path) -> None:
    with EmbeddedValkey(tmp_path / "data") as valkey, client(valkey) as connection:
        connection.set("kept", "1")
        time.sleep(APPEND_SECONDS)
        assert valkey.pid is not None
        os.kill(valkey.pid, signal.SIGKILL)
        assert until(lambda: not valkey.running())
        valkey.start()
        assert connection.get("kept") == b"1"


def test_a_cut_file_loses_its_end_only(tmp_path: Path) -> None:
    with EmbeddedValkey(tmp_path / "data") as valkey, client(valkey) as connection:
        connection.set("first", "1")
        connection.set("second", "2")
    file = next((tmp_path / "data/valkey/appendonlydir").glob("*.incr.aof"))
    file.write_bytes(file.read_bytes()[:-5])
    with EmbeddedValkey(tmp_path / "data") as valkey, client(valkey) as connection:
        assert connection.mget("first", "second") == [b"1", None]


def test_an_unreadable_file_is_set_aside(tmp_path: Path) -> None:
    with EmbeddedValkey(tmp_path / "data") as valkey, client(valkey) as connection:
        connection.set("kept", "1")
    file = next((tmp_path / "data/valkey/appendonlydir").glob("*.incr.aof"))
    file.write_bytes(b"garbage" * 100)
    with EmbeddedValkey(tmp_path / "data") as valkey, client(valkey) as connection:
        assert connection.get("kept") is None
    assert len(list((tmp_path / "data/valkey").glob("appendonlydir.unreadable-*"))) == 1


def test_killing_the_launcher_ends_the_server(tmp_path: Path) -> None:
    with launched(tmp_path / "data") as (launcher, pids):
        launcher.send_signal(signal.SIGKILL)
        assert until(lambda: not alive(pids["valkey"]))


def test_a_second_launcher_of_one_folder_is_refused(tmp_path: Path) -> None:
    with EmbeddedValkey(tmp_path / "data"), pytest.raises(DataFolderBusyError):
        EmbeddedValkey(tmp_path / "data").start()


def test_a_path_too_long_for_a_socket_is_shortened(tmp_path: Path) -> None:
    with EmbeddedValkey(tmp_path / ("long" * 30)) as valkey, client(valkey) as connection:
        assert connection.ping() is True
        assert len(str(RedisSettings.from_dsn(valkey.url).unix_socket_path)) < 108
