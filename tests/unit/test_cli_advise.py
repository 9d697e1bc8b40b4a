"""`capillary advise`, run as a shell would."""

import json
from pathlib import Path

from tests.unit.test_cli_files import HIGH_COPPER, LOT, SPEC, capillary, file
from tests.unit.test_cli_upgrade import OFFER


def test_a_spec_that_is_short_is_told_what_would_bring_more(tmp_path: Path) -> None:
    files = ("--spec", file(tmp_path, "s", SPEC), "--lots", file(tmp_path, "l", [LOT, HIGH_COPPER]))
    done = capillary("advise", *files)
    assert (done.returncode, done.stderr) == (0, b"")
    found = json.loads(done.stdout)
    assert (found["status"], found["method"], found["wanted"]) == ("short", "blend", 300)
    assert found["items"][0]["reason"].startswith(
        "not negotiable, but would unlock: move the limit on Cu from 0.25 to "
    )
    assert capillary("advise", *files).stdout == done.stdout


def test_offers_add_the_paths_of_processors(tmp_path: Path) -> None:
    lots = [{**HIGH_COPPER, "ask_price": {"amount": 20_000}}]
    files = ("--spec", file(tmp_path, "s", SPEC), "--lots", file(tmp_path, "l", lots))
    found = json.loads(capillary("advise", *files, "--offers", file(tmp_path, "o", [OFFER])).stdout)
    first = found["items"][0]
    assert (first["changes"][0]["kind"], first["changes"][0]["offers"]) == ("step", ["sorter"])
    assert first["changes"][0]["reason"].startswith("send 1 lot(s) through Ballistic/magnetic separator")


def test_faulty_offers_are_bad_input(tmp_path: Path) -> None:
    files = ("--spec", file(tmp_path, "s", SPEC), "--lots", file(tmp_path, "l", [LOT]))
    done = capillary("advise", *files, "--offers", file(tmp_path, "o", [{**OFFER, "yield": 2}]))
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"/0/yield: a yield must be over 0 and at most 1, not 2" in done.stderr
