"""The page of a deal's life against the table that the service executes."""

from pathlib import Path

from market.deals.machine import TABLE, Act, Status
from tests.support.deals_page import diagram, page

ROOT = Path(__file__).parents[2]


def test_the_page_in_the_documents_is_the_table() -> None:
    committed = (ROOT / "docs" / "deals.md").read_text(encoding="utf-8")
    assert committed == page(), "run `make docs-deals` and commit the result"


def test_every_status_can_be_reached_and_left_but_for_those_at_an_end() -> None:
    arrows = [line.split(":")[0].split(" --> ") for line in diagram() if "-->" in line]
    reached, left = {to for _, to in arrows}, {source.strip() for source, _ in arrows}
    assert reached >= set(Status)
    assert left >= set(Status)


def test_every_act_but_opening_has_one_row() -> None:
    assert sorted(step.act for step in TABLE) == sorted(set(Act) - {Act.OPEN})
