"""`capillary evaluate` and `rank`, run as a shell would."""

import json
import os
import subprocess
import sys
import time
from copy import deepcopy
from pathlib import Path
from typing import IO, Any

import pytest

SPEC: dict[str, Any] = {
    "material": "carbon_steel_scrap",
    "limits": [{"analytes": ["Cu"], "max": 0.25, "unit": "%"}],
    "quantity": {"tonnes": 300},
    "delivery": {"location": {"prefecture": "JP-13"}, "from": "2027-01-01", "until": "2027-03-31"},
    "max_price": {"amount": 52000.10, "currency": "JPY", "incoterm": "DAP"},
}
LOT: dict[str, Any] = {
    "material": "carbon_steel_scrap",
    "quantity": {"tonnes": 100},
    "location": {"prefecture": "JP-14"},
    "available": {"from": "2027-01-01", "until": "2027-03-31"},
    "ask_price": {"amount": 45000, "incoterm": "EXW"},
    "assays": [{"analyte": "Cu", "value": 0.2, "unit": "%", "uncertainty": 0.01}],
}
HIGH_COPPER = {**LOT, "assays": [{"analyte": "Cu", "value": 0.31, "unit": "%", "uncertainty": 0.01}]}


def capillary(*arguments: object, stdin: bytes = b"") -> "subprocess.CompletedProcess[bytes]":
    return run(*arguments, stdin=stdin)


def run(
    *arguments: object, stdin: bytes = b"", stdout: IO[bytes] | int = subprocess.PIPE, **environment: str
) -> "subprocess.CompletedProcess[bytes]":
    home = {"PATH": os.defpath, "PYTHONPATH": str(Path(__file__).parents[2]), "PYTHONWARNINGS": "error"}
    return subprocess.run(
        [sys.executable, "-m", "market.cli", *map(str, arguments)],
        input=stdin,
        stdout=stdout,
        stderr=subprocess.PIPE,
        check=False,
        env=home | environment,
        cwd="/",
    )


def file(folder: Path, name: str, document: object) -> Path:
    path = folder / name
    path.write_text(document if isinstance(document, str) else json.dumps(document))
    return path


def test_one_lot_is_judged_with_reasons_in_english(tmp_path: Path) -> None:
    done = capillary("evaluate", "--spec", file(tmp_path, "s", SPEC), "--lot", file(tmp_path, "l", HIGH_COPPER))
    assert (done.returncode, done.stderr) == (0, b"")
    evaluation = json.loads(done.stdout)
    assert evaluation["verdict"] == "out_of_specification"
    assert evaluation["limits"][0]["reason"].startswith("Cu 0.31 % is over 0.25 %; conforms from ")
    assert evaluation["near_miss"]["changes"][0]["limit"] == 0


WASTE = LOT | {"legal_status": "waste"}
TREATS = {"kind": "SANPAI_SHOBUN", "number": "01420123456", "materials": ["steel"], "valid_until": "2027-06-30"}


@pytest.mark.parametrize(
    ("permits", "codes"),
    [
        ({}, []),
        ({"permits": []}, ["permit_missing"]),
        ({"permits": [TREATS]}, []),
        ({"permits": [TREATS | {"valid_until": "2026-12-31"}]}, ["permit_expired"]),
    ],
)
def test_permits_beside_a_lot_of_waste_are_asked_for_only_where_they_are_stated(tmp_path, permits, codes) -> None:
    spec_ = file(tmp_path, "s", SPEC)
    evaluated = capillary("evaluate", "--spec", spec_, "--lot", file(tmp_path, "l", WASTE | permits))
    assert [b["code"] for b in json.loads(evaluated.stdout)["blockers"]] == codes
    ranked = json.loads(capillary("rank", "--spec", spec_, "--lots", file(tmp_path, "ls", [WASTE | permits])).stdout)
    assert (len(ranked["matches"]), len(ranked["near_misses"])) == ((0, 1) if codes else (1, 0))


def test_a_fault_of_a_permit_in_a_file_is_named_by_its_place(tmp_path) -> None:
    wrong = WASTE | {"permits": [TREATS | {"number": "0142012345"}]}
    done = capillary("evaluate", "--spec", file(tmp_path, "s", SPEC), "--lot", file(tmp_path, "l", wrong))
    assert done.returncode == 2
    assert b"/permits/0/number: the number has 10 digits, as before 2007: put a 0 before them" in done.stderr


