"""`capillary upgrade` and `invest`, run as a shell would."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.unit.test_cli_files import HIGH_COPPER, SPEC, capillary, file

OFFER: dict[str, Any] = {
    "id": "sorter",
    "step": "BALLISTIC_LOWCU",
    "location": {"prefecture": "JP-12"},
    "capacity_tonnes": 500,
    "fee": {"amount": 1500},
    "yield": 0.75,
    "removal": [{"analyte": "Cu", "fraction": 0.55}],
}
LOT = {**HIGH_COPPER, "id": "dirty", "ask_price": {"amount": 20_000, "incoterm": "EXW"}}


def test_a_lot_is_shown_as_it_would_be_and_never_as_measured(tmp_path: Path) -> None:
    files = ("--spec", file(tmp_path, "s", SPEC), "--lot", file(tmp_path, "l", LOT))
    done = capillary("upgrade", *files, "--offers", file(tmp_path, "o", [OFFER]))
    assert (done.returncode, done.stderr) == (0, b"")
    (item,) = json.loads(done.stdout)["items"]
    assert (item["lot"], item["status"]) == ("dirty", "upgraded")
    projection = item["path"]["projection"]
    assert projection["projected"] is True
    assert projection["limits"][0]["expected"] == pytest.approx(0.31 * 0.45 / 0.75)
    assert b'"measured"' not in json.dumps(projection).encode()
    assert item["reason"].startswith("Ballistic/magnetic separator for low-copper shred: 75 t would conform")


def test_lots_of_a_file_share_the_capacities(tmp_path: Path) -> None:
    lots = [{**LOT, "id": "a"}, {**LOT, "id": "b"}]
    files = ("--spec", file(tmp_path, "s", SPEC), "--lots", file(tmp_path, "l", lots))
    done = capillary("upgrade", *files, "--offers", file(tmp_path, "o", [{**OFFER, "capacity_tonnes": 100}]))
    assert [item["status"] for item in json.loads(done.stdout)["items"]] == ["upgraded", "no_path"]


def test_an_impossible_claim_is_bad_input_with_its_pointer(tmp_path: Path) -> None:
    claim = {**OFFER, "removal": [{"analyte": "Ni", "fraction": 0.5}]}
    files = ("--spec", file(tmp_path, "s", SPEC), "--lot", file(tmp_path, "l", LOT))
    done = capillary("upgrade", *files, "--offers", file(tmp_path, "o", [OFFER, claim]))
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"/1/removal/0: Ballistic/magnetic separator for low-copper shred cannot remove Ni" in done.stderr
    assert b"/1/id: another offer has the id 'sorter'" in done.stderr


def test_one_lot_or_many_and_not_both(tmp_path: Path) -> None:
    files = ("--spec", file(tmp_path, "s", SPEC), "--offers", file(tmp_path, "o", [OFFER]))
    assert capillary("upgrade", *files).returncode == 2


def test_invest_ranks_plants_by_what_they_unlock(tmp_path: Path) -> None:
    files = ("--specs", file(tmp_path, "s", [SPEC]), "--lots", file(tmp_path, "l", [LOT]))
    done = capillary("invest", *files)
    assert (done.returncode, done.stderr) == (0, b"")
    items = json.loads(done.stdout)["items"]
    assert items[0]["step"] == "BALLISTIC_LOWCU"
    assert items[0]["reason"].startswith("Ballistic/magnetic separator for low-copper shred in ")
    assert [i["value"] for i in items] == sorted((i["value"] for i in items), reverse=True)


def test_invest_reckons_with_assumed_figures_and_says_what_is_left_out_and_why(tmp_path: Path) -> None:
    files = ("--specs", file(tmp_path, "s", [SPEC]), "--lots", file(tmp_path, "l", [LOT]))
    assumed = [{"step": "HAND_PICKING", "yield": 0.95, "removal": [{"analyte": "Cu", "fraction": 0.6}]}]
    done = capillary("invest", *files, "--assumed", file(tmp_path, "a", assumed), "--ports")
    assert (done.returncode, done.stderr) == (0, b"")
    found = json.loads(done.stdout)
    assert {(i["step"], i["code"]) for i in found["items"]} == {
        ("HAND_PICKING", "invest_as_assumed"),
        ("BALLISTIC_LOWCU", "invest_as_published"),
    }
    assert all(i["site"] for i in found["items"])
    assert {one["step"]: one["reason"] for one in found["left_out"]}["SHREDDER_MAGNET"].startswith("Shredding and magn")


def test_a_wrong_assumption_or_place_is_bad_input_with_its_pointer(tmp_path: Path) -> None:
    files = ("--specs", file(tmp_path, "s", [SPEC]), "--lots", file(tmp_path, "l", [LOT]))
    done = capillary("invest", *files, "--assumed", file(tmp_path, "a", [{"step": "HAND_PICKING", "yield": 2}]))
    assert (done.returncode, b"/0/yield" in done.stderr) == (2, True)
    done = capillary(
        "invest", *files, "--sites", file(tmp_path, "p", [{"id": "x", "location": {"prefecture": "JP-99"}}])
    )
    assert (done.returncode, b"/0/location/prefecture" in done.stderr) == (2, True)


def test_uplift_ranks_the_specs_that_a_lot_could_be_lifted_into(tmp_path: Path) -> None:
    specs = [
        {**SPEC, "id": name, "max_price": {"amount": amount}} for name, amount in (("low", 45_000), ("high", 52_000))
    ]
    files = ("--lot", file(tmp_path, "l", LOT), "--specs", file(tmp_path, "s", specs))
    done = capillary("uplift", *files, "--offers", file(tmp_path, "o", [OFFER]))
    assert (done.returncode, done.stderr) == (0, b"")
    found = json.loads(done.stdout)
    assert [item["spec"] for item in found["items"]] == ["high", "low"]
    assert found["items"][0]["uplift"] > found["items"][1]["uplift"]
    assert found["items"][0]["reason"].startswith("would earn more")
    assert found["items"][0]["path"]["steps"][0]["name"].startswith("Ballistic")
