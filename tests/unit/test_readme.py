"""What the README shows is what the program does."""

import json
import re
from pathlib import Path
from typing import Any

from market.commands.documents import read_lot, read_spec
from matching.engine import evaluate
from matching.explain import explain
from specs.catalogue.loader import catalogue
from specs.kit.wire import encode

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
EXAMPLES = ROOT / "docs" / "examples"


def assert_shown(shown: Any, actual: Any, at: str = "") -> None:
    """Everything in `shown` stands in `actual`; a key "…" stands for what is left out."""
    if isinstance(shown, dict):
        for key in shown.keys() - {"…"}:
            assert_shown(shown[key], actual[key], f"{at}/{key}")
    elif isinstance(shown, list):
        assert len(shown) == len(actual), at
        for i, (one, other) in enumerate(zip(shown, actual, strict=True)):
            assert_shown(one, other, f"{at}/{i}")
    else:
        assert shown == actual, at


def test_the_evaluation_shown_is_that_of_the_example_files() -> None:
    block = re.search(r"```json\n(.*?)```", README, re.DOTALL)
    assert block is not None
    known = catalogue()
    spec = read_spec(str(EXAMPLES / "spec.json"), known)
    lot = read_lot(str(EXAMPLES / "lot.json"), known)
    assert_shown(json.loads(block[1]), json.loads(encode(explain(evaluate(spec, lot, known), "en", known))))


def test_every_file_that_it_links_or_names_exists() -> None:
    named = re.findall(r"\]\(([^):]+)\)", README) + re.findall(r"\bdocs/[\w/.-]+\w", README)
    assert named
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_every_make_target_that_it_names_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = set(re.findall(r"(?:^|`)make ([a-z]+)", README, re.MULTILINE))
    assert {"run", "test"} <= named <= targets
