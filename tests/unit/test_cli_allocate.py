"""`capillary allocate`, run as a shell would."""

import json
from pathlib import Path

import pytest

from tests.unit.test_cli_files import LOT, SPEC, capillary, file

IMPACT = {"analytes": ["charpy_notched_23"], "min": 5, "unit": "kJ/m2"}
PRICED = {**SPEC, "max_price": {"amount": 70000}}


def lots() -> list[dict[str, object]]:
    """The steel lot of the documents at two prices, of two firms."""
    return [
        {**LOT, "id": "dear", "owner": "x", "ask_price": {"amount": 40000}},
        {**LOT, "id": "cheap", "owner": "y", "ask_price": {"amount": 30000}},
    ]


def allocate(tmp_path: Path, specs: object, offered: object, *more: str) -> tuple[int, dict, str]:
    names = ("--specs", file(tmp_path, "s", specs), "--lots", file(tmp_path, "l", offered))
    done = capillary("allocate", *names, "--conditional", *more)
    return done.returncode, json.loads(done.stdout or b"{}"), done.stderr.decode()


def test_an_allocation_of_files_is_one_json_document_and_nothing_else(tmp_path: Path) -> None:
    status, found, said = allocate(tmp_path, [{**PRICED, "id": "mill"}], lots())
    assert (status, said, found["status"], found["gap"]) == (0, "", "optimal", 0.0)
    assert {a["lot"] for a in found["assignments"]} <= {"dear", "cheap"}
    assert found["objective"]["amount"] == pytest.approx(
        sum(a["tonnes"] * (70000 - a["delivered_cost"]) for a in found["assignments"])
    )
    assert found["bound"] == found["objective"]["amount"]


def test_what_is_left_says_why_in_english(tmp_path: Path) -> None:
    _, found, _ = allocate(tmp_path, [{**SPEC, "id": "mill", "max_price": None}], lots())
    (left,) = found["unmet"]
    assert left["reason"] == "the spec states no price ceiling, so what a tonne is worth to it is not known"


def test_the_objective_is_one_of_three(tmp_path: Path) -> None:
    assert allocate(tmp_path, [PRICED], lots(), "--objective", "co2")[1]["objective"]["unit"] == "kg CO2"
    status, _, said = allocate(tmp_path, [PRICED], lots(), "--objective", "profit")
    assert (status, "welfare, tonnes, co2" in said) == (2, True)


def test_pairings_come_from_a_file_and_contradictions_are_bad_input(tmp_path: Path) -> None:
    pinned = {"pinned": [{"lot": "dear", "spec": "mill", "tonnes": 1}], "forbidden": [{"lot": "cheap", "spec": "mill"}]}
    asked = ("--pairings", file(tmp_path, "p", pinned))
    _, found, _ = allocate(tmp_path, [{**PRICED, "id": "mill"}], lots(), *asked)
    assert {a["lot"]: a["tonnes"] for a in found["assignments"] if a["pinned"]} == {"dear": 1.0}
    assert "cheap" not in {a["lot"] for a in found["assignments"]}
    both = {"pinned": [{"lot": "dear", "spec": "mill"}], "forbidden": [{"lot": "dear", "spec": "mill"}]}
    status, _, said = allocate(tmp_path, [{**PRICED, "id": "mill"}], lots(), "--pairings", file(tmp_path, "p", both))
    assert (status, "lot dear for spec mill is both pinned and forbidden" in said) == (2, True)


@pytest.mark.parametrize("tonnes", [0, -1, 1e300])
def test_a_pin_of_no_tonnes_is_bad_input(tmp_path: Path, tonnes: float) -> None:
    asked = file(tmp_path, "p", {"pinned": [{"lot": "dear", "spec": "0", "tonnes": tonnes}]})
    status, _, said = allocate(tmp_path, [PRICED], lots(), "--pairings", asked)
    assert (status, "/pinned/0/tonnes" in said) == (2, True)


def test_faulty_specs_and_ids_used_twice_are_bad_input(tmp_path: Path) -> None:
    zero = {**PRICED, "id": "mill", "quantity": {"tonnes": 0}}
    status, _, said = allocate(tmp_path, [zero, {**PRICED, "id": "mill"}], lots())
    assert status == 2
    assert "/0/quantity/tonnes" in said
    assert "/1/id: another spec has the id 'mill'" in said


def test_the_share_of_a_firm_and_small_firms_are_options(tmp_path: Path) -> None:
    _, found, _ = allocate(
        tmp_path, [PRICED], lots(), "--max-share", "0.01", "--small-firms", "1000", "--small-bonus", "5"
    )
    assert found["fairness"]["lost"] > 0
    assert allocate(tmp_path, [PRICED], lots(), "--max-share", "nan")[0] == 2


def test_blends_are_an_option_for_all_specs_and_a_field_of_each(tmp_path: Path) -> None:
    dirty = {**lots()[0], "id": "dirty", "assays": [{"analyte": "Cu", "value": 0.3, "unit": "%", "uncertainty": 0.01}]}
    clean = {**lots()[1], "id": "clean", "assays": [{"analyte": "Cu", "value": 0.1, "unit": "%", "uncertainty": 0.01}]}
    mills = [{**PRICED, "id": "one"}, {**PRICED, "id": "two", "blends": False}]
    _, found, _ = allocate(tmp_path, mills, [dirty, clean], "--blends")
    assert [b["spec"] for b in found["blends"]] == ["one"]
    assert {a["lot"] for a in found["assignments"] if a["blended"]} == {"clean", "dirty"}
    assert found["blends"][0]["limits"][0]["verdict"] == "in_specification"


def test_the_least_co2_takes_blends_too(tmp_path: Path) -> None:
    dirty = {**lots()[0], "id": "dirty", "assays": [{"analyte": "Cu", "value": 0.3, "unit": "%", "uncertainty": 0.01}]}
    clean = {**lots()[1], "id": "clean", "assays": [{"analyte": "Cu", "value": 0.1, "unit": "%", "uncertainty": 0.01}]}
    _, found, _ = allocate(tmp_path, [PRICED], [dirty, clean], "--blends", "--objective", "co2")
    assert {a["lot"] for a in found["assignments"] if a["blended"]} == {"clean", "dirty"}
    assert found["objective"]["sense"] == "min_freight_co2_at_most_tonnes"
    assert found["tonnes"] <= found["most_tonnes"]


def test_a_spec_that_asks_for_blends_of_what_does_not_blend_is_bad_input(tmp_path: Path) -> None:
    status, _, said = allocate(tmp_path, [{**PRICED, "blends": True, "limits": [IMPACT]}], lots())
    assert (status, "no mixing rule" in said) == (2, True)


def test_where_blends_are_only_allowed_such_a_spec_takes_single_lots_and_says_so(tmp_path: Path) -> None:
    mills = [{**PRICED, "id": "mill"}, {**PRICED, "id": "moulder", "limits": [IMPACT]}]
    _, found, _ = allocate(tmp_path, mills, lots(), "--blends")
    (one,) = found["unblended"]
    assert (one["spec"], "no mixing rule" in one["reason"]) == ("moulder", True)
    assert {a["spec"] for a in found["assignments"]} == {"mill"}
