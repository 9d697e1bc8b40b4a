"""The table of transitions, alone."""

import pytest

from market.deals.errors import TransitionRefused
from market.deals.machine import TABLE, Act, Actor, Status, Turn, allowed, check


def test_every_act_but_opening_has_one_row() -> None:
    assert sorted(row.act for row in TABLE) == sorted(set(Act) - {Act.OPEN})


def test_every_status_is_reached_from_a_proposal() -> None:
    reached, before = {Status.PROPOSED}, set[Status]()
    while reached != before:
        before = set(reached)
        reached |= {target for row in TABLE for target in row.targets if reached & set(row.sources)}
    assert reached == set(Status)


def test_nothing_leads_out_of_an_end() -> None:
    assert [row.act for row in TABLE for source in row.sources if source.over] == []


def test_from_every_status_that_is_no_end_someone_can_go_on() -> None:
    for status in Status:
        acts = [a for turn in Turn for actor in Actor for a in allowed(status, turn, actor)]
        assert status.over or acts, status


@pytest.mark.parametrize("turn", list(Turn))
def test_only_those_whose_turn_it_is_may_offer(turn: Turn) -> None:
    for actor in (Actor.BUYER, Actor.SELLER):
        assert (Act.OFFER in allowed(Status.NEGOTIATING, turn, actor)) == turn.includes(actor)


def test_a_refusal_names_the_status_the_turn_and_what_is_allowed() -> None:
    with pytest.raises(TransitionRefused) as refused:
        check(Act.ACCEPT, Status.IN_REVIEW, Turn.COORDINATOR, Actor.BUYER)
    assert refused.value.params == {
        "act": "accept",
        "status": "in_review",
        "turn": "coordinator",
        "allowed": ["withdraw"],
    }
