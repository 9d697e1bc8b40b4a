"""`capillary freight`, run as a shell would."""

import json
from pathlib import Path

import msgspec
import pytest

from specs.catalogue.loader import catalogue
from tests.unit.test_cli_files import LOT, SPEC, capillary, file


def test_a_way_by_road_and_sea_is_one_json_document_with_its_sources() -> None:
    arguments = ("freight", "--from", "JP-01", "--to", "JP-13", "--tonnes", "12", "--truck", "4")
    done = capillary(*arguments)
    assert (done.returncode, done.stderr) == (0, b"")
    found = json.loads(done.stdout)
    assert (found["from"], found["to"], found["tonnes"]) == ("JP-01", "JP-13", 12)
    assert (found["cheapest"], found["through"]) == ("direct", None)
    route = found["direct"]
    assert [haul["mode"] for haul in route["hauls"]] == ["truck", "ship", "truck"]
    assert route["hauls"][0]["runs"] == [{"truck_t": 4, "runs": 3}]
    assert route["jpy_per_t"] == pytest.approx(sum(haul["jpy_per_t"] for haul in route["hauls"]), abs=0.01)
    assert route["extrapolated"] is True
    flags = {source["src"]: source["flag"] for source in found["sources"]}
    assert flags == {
        "r_truck_fare": "read",
        "r_improved_tkm": "read",
        "r_diesel_co2": "read",
        "d_coastal_rate": "derived",
        "k_ship_co2": "knowledge",
    }
    assert {source["title"] for source in found["sources"]} <= set(catalogue().sources.values())
    assert "tolls" in found["excludes"]
    assert capillary(*arguments).stdout == done.stdout


def test_a_hub_shows_what_it_saves_and_where_it_pays() -> None:
    question = ("freight", "--from", "JP-20", "--to", "JP-13", "--truck", "4", "--hub", "JP-19", "--tonnes")
    for tonnes, cheapest in (("2.5", "hub"), ("4", "direct")):
        found = json.loads(capillary(*question, tonnes).stdout)
        assert found["cheapest"] == cheapest
        through = found["through"]
        assert (through["saves_jpy_per_t"] > 0) is (cheapest == "hub")
        pays = [one["low"] < float(tonnes) <= one["high"] for one in through["pays_for_tonnes"]]
        assert any(pays) is (cheapest == "hub")
        assert through["pays_for_onward_km"][0]["low"] > 0


def test_all_faults_of_a_question_are_told_at_once() -> None:
    done = capillary(
        *("freight", "--from", "JP-99", "--to", "JP-13", "--tonnes", "0"),
        *("--truck", "1", "--hub", "tokyo", "--handling", "-5"),
    )
    assert (done.returncode, done.stdout) == (2, b"")
    told = [line.split(": ")[0] for line in done.stderr.decode().splitlines()]
    assert told == ["--from", "--hub", "--tonnes", "--truck", "--handling"]


@pytest.mark.parametrize("extra", [("--ship",), ("--handling", "500")])
def test_what_belongs_to_a_hub_needs_one(extra: tuple[str, ...]) -> None:
    done = capillary("freight", "--from", "JP-40", "--to", "JP-13", "--tonnes", "3", *extra)
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"--hub" in done.stderr


def test_the_long_haul_goes_by_ship_where_it_is_asked_for() -> None:
    done = capillary(
        *("freight", "--from", "JP-41", "--to", "JP-13", "--tonnes", "3"),
        *("--hub", "JP-40", "--ship", "--handling", "3000"),
    )
    through = json.loads(done.stdout)["through"]
    assert [haul["mode"] for haul in through["route"]["hauls"]] == ["truck", "truck", "ship", "truck"]
    assert through["route"]["handling_jpy_per_t"] == 3000
    assert through["pays_for_onward_km"] == []


def test_a_table_in_a_file_prices_every_command_that_reckons_with_freight(tmp_path: Path) -> None:
    shipped = catalogue().freight
    fares = tuple(msgspec.structs.replace(fare, jpy=fare.jpy * 2) for fare in shipped.fares)
    own = tmp_path / "own.json"
    own.write_bytes(msgspec.json.encode(msgspec.structs.replace(shipped, fares=fares)))
    pair = ("--spec", file(tmp_path, "s", SPEC), "--lot", file(tmp_path, "l", LOT))
    many = ("--spec", file(tmp_path, "s", SPEC), "--lots", file(tmp_path, "ls", [LOT | {"quantity": {"tonnes": 500}}]))
    both = ("--specs", file(tmp_path, "ss", [SPEC]), "--lots", file(tmp_path, "few", [LOT]))
    hub = {"sites": [{"id": "h", "capacity": 9, "fixed_cost": 0, "prefecture": "JP-13"}]}
    instance = file(tmp_path, "i", hub | {"customers": [{"id": "c", "demand": 1, "prefecture": "JP-14"}]})
    way = ("--from", "JP-14", "--to", "JP-13", "--tonnes", "10")
    stamps = set()
    for command in (
        ("evaluate", *pair),
        ("blend", *many),
        ("advise", *many),
        ("allocate", *both),
        ("site", "--instance", instance),
        ("freight", *way),
    ):
        plain, priced = (json.loads(capillary(*command, *more).stdout) for more in ((), ("--freight-table", str(own))))
        assert plain["freight"] == [catalogue().shipped]
        (stamp,) = priced["freight"]
        stamps.add(stamp)
        assert plain | {"freight": 0} != priced | {"freight": 0}
    assert len(stamps) == 1
    assert stamps.pop().startswith("file@")


def test_every_fault_of_a_table_in_a_file_is_told_with_its_pointer(tmp_path: Path) -> None:
    wrong = msgspec.to_builtins(catalogue().freight) | {"truck_t": 7, "excludes": "a\nb"}
    own = file(tmp_path, "own.json", wrong)
    done = capillary("freight", "--from", "JP-14", "--to", "JP-13", "--tonnes", "1", "--freight-table", own)
    assert (done.returncode, done.stdout) == (2, b"")
    assert [line.split(": ")[1] for line in done.stderr.decode().splitlines()] == ["/excludes", "/truck_t"]
