"""What `capillary up` shows is meant to be copied into a shell."""

import shlex
from pathlib import Path

import pytest

from market.up import welcome
from market.up.installation import Installation


def test_a_folder_of_any_name_survives_the_shell(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = tmp_path / "it's 日本 data"
    welcome.founding(Installation(data, {}))
    told = shlex.split(capsys.readouterr().out.splitlines()[-1])
    assert told[0] == "capillary"
    assert told[-2:] == ["--data", str(data)]


def test_a_program_off_the_path_is_named_by_its_place(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("sys.argv", [".venv/bin/capillary", "up"])
    welcome.founding(Installation(tmp_path, {}))
    assert shlex.split(capsys.readouterr().out.splitlines()[-1])[0] == ".venv/bin/capillary"
