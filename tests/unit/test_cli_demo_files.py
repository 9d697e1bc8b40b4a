"""The demo's files feed the commands: what no lot meets alone, six meet together, and copper has its price."""

from pathlib import Path

import msgspec

from tests.unit.test_cli_files import capillary


def test_six_lots_of_the_demo_meet_together_what_none_meets_alone(tmp_path: Path) -> None:
    written = capillary("demo", "--files", tmp_path)
    assert written.returncode == 0
    assert str(tmp_path / "spec-low-copper.json") in written.stdout.decode().splitlines()
    files = ("--spec", tmp_path / "spec-low-copper.json", "--lots", tmp_path / "lots.json")
    ranked = msgspec.json.decode(capillary("rank", *files).stdout)
    assert {item["verdict"] for item in ranked["matches"]} <= {"not_evaluated"}
    blend = msgspec.json.decode(capillary("blend", *files).stdout)
    assert (blend["status"], len(blend["takes"])) == ("optimal", 6)
    copper = blend["limits"][0]
    assert copper["analytes"] == ["Cu"]
    assert copper["shadow_price"]["amount"] < 0


def test_a_folder_that_cannot_be_written_is_told_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    refused = capillary("demo", "--files", tmp_path / "file")
    assert (refused.returncode, refused.stdout) == (1, b"")
    assert b"Traceback" not in refused.stderr
