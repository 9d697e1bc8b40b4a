"""Random walks over portions and claims of a contracted deal: whoever does whatever, in any order, stock adds up.

After each step the kilograms that are taken of both listings are those of the deal, those delivered are the portions'
own, nothing is sold beyond a listing, and no event is missing. Seeded, so that each run walks the same ways: drawn
examples seldom get as far as a dispute. Budget: 60 seconds on two cores.
"""

from collections.abc import Iterator
from random import Random

import pytest

from market.deals.machine import Act
from tests.support.deal_walk import Stage, World

WALKS, STEPS = 12, 80
# the mill, the coordinator, the yard of the deal, and one that has nothing to do with it
WHO = (0, 0, 0, 1, 2, 2, 2, 3)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    found = World(tmp_path_factory.mktemp("walks"))
    yield found
    found.close()


def walked(stage: Stage, seed: int) -> list[str]:
    """What happened to the deal on one way, held against its laws at every step."""
    ways = Random(seed)
    stage.contract()
    (deal,) = stage.done
    for _ in range(STEPS):
        who, nth = ways.choice(WHO), ways.randrange(6)
        match ways.randrange(12):
            case 0:
                stage.act(deal, who, Act.COMPLETE, "complete", None)
            case 1 | 2 | 3 | 4:
                stage.claim(deal, ways.choice((0, 1, 1, 2)), nth)
            case _:
                stage.move(deal, who, nth)
        stage.hold()
    stage.prove()
    return stage.done[deal]


def test_no_walk_over_portions_and_claims_loses_a_kilogram_or_an_event(world: World) -> None:
    done = set[str]()
    for seed in range(WALKS):
        stage = Stage(world, overseen=False)
        try:
            done.update(walked(stage, seed))
        finally:
            stage.close()

    # they went far enough to say something
    assert {"deliver", "claim", "dispute", "resolve"} <= done
