"""The table of a portion's transitions, alone."""

import pytest

from market.deals.deliveries.machine import TABLE, Act, State, allowed, check, turn
from market.deals.errors import PortionRefused
from market.deals.machine import Actor, Status, Turn


def test_every_act_has_one_row() -> None:
    assert sorted(row.act for row in TABLE) == sorted(Act)


def test_every_state_is_reached_from_a_plan() -> None:
    reached = {State.PLANNED}
    for _ in State:
        reached |= {row.target for row in TABLE if reached & set(row.sources)}
    assert reached == set(State)


def test_nothing_leads_out_of_an_end_and_something_out_of_all_others() -> None:
    assert {state for state in State if not any(state in row.sources for row in TABLE)} == {
        state for state in State if state.over
    }


def test_of_each_state_one_side_has_the_turn() -> None:
    for state in State:
        sides = {row.actor.value for row in TABLE if state in row.sources} - {Actor.COORDINATOR.value}
        assert sides == ({turn(state).value} - {Turn.NOBODY.value}), state


def test_only_the_buyer_decides_on_what_it_received() -> None:
    for actor in Actor:
        expected = (Act.ACCEPT, Act.DEDUCT, Act.REJECT) if actor is Actor.BUYER else ()
        assert allowed(State.RECEIVED, Status.DELIVERING, actor) == expected


def test_a_coordinator_rules_on_what_nobody_decided_while_the_deal_is_disputed() -> None:
    ruled = {state: allowed(state, Status.DISPUTED, Actor.COORDINATOR) for state in State}

    assert {state: acts for state, acts in ruled.items() if acts} == {
        State.DISPATCHED: (Act.RULE_ACCEPTED, Act.RULE_LOST),
        State.RECEIVED: (Act.RULE_ACCEPTED, Act.RULE_REJECTED),
    }


@pytest.mark.parametrize("status", [status for status in Status if status.over])
def test_nothing_moves_in_a_deal_that_is_over(status: Status) -> None:
    assert [a for state in State for actor in Actor for a in allowed(state, status, actor)] == []


def test_what_is_on_its_way_arrives_though_the_deal_is_disputed() -> None:
    assert allowed(State.DISPATCHED, Status.DISPUTED, Actor.BUYER) == (Act.RECEIVE,)
    assert allowed(State.PLANNED, Status.DISPUTED, Actor.SELLER) == ()


def test_a_refusal_names_the_state_the_turn_and_what_is_allowed() -> None:
    with pytest.raises(PortionRefused) as refused:
        check(Act.ACCEPT, State.PLANNED, Status.CONTRACTED, Actor.SELLER)
    assert refused.value.params == {
        "act": "accept",
        "state": "planned",
        "status": "contracted",
        "turn": "seller",
        "allowed": ["call_off", "dispatch"],
    }