def test_the_same_files_give_the_same_bytes(tmp_path: Path) -> None:
    arguments = ("evaluate", "--spec", file(tmp_path, "s", SPEC), "--lot", file(tmp_path, "l", LOT))
    assert capillary(*arguments).stdout == capillary(*arguments).stdout


def test_a_spec_may_come_from_standard_input_with_a_byte_order_mark(tmp_path: Path) -> None:
    raw = b"\xef\xbb\xbf" + json.dumps(SPEC).encode()
    done = capillary("evaluate", "--spec", "-", "--lot", file(tmp_path, "l", LOT), stdin=raw)
    assert json.loads(done.stdout)["verdict"] == "in_specification"


def test_standard_input_is_read_for_one_file_only() -> None:
    done = capillary("evaluate", "--spec", "-", "--lot", "-")
    assert (done.returncode, done.stdout) == (1, b"")
    assert b"only one file" in done.stderr


def test_pairs_keep_their_order_and_their_lines(tmp_path: Path) -> None:
    lines = [json.dumps({"spec": SPEC, "lot": lot}) for lot in (LOT, HIGH_COPPER, LOT)]
    done = capillary("evaluate", "--pairs", file(tmp_path, "p", "\n".join(lines) + "\n\n"))
    assert done.returncode == 0
    verdicts = [json.loads(line)["verdict"] for line in done.stdout.splitlines()]
    assert verdicts == ["in_specification", "out_of_specification", "in_specification"]


def test_a_bad_pair_holds_its_place_and_names_its_line(tmp_path: Path) -> None:
    bad = deepcopy(LOT) | {"assays": [{"analyte": "Cu", "value": "high", "unit": "%"}]}
    lines = [json.dumps({"spec": SPEC, "lot": lot}) for lot in (LOT, bad, LOT)]
    path = file(tmp_path, "p", "\n".join(lines))
    done = capillary("evaluate", "--pairs", path)
    assert done.returncode == 2
    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert [next(iter(line)) for line in told] == ["verdict", "error", "verdict"]
    assert done.stderr.decode().startswith(f"{path}:2: /lot/assays/0/value: ")


def test_a_pair_nested_without_end_is_refused(tmp_path: Path) -> None:
    done = capillary("evaluate", "--pairs", file(tmp_path, "p", '{"note": ' + "[" * 100_000))
    assert done.returncode == 2
    assert done.stderr.decode() == f"{tmp_path / 'p'}:1: nested too deeply\n"


def test_lots_are_ranked_by_id_or_place(tmp_path: Path) -> None:
    dear = LOT | {"ask_price": {"amount": 51000, "incoterm": "EXW"}}
    lots = [HIGH_COPPER | {"id": "high copper"}, dear | {"id": "dear"}, LOT]
    done = capillary("rank", "--spec", file(tmp_path, "s", SPEC), "--lots", file(tmp_path, "l", lots))
    assert (done.returncode, done.stderr) == (0, b"")
    ranked = json.loads(done.stdout)
    assert {name: [row["id"] for row in rows] for name, rows in ranked.items()} == {
        "matches": ["2", "dear"],
        "near_misses": ["high copper"],
    }


def test_no_lots_are_an_answer(tmp_path: Path) -> None:
    done = capillary("rank", "--spec", file(tmp_path, "s", SPEC), "--lots", file(tmp_path, "l", []))
    assert json.loads(done.stdout) == {"matches": [], "near_misses": []}


