"""`capillary admin`: bad arguments are refused before anything is started."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("--kind", "miller", "--name", "x"), "--kind: must be one of manufacturer, recycler, processor, laboratory"),
        (("--kind", "recycler", "--name", "x", "--prefecture", "JP-48"), "--prefecture: 'JP-48' is no prefecture"),
        (("--kind", "recycler", "--name", "  "), "--name: must be a printable text"),
        (("--kind", "recycler", "--name", "a\nb"), "--name: must be a printable text"),
        (("--kind", "recycler", "--name", "x" * 201), "--name: Expected "),
    ],
)
def test_a_bad_organisation_is_refused(tmp_path: Path, arguments: tuple[str, ...], reason: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "market.cli", "admin", "create-organisation", *arguments, "--data", tmp_path / "data"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(reason)
    assert not (tmp_path / "data").exists()
