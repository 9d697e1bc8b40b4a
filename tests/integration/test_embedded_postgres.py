"""PostgreSQL under our launcher, with real processes."""

import asyncio
import os
import signal
import stat
import time
from pathlib import Path

import asyncpg
import pytest

from market.adapters.embedded.errors import DataFolderBusyError, EmbeddedError, StartError
from market.adapters.embedded.folder import DataFolder
from market.adapters.embedded.postgres import EmbeddedPostgres
from tests.support.launched import alive, family, kill_all, launched, until

pytestmark = pytest.mark.faults


async def ask(postgres: EmbeddedPostgres, query: str, role: str = "capillary_app") -> object:
    connection = await asyncpg.connect(postgres.dsn(role))
    try:
        return await connection.fetchval(query)
    finally:
        await connection.close()


async def write(postgres: EmbeddedPostgres, rows: int) -> None:
    connection = await asyncpg.connect(postgres.dsn("capillary_owner"))
    await connection.execute("create table if not exists kept (n int)")
    for n in range(rows):
        await connection.execute("insert into kept values ($1)", n)
    connection.terminate()


async def test_a_new_cluster_is_durable_checked_and_off_the_network(tmp_path: Path) -> None:
    with EmbeddedPostgres(tmp_path / "data") as postgres:
        settings = {
            name: await ask(postgres, f"show {name}")
            for name in (
                "server_version_num",
                "fsync",
                "full_page_writes",
                "synchronous_commit",
                "data_checksums",
                "listen_addresses",
                "unix_socket_permissions",
                "max_wal_size",
                "checkpoint_timeout",
            )
        }
        assert int(str(settings.pop("server_version_num"))) >= 18_00_00
        assert settings == {
            "fsync": "on",
            "full_page_writes": "on",
            "synchronous_commit": "on",
            "data_checksums": "on",
            "listen_addresses": "",
            "unix_socket_permissions": "0700",
            "max_wal_size": "512MB",
            "checkpoint_timeout": "5min",
        }


async def test_the_app_has_no_power_beyond_its_tenant(tmp_path: Path) -> None:
    with EmbeddedPostgres(tmp_path / "data", test_only_fragile=True) as postgres:
        query = "select rolsuper or rolbypassrls or rolcreaterole or rolcreatedb from pg_roles where rolname = $1"
        connection = await asyncpg.connect(postgres.dsn("capillary_super"))
        powers = {role: await connection.fetchval(query, role) for role in ("capillary_app", "capillary_owner")}
        logins = await connection.fetch("select rolname from pg_roles where rolcanlogin order by 1")
        await connection.close()
        assert powers == {"capillary_app": False, "capillary_owner": False}
        assert [r["rolname"] for r in logins] == ["capillary_app", "capillary_owner", "capillary_super"]
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await ask(postgres, "select 1 from (select set_config('role', 'capillary_owner', true)) as taken")


async def test_a_wrong_password_is_refused_on_the_socket(tmp_path: Path) -> None:
    with EmbeddedPostgres(tmp_path / "data", test_only_fragile=True) as postgres:
        good = postgres.dsn()
        bad = good.replace(postgres.folder.secrets.app, "guess")
        with pytest.raises(asyncpg.InvalidPasswordError):
            await asyncpg.connect(bad)


async def test_another_database_of_the_cluster_is_closed_to_the_app(tmp_path: Path) -> None:
    with (
        EmbeddedPostgres(tmp_path / "data", test_only_fragile=True) as postgres,
        pytest.raises(asyncpg.InsufficientPrivilegeError),
    ):
        await asyncpg.connect(postgres.dsn(database="postgres"))


async def test_a_second_start_keeps_what_was_written(tmp_path: Path) -> None:
    with EmbeddedPostgres(tmp_path / "data") as postgres:
        await write(postgres, 3)
    with EmbeddedPostgres(tmp_path / "data") as postgres:
        assert await ask(postgres, "select count(*) from kept", "capillary_owner") == 3


def test_stop_ends_every_process_and_clears_the_socket(tmp_path: Path) -> None:
    postgres = EmbeddedPostgres(tmp_path / "data")
    postgres.start()
    assert postgres.pid is not None
    processes = family(postgres.pid)
    assert len(processes) > 1
    postgres.stop()
    assert not any(alive(pid) for pid in processes)
    assert list((tmp_path / "data/postgres/cluster/run").iterdir()) == []
    assert not postgres.running()


class Writer:
    """Inserts numbers until told to stop; remembers what was acknowledged, and never counts an unknown as failed."""

    def __init__(self, postgres: EmbeddedPostgres, number: int) -> None:
        self._postgres, self._next = postgres, number * 1_000_000
        self.acknowledged: list[int] = []

    async def run(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            try:
                connection = await asyncpg.connect(self._postgres.dsn("capillary_owner"), timeout=5)
            except (OSError, asyncpg.PostgresError):
                await asyncio.sleep(0.02)
                continue
            try:
                while not stop.is_set():
                    self._next += 1
                    await connection.execute("insert into kept values ($1)", self._next)
                    self.acknowledged.append(self._next)
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError):
                connection.terminate()
            else:
                await connection.close()


