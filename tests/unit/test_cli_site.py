"""`capillary site`, run as a shell would."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.support.cases import FOLDER
from tests.unit.test_cli_files import capillary, file

CASES: list[dict[str, Any]] = json.loads((FOLDER / "siting.json").read_text())
SMALL: dict[str, Any] = {
    "sites": [{"id": "inland", "capacity": 10, "fixed_cost": 5}, {"id": "port", "capacity": 10, "fixed_cost": 50}],
    "customers": [{"id": "a", "demand": 5}, {"id": "b", "demand": 5}],
    "cost": [[10, 0], [10, 20]],
}


def test_a_siting_of_a_file_is_one_json_document_and_nothing_else(tmp_path: Path) -> None:
    arguments = ("site", "--instance", file(tmp_path, "i", CASES[0]))
    done = capillary(*arguments)
    assert (done.returncode, done.stderr) == (0, b"")
    found = json.loads(done.stdout)
    assert (found["status"], found["gap"]) == ("optimal", 0.0)
    assert found["objective"] == {"sense": "min_cost", "amount": 1040444.375, "currency": None}
    assert found["bound"] == 1040444.375
    assert {f["site"] for f in found["flows"]} == set(found["open"])
    assert found["reason"] == "13 hub(s) serve 58,268 t, and no other choice costs less"
    assert capillary(*arguments).stdout == done.stdout


def test_an_instance_may_come_from_standard_input() -> None:
    done = capillary("site", "--instance", "-", stdin=json.dumps(SMALL).encode())
    assert json.loads(done.stdout)["objective"]["amount"] == 25.0


def test_too_little_capacity_is_an_answer_in_tonnes(tmp_path: Path) -> None:
    short = {**SMALL, "sites": [{"id": "inland", "capacity": 7.5, "fixed_cost": 5}], "cost": [[10], [10]]}
    done = capillary("site", "--instance", file(tmp_path, "i", short))
    found = json.loads(done.stdout)
    assert (done.returncode, found["status"], found["missing_tonnes"]) == (0, "infeasible", 2.5)
    assert found["reason"] == "all sites together are 2.5 t short of the 10 t demanded"


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"cost": [[10, 0], [10]]}, "/cost/1: 1 columns, and there are 2 sites"),
        ({"cost": [[10, -1], [10, 20]]}, "/cost/0/1: -1 must not be negative"),
        ({"cost": None}, "/sites/0: inland has neither coordinates nor a prefecture, and no costs are given"),
        ({"cost": [["10", 0], [10, 20]]}, "/cost/0/0: Expected a number, got text"),
        ({"detuor": 1.2}, "Object contains unknown field 'detuor'"),
    ],
)
def test_a_faulty_instance_is_bad_input_with_a_pointer(tmp_path: Path, changed: dict[str, Any], told: str) -> None:
    path = file(tmp_path, "i", {**SMALL, **changed})
    done = capillary("site", "--instance", path)
    assert (done.returncode, done.stdout) == (2, b"")
    assert f"{path}: {told}" in done.stderr.decode().replace("`", "").splitlines()


def test_nan_is_bad_input(tmp_path: Path) -> None:
    text = json.dumps({**SMALL, "cost": [[float("nan"), 0], [10, 20]]})
    done = capillary("site", "--instance", file(tmp_path, "i", text))
    assert (done.returncode, done.stdout) == (2, b"")


def test_changes_are_solved_on_demand(tmp_path: Path) -> None:
    done = capillary("site", "--instance", file(tmp_path, "i", SMALL), "--changes")
    found = json.loads(done.stdout)["changes"]
    assert [(c["what"], c["value"]) for c in found] == [
        ("hubs", 2.0),
        ("fixed_cost", 0.8),
        ("fixed_cost", 1.2),
        ("cost", 0.8),
        ("cost", 1.2),
    ]
    assert found[0]["change"] == 40.0


def test_a_gap_that_is_good_enough_is_kept(tmp_path: Path) -> None:
    done = capillary("site", "--instance", file(tmp_path, "i", CASES[0]), "--gap", "0.02")
    found = json.loads(done.stdout)
    assert found["bound"] <= CASES[0]["optimum"] <= found["objective"]["amount"]
    assert found["gap"] <= 0.02
