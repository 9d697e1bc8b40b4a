"""`capillary blend`, run as a shell would."""

import json
from pathlib import Path

import pytest

from tests.support.cases import FOLDER
from tests.unit.test_cli_files import SPEC, capillary, file
from tests.unit.test_cli_upgrade import LOT, OFFER

CASE = json.loads((FOLDER / "blends.json").read_text())[0]


def test_a_blend_of_files_is_one_json_document_and_nothing_else(tmp_path: Path) -> None:
    arguments = ("blend", "--spec", file(tmp_path, "s", CASE["spec"]), "--lots", file(tmp_path, "l", CASE["lots"]))
    done = capillary(*arguments)
    assert (done.returncode, done.stderr) == (0, b"")
    found = json.loads(done.stdout)
    assert found["status"] == "optimal"
    assert found["objective"]["sense"] == "min_cost"
    assert found["objective"]["currency"] == "JPY"
    assert found["objective"]["amount"] == pytest.approx(CASE["expect"]["cost"], rel=1e-6)
    assert {"lot", "tonnes", "delivered_cost"} == set(found["takes"][0])
    assert capillary(*arguments).stdout == done.stdout


def test_lots_that_stay_out_say_why_in_english(tmp_path: Path) -> None:
    lots = [{**CASE["lots"][0], "assays": []}, *CASE["lots"][1:]]
    done = capillary("blend", "--spec", file(tmp_path, "s", CASE["spec"]), "--lots", file(tmp_path, "l", lots))
    assert json.loads(done.stdout)["barred"][0]["reason"] == "Cu is not measured, and the blend limits it"


def test_a_property_that_does_not_blend_is_bad_input(tmp_path: Path) -> None:
    spec = {**SPEC, "limits": [{"analytes": ["charpy_notched_23"], "min": 5, "unit": "kJ/m2"}]}
    done = capillary("blend", "--spec", file(tmp_path, "s", spec), "--lots", file(tmp_path, "l", []))
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"no mixing rule" in done.stderr


def test_faulty_lots_are_bad_input(tmp_path: Path) -> None:
    lots = [{**CASE["lots"][0], "quantity": {"tonnes": 0}}]
    done = capillary("blend", "--spec", file(tmp_path, "s", CASE["spec"]), "--lots", file(tmp_path, "l", lots))
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"/0/quantity/tonnes" in done.stderr


def test_offers_bring_a_lot_in_by_a_step_that_is_named(tmp_path: Path) -> None:
    files = ("--spec", file(tmp_path, "s", SPEC | {"quantity": {"tonnes": 60}}), "--lots", file(tmp_path, "l", [LOT]))
    done = capillary("blend", *files, "--offers", file(tmp_path, "o", [OFFER]))
    assert (done.returncode, done.stderr) == (0, b"")
    found = json.loads(done.stdout)
    (step,) = next(take["steps"] for take in found["takes"] if "steps" in take)
    assert (step["offer"], step["name"]) == ("sorter", "Ballistic/magnetic separator for low-copper shred")
    assert found["processing"]["flags"][0]["reason"].endswith("sample it after the last step")
    assert json.loads(capillary("blend", *files).stdout)["status"] == "infeasible"


def test_faulty_offers_are_bad_input(tmp_path: Path) -> None:
    files = ("--spec", file(tmp_path, "s", CASE["spec"]), "--lots", file(tmp_path, "l", CASE["lots"]))
    done = capillary("blend", *files, "--offers", file(tmp_path, "o", [OFFER | {"yield": 2}]))
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"/0/yield" in done.stderr
