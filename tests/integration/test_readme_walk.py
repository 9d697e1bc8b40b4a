"""The walk that the README records: replayed against `capillary up`, call by call. Budget: 60 seconds."""

import re
import subprocess
import sys
from pathlib import Path

from tests.support.launched import ROOT
from tests.support.running import running

README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_walk_of_the_readme_goes_as_it_is_recorded_also_a_second_time(tmp_path: Path) -> None:
    recorded = re.search(r"```text\n(.*?)```", README, re.DOTALL)
    assert recorded is not None
    with running(tmp_path / "data") as server:
        command = [sys.executable, "docs/examples/walk.py", "--url", server.address, "--data", str(server.data)]
        for _ in range(2):
            walked = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
            assert (walked.stderr, walked.stdout) == ("", recorded[1])
