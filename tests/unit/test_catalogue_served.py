"""The reference data as it is served, and as it is shipped."""

import json
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import msgspec
import pytest

from specs.catalogue import views
from specs.catalogue.loader import catalogue
from specs.catalogue.permit_views import permit_kinds
from tests.support.records import records

KNOWN = catalogue()
ROOT = Path(__file__).parents[2]


def test_everything_has_a_name_in_both_languages() -> None:
    listed = (
        *views.families(),
        *views.materials(),
        *views.grades(),
        *views.analytes(),
        *views.steps(),
        *views.forms(),
        *permit_kinds(),
    )
    named = [(item.code, item.name.ja, item.name.en) for item in listed]
    named += [(r.code, r.title.ja, r.title.en) for r in views.regimes()]
    named += [(p.code, p.name_ja, p.name_en) for p in views.prefectures()]
    assert [code for code, ja, en in named if not ja.strip() or not en.strip()] == []


@pytest.mark.parametrize(
    "view",
    [
        views.families,
        views.materials,
        views.grades,
        views.analytes,
        views.steps,
        views.regimes,
        views.units,
        permit_kinds,
    ],
)
def test_a_view_encodes_and_resolves_every_src_within_the_item(view: object) -> None:
    items = json.loads(msgspec.json.encode(view()))  # type: ignore[operator]
    assert items
    for item in items:
        resolved = {source["code"] for source in item.get("sources", [])}
        inner = {str(record["src"]) for _, record in records(item, "") if "src" in record}
        assert inner <= resolved, item["code"]


def test_steps_name_known_analytes_and_families() -> None:
    families = {f.code for f in views.families()}
    for step in views.steps():
        assert set(step.removes_analytes) <= set(KNOWN.analytes), step.code
        assert set(step.families) <= families, step.code
        assert step.figures or step.unknown or step.notes, step.code


def test_the_data_loads_from_a_built_wheel(tmp_path: Path) -> None:
    source = tmp_path / "source"
    shutil.copytree(
        ROOT, source, ignore=shutil.ignore_patterns(".venv", "node_modules", "__pycache__", ".*cache*", "tests")
    )
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(build, cwd=source, check=True, capture_output=True)
    with zipfile.ZipFile(next(tmp_path.glob("*.whl"))) as wheel:
        wheel.extractall(tmp_path / "installed")
    code = (
        "import datetime; from specs.catalogue.loader import catalogue; from market.demo.story import demo;"
        "from market.demo.scenes import scenes;"
        "print(len(catalogue().grades), len(demo(datetime.date(2026, 11, 24)).lots), len(scenes()))"
    )
    shown = subprocess.run(
        [sys.executable, "-c", code],
        env={"PYTHONPATH": str(tmp_path / "installed"), "PATH": ""},
        cwd=tmp_path,
        check=True,
        capture_output=True,
        text=True,
    )
    assert shown.stdout.split() == ["126", "106", "19"]
