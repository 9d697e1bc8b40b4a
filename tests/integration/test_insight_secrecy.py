"""Nothing that is answered tells of fewer than five firms: each figure is taken apart into the lots behind it.

Each lot has kilograms of a power of two, so that the sum in an answer, and every difference of two, names its lots.
"""

import random
from collections.abc import AsyncIterator
from itertools import combinations
from typing import Any

import pytest_asyncio

from market.insight.cells import LEAST
from market.insight.structs import Column
from tests.support.api import client, serving
from tests.support.market import Market
from tests.support.matched import Jobs, publish_lot
from tests.support.postgres import Cluster
from workers import schedule

FIRMS, LOTS = 12, 30
MONTHS = ("2027-01", "2027-02", "2027-04")


@pytest_asyncio.fixture(scope="module")
async def answers(postgres: Cluster) -> AsyncIterator[tuple[set[int], dict[int, int]]]:
    """All kilograms that a firm is answered, and the firm behind each bit."""
    rng = random.Random(11)
    async with postgres.database() as (name, database):
        market = Market(postgres, name, database)
        yards = [await market.organisation("recycler", f"Yard {n}") for n in range(FIRMS)]
        behind = {}
        for bit in range(LOTS):
            firm = rng.randrange(FIRMS)
            behind[bit] = firm
            month = rng.choice(MONTHS)
            await publish_lot(
                market,
                yards[firm],
                material=rng.choice(("carbon_steel_scrap", "carbon_steel_scrap", "pig_iron_scrap")),
                grade=None,
                form=None,
                location={"prefecture": rng.choice(("JP-13", "JP-14", "JP-12", "JP-27"))},
                quantity={"tonnes": 2**bit / 1000},
                available={"from": f"{month}-01", "until": f"{month}-28"},
            )
        await schedule.take_stock(Jobs(market).context)
        async with serving(market) as api, client(api, yards[0]) as caller:
            found: set[int] = set()
            for query in queries():
                answer = await caller.get(f"/v1/balance?{query}")
                assert answer.status_code == 200, answer.text
                found |= set(kilograms(answer.json()))
        yield found, behind


def queries() -> list[str]:
    """Columns of up to three kinds, and a filter or none."""
    grouped = [",".join(c) for n in (1, 2, 3) for c in combinations(Column, n)]
    filters = ["", "prefecture=JP-14", "region=kanto", "family=steel", "material=carbon_steel_scrap", "from=2027-02"]
    filters += ["until=2027-03", "from=2027-02&until=2027-02", "grade=none"]
    return [f"group_by={columns}&{one}" for columns in grouped for one in filters if not one or len(columns) < 20]


def kilograms(answer: Any) -> list[int]:
    sides = [answer["totals"]["supply"], *(item["supply"] for item in answer["items"])]
    return [round(side["tonnes"] * 1000) for side in sides if side is not None]


def firms(bits: int, behind: dict[int, int]) -> int:
    return len({firm for bit, firm in behind.items() if bits >> bit & 1})


async def test_something_is_told_in_several_cells(answers: tuple[set[int], dict[int, int]]) -> None:
    assert len(answers[0]) >= 5
    assert max(answers[0]) == 2**LOTS - 1


async def test_every_answer_and_every_difference_of_answers_is_of_five_firms(
    answers: tuple[set[int], dict[int, int]],
) -> None:
    known, behind = answers
    for _ in range(3):
        new = {a - b for a in known for b in known if a != b and a & b == b} - known
        known = known | set(sorted(new)[:500])
    assert min(firms(bits, behind) for bits in known) >= LEAST