def test_all_faults_of_all_lots_are_told_at_once(tmp_path: Path) -> None:
    nameless = LOT | {"material": "unobtainium"}
    backwards = LOT | {"available": {"from": "2027-03-31", "until": "2027-01-01"}}
    twice = LOT | {"id": "same"}
    path = file(tmp_path, "l", [nameless, backwards, twice, twice])
    done = capillary("rank", "--spec", file(tmp_path, "s", SPEC), "--lots", path)
    assert (done.returncode, done.stdout) == (2, b"")
    lines = done.stderr.decode().splitlines()
    assert [line.split(": ")[1] for line in lines] == ["/0/material", "/1/available/until", "/3/id"]
    assert all(line.startswith(f"{path}: ") for line in lines)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('{"material": NaN}', "line 1, column 14"),
        ("{\n  oops}", "line 2, column 3"),
        ('{"material": 1}', "/material: Expected text, got a whole number"),
        ('{"materials": "x"}', "unknown field 'materials'"),
        ("{}", "missing required field 'material'"),
        ("", "there is nothing in it"),
        ('{"material":', "line 1, column 13: Input data was truncated"),
        ('{"title": "\\ud800"}', "an escape such as \\ud800 stands without its pair"),
        ('{"title": 1}', "/title: Expected text or null, got a whole number"),
        (json.dumps(SPEC).replace("52000.1", '"５２０００"'), "/max_price/amount: Expected a number such as 45000.5"),
        ("[" * 100_000, "Expected 'object', got 'array'"),
        (json.dumps(SPEC).replace("0.25", "1e999"), "/limits/0/max"),
        (json.dumps(SPEC).replace("300", "-300"), "/quantity/tonnes"),
        (json.dumps(SPEC).replace('"Cu"', '"Cuu"'), "/limits/0/analytes/0"),
    ],
)
def test_a_bad_spec_is_refused_with_file_place_and_reason(tmp_path: Path, text: str, reason: str) -> None:
    path = file(tmp_path, "spec.json", text)
    done = capillary("evaluate", "--spec", path, "--lot", file(tmp_path, "l", LOT))
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.decode().startswith(f"{path}: ")
    assert reason in done.stderr.decode()
    assert "Traceback" not in done.stderr.decode()


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    done = capillary("evaluate", "--spec", tmp_path / "none.json", "--lot", tmp_path / "none.json")
    assert done.returncode == 2
    assert done.stderr.decode() == f"{tmp_path / 'none.json'}: No such file or directory\n"


@pytest.mark.parametrize("arguments", [(), ("--spec", "s"), ("--pairs", "p", "--lot", "l")])
def test_half_a_question_is_refused(arguments: tuple[str, ...]) -> None:
    done = capillary("evaluate", *arguments)
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"--pairs" in done.stderr


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "spec.json"
    path.write_bytes(b'{"material": "\xff\xfe"}')
    done = capillary("evaluate", "--spec", path, "--lot", path)
    assert done.returncode == 2
    assert done.stderr.decode() == f"{path}: line 1, column 15: the text is not UTF-8\n"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize("arguments", [("evaluate",), ("--help",)])
def test_an_output_without_room_is_told_in_one_line(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    files = ("--spec", file(tmp_path, "s", SPEC), "--lot", file(tmp_path, "l", LOT))
    with Path("/dev/full").open("wb") as full:
        done = run(*arguments, *(files if arguments == ("evaluate",) else ()), stdout=full)
    assert (done.returncode, done.stderr) == (1, b"standard output: No space left on device\n")


def test_a_terminal_without_the_characters_is_told_their_escapes(tmp_path: Path) -> None:
    lot = LOT | {"assays": [{"analyte": "銅", "value": 0.2, "unit": "%"}]}
    files = ("--spec", file(tmp_path, "s", SPEC), "--lot", file(tmp_path, "l", lot))
    done = run("evaluate", *files, PYTHONIOENCODING="ascii")
    assert (done.returncode, b"\\u9285 is not a known analyte" in done.stderr) == (2, True)
    assert run("evaluate", "--help", PYTHONIOENCODING="ascii").returncode == 0


def test_an_evaluation_needs_half_a_second_of_processor_at_most(tmp_path: Path) -> None:
    arguments = ("evaluate", "--spec", file(tmp_path, "s", SPEC), "--lot", file(tmp_path, "l", LOT))
    capillary(*arguments)  # fills the bytecode cache
    used = []
    for _ in range(3):
        before = os.times()
        start = time.perf_counter()
        capillary(*arguments)
        after = os.times()
        processor = after.children_user - before.children_user + after.children_system - before.children_system
        used.append(min(processor, time.perf_counter() - start))
    assert min(used) < 0.5


def test_evaluate_imports_no_server_library(tmp_path: Path) -> None:
    program = (
        "import sys\n"
        "from market.commands.judge import evaluate_files\n"
        f"evaluate_files({str(file(tmp_path, 's', SPEC))!r}, {str(file(tmp_path, 'l', LOT))!r})\n"
        "servers = {'litestar', 'asyncpg', 'sqlalchemy', 'arq', 'redis', 'rich', 'alembic', 'highspy'}\n"
        "heavy = servers & set(sys.modules)\n"
        "sys.exit(str(heavy) if heavy else 0)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False, cwd=Path.cwd())
    assert (done.returncode, done.stderr) == (0, b"")