async def test_kills_under_eight_writers_lose_no_acknowledged_row(tmp_path: Path) -> None:
    kills = 5
    with EmbeddedPostgres(tmp_path / "data") as postgres:
        await ask(postgres, "create table kept (n int)", "capillary_owner")
        writers, stop = [Writer(postgres, n) for n in range(8)], asyncio.Event()
        running = [asyncio.create_task(writer.run(stop)) for writer in writers]
        for _ in range(kills):
            await asyncio.sleep(0.4)
            assert postgres.pid is not None
            os.kill(postgres.pid, signal.SIGKILL)
            assert until(lambda: not postgres.running())
            began = time.monotonic()
            postgres.start()
            assert time.monotonic() - began < 15
        await asyncio.sleep(0.4)
        stop.set()
        await asyncio.gather(*running)
        acknowledged = {n for writer in writers for n in writer.acknowledged}
        connection = await asyncpg.connect(postgres.dsn("capillary_owner"))
        kept = {row["n"] for row in await connection.fetch("select n from kept")}
        await connection.close()
        assert len(acknowledged) > 100 * kills
        assert acknowledged - kept == set()


async def test_killing_the_launcher_alone_shuts_postgres_down_cleanly(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with launched(data) as (launcher, pids):
        processes = family(pids["postgres"])
        launcher.send_signal(signal.SIGKILL)
        assert until(lambda: not any(alive(pid) for pid in processes))
    assert "database system is shut down" in (data / "postgres.log").read_text()


async def test_killing_everything_at_once_loses_nothing(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with launched(data) as (_, pids):
        await write(EmbeddedPostgres(data), 50)
        kill_all(family(pids["launcher"]))
    with EmbeddedPostgres(data) as postgres:
        assert await ask(postgres, "select count(*) from kept", "capillary_owner") == 50


async def test_a_stale_lock_file_whose_number_lives_again_is_no_obstacle(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with EmbeddedPostgres(data):
        left = (data / "postgres/cluster/postmaster.pid").read_text()
    other = str(os.getpid())
    (data / "postgres/cluster/postmaster.pid").write_text(left.replace(left.split("\n")[0], other, 1))
    (data / "postgres/cluster/run/.s.PGSQL.5432.lock").write_text(f"{other}\n")
    (data / "postgres/cluster/run/.s.PGSQL.5432").touch()
    with EmbeddedPostgres(data) as postgres:
        assert await ask(postgres, "select 1") == 1


async def test_a_half_made_cluster_is_made_again(tmp_path: Path) -> None:
    room = tmp_path / "data/postgres/cluster.new"
    room.mkdir(parents=True)
    (room / "PG_VERSION").write_text("18\n")
    with EmbeddedPostgres(tmp_path / "data") as postgres:
        assert await ask(postgres, "select 1") == 1
    assert not room.exists()


async def test_a_changed_roles_file_reaches_an_older_data_folder(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with EmbeddedPostgres(data) as postgres:
        await ask(postgres, "revoke capillary_engine from capillary_app", "capillary_super")
    (data / "postgres/roles.sha256").write_text("of an older version")
    with EmbeddedPostgres(data) as postgres:
        assert await ask(postgres, "select pg_has_role('capillary_app', 'capillary_engine', 'set')") is True


def test_a_second_launcher_of_one_folder_is_refused(tmp_path: Path) -> None:
    with (
        EmbeddedPostgres(tmp_path / "data", test_only_fragile=True),
        pytest.raises(DataFolderBusyError, match=f"in use by another capillary .process {os.getpid()}.*--data"),
    ):
        EmbeddedPostgres(tmp_path / "data").start()


def test_a_folder_that_postgres_cannot_use_is_explained_by_its_own_words(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with EmbeddedPostgres(data):
        pass
    (data / "postgres/cluster/PG_VERSION").write_text("17\n")
    with pytest.raises(StartError, match="initialized by PostgreSQL version 17"):
        EmbeddedPostgres(data).start()


async def test_closed_parents_stay_closed(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    before = {path: path.stat().st_mode for path in (closed, *closed.parents)}
    with EmbeddedPostgres(closed / "data") as postgres:
        assert await ask(postgres, "select 1") == 1
    assert {path: path.stat().st_mode for path in before} == before


async def test_a_path_too_long_for_a_socket_is_shortened_in_private(tmp_path: Path) -> None:
    data = tmp_path / ("a long name " * 8) / "深い場所, with a comma"
    with EmbeddedPostgres(data) as postgres:
        assert await ask(postgres, "select 1") == 1
        socket = Path(postgres.dsn().partition("?host=")[2])
        assert len(str(socket / ".s.PGSQL.5432")) < 108
        private = socket.parent.lstat()
        assert stat.S_IMODE(private.st_mode) == 0o700
        assert private.st_uid == os.geteuid()


def test_nothing_in_the_folder_is_open_to_others(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path / "data")
    with EmbeddedPostgres(folder):
        modes = {
            path: path.lstat().st_mode
            for path in (folder.path, *folder.path.iterdir(), *(folder.path / "postgres").iterdir())
            if not path.is_symlink()
        }
        assert {path.name: oct(mode & 0o077) for path, mode in modes.items() if mode & 0o077} == {}
        assert oct(stat.S_IMODE((folder.path / "postgres/cluster/run").stat().st_mode)) == "0o700"


def test_the_servers_never_run_as_root(tmp_path: Path) -> None:
    with launched(tmp_path / "data") as (_, pids):
        owners = {name: Path(f"/proc/{pids[name]}").stat().st_uid for name in ("postgres", "valkey")}
        assert 0 not in owners.values()
        assert set(owners.values()) == {(tmp_path / "data/postgres").stat().st_uid}


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")
def test_a_user_that_the_system_does_not_name_is_told_what_is_missing(tmp_path: Path) -> None:
    room = tmp_path / "postgres"
    room.mkdir()
    os.chown(room, 54_321, 54_321)
    with pytest.raises(EmbeddedError, match="runs only as a user that has an entry in /etc/passwd"):
        EmbeddedPostgres(tmp_path).start()
