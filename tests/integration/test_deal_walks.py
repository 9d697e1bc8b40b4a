"""Random walks over the deal API: whoever calls whatever in any order, nothing illegal, sold twice or lost comes of it.

At least 2,000 steps, each one a request of its own and a look into the database. Budget: 90 seconds on two cores.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from market.deals.machine import Act
from tests.support.deal_walk import Stage, World
from tests.support.deals import TERMS

WALKS, STEPS, LEAST = 44, 130, 2_000
REASON = {"reason": "as the walk goes"}
SIMPLE: dict[Act, tuple[str, dict[str, Any] | None]] = {
    Act.TAKE_UP: ("take-up", None),
    Act.DECLINE: ("decline", REASON),
    Act.WITHDRAW: ("withdraw", REASON),
    Act.APPROVE: ("review", {"act": "approve"}),
    Act.RETURN: ("review", {"act": "return", "questions": ["why?"]}),
    Act.REJECT: ("review", {"act": "reject", "reason_code": "other", "note": "no"}),
    Act.RESUBMIT: ("resubmit", {"answers": ["so"]}),
    Act.OPEN_NAMES: ("names", None),
}
MILL, COORDINATOR, YARD = 0, 1, 2
BEGINNINGS = ((YARD, Act.TAKE_UP), (COORDINATOR, Act.APPROVE))
ENDING = (Act.DECLINE, Act.WITHDRAW, Act.REJECT)
PICK = st.integers(0, 3)
# mostly by one who may, else by anyone
WILD = st.sampled_from([False, False, True])
# ends come seldom, or no walk gets far
ACTS = st.sampled_from([act for act in SIMPLE for _ in range(1 if act in ENDING else 9)])


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    found = World(tmp_path_factory.mktemp("walks"))
    yield found
    found.close()


def test_no_walk_reaches_an_illegal_state_sells_a_tonne_twice_or_loses_an_event(world: World) -> None:
    taken = []

    class Walk(RuleBasedStateMachine):
        @initialize(depth=st.sampled_from([3, 2, 3, 1, 3, 0]))
        def begin(self, depth: int) -> None:
            """At the proposal, or some steps on, so that walks also begin where agreements are near."""
            self.stage = Stage(world)
            self.stage.open(0, 0)
            for who, act in BEGINNINGS[:depth]:
                self.stage.act(self.deal(0), who, act, *SIMPLE[act])
            if depth > len(BEGINNINGS):
                self.stage.act(self.deal(0), YARD, Act.OFFER, "offers", TERMS | {"tonnes": 60})

        def deal(self, pick: int) -> str:
            deals = list(self.stage.done)
            return deals[pick % len(deals)]

        @rule(who=PICK, lot=st.integers(0, 1))
        def open(self, who: int, lot: int) -> None:
            self.stage.open(who, lot)

        @rule(pick=PICK, who=PICK, act=ACTS, wild=WILD)
        def act(self, pick: int, who: int, act: Act, wild: bool) -> None:
            taken.append(act)
            deal = self.deal(pick)
            self.stage.act(deal, who if wild else self.stage.who_may(deal, act, who), act, *SIMPLE[act])

        @rule(pick=PICK, who=PICK, nth=st.integers(0, 9))
        def go_on(self, pick: int, who: int, nth: int) -> None:
            """Something that is allowed, so that walks get far."""
            deal = self.deal(pick)
            acts = [act for act in self.stage.allowed(deal, who) if act in SIMPLE and act not in ENDING]
            if acts:
                act = acts[nth % len(acts)]
                taken.append(act)
                self.stage.act(deal, who, act, *SIMPLE[act])

        @rule(
            pick=PICK,
            who=PICK,
            tonnes=st.sampled_from([20, 40, 60, 100]),
            price=st.sampled_from([40000, 52000]),
            wild=WILD,
        )
        def offer(self, *, pick: int, who: int, tonnes: int, price: int, wild: bool) -> None:
            taken.append(Act.OFFER)
            terms = TERMS | {"tonnes": tonnes, "price": TERMS["price"] | {"amount": price}}
            deal = self.deal(pick)
            by = who if wild else self.stage.who_may(deal, Act.OFFER, who)
            self.stage.act(deal, by, Act.OFFER, "offers", terms)

        @rule(
            pick=PICK,
            who=PICK,
            nth=st.sampled_from([0, 0, 0, 1]),
            act=st.sampled_from(["accept", "accept", "accept", "retract"]),
            wild=WILD,
        )
        def answer(self, pick: int, who: int, nth: int, act: str, wild: bool) -> None:
            deal = self.deal(pick)
            one = who if wild else self.stage.who_may(deal, Act(act), who)
            offer = self.stage.newest(deal, one, nth)
            if offer is not None:
                taken.append(Act(act))
                self.stage.act(deal, one, Act(act), f"offers/{offer}/{act}", None)

        @precondition(lambda self: hasattr(self, "stage"))
        @invariant()
        def holds(self) -> None:
            self.stage.hold()

        def teardown(self) -> None:
            if hasattr(self, "stage"):
                self.stage.prove()
                self.stage.close()

    run_state_machine_as_test(
        Walk,
        settings=settings(
            max_examples=WALKS, stateful_step_count=STEPS, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
    assert len(taken) >= LEAST
    assert world.agreements() >= 3
