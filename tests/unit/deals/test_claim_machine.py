"""The table of a claim's transitions, alone, and the last moment for a claim."""

from datetime import UTC, date, datetime

import pytest

from market.deals.claims.limit import until
from market.deals.claims.machine import TABLE, Act, Role, State, allowed, check, role, turn
from market.deals.errors import ClaimRefused
from market.deals.machine import Actor, Turn


def test_an_act_leads_to_one_state_from_each() -> None:
    assert {row.act for row in TABLE} == set(Act)
    led = [(row.act, source) for row in TABLE for source in row.sources]
    assert len(led) == len(set(led))


def test_every_state_is_reached_and_only_ends_are_left_by_nobody() -> None:
    assert {State.OPEN} | {row.target for row in TABLE} == set(State)
    assert {state for state in State if not any(state in row.sources for row in TABLE)} == {
        state for state in State if state.over
    }


@pytest.mark.parametrize("claimant", [Actor.BUYER, Actor.SELLER])
def test_the_sides_are_those_of_who_claims(claimant: Actor) -> None:
    other = Actor.SELLER if claimant is Actor.BUYER else Actor.BUYER
    assert (role(claimant, claimant), role(other, claimant)) == (Role.CLAIMANT, Role.RESPONDENT)
    assert (turn(State.OPEN, claimant), turn(State.ANSWERED, claimant)) == (Turn(other.value), Turn(claimant.value))


def test_nobody_answers_or_settles_for_the_other_side() -> None:
    assert allowed(State.OPEN, Role.CLAIMANT) == (Act.ESCALATE, Act.WITHDRAW, Act.ADD_EVIDENCE)
    assert allowed(State.ANSWERED, Role.RESPONDENT) == (Act.ANSWER, Act.ESCALATE)


def test_only_a_coordinator_decides_and_nothing_else() -> None:
    assert [(s, a) for s in State for a in allowed(s, Role.COORDINATOR)] == [
        (state, Act.DECIDE) for state in (State.OPEN, State.ANSWERED, State.ESCALATED)
    ]


def test_a_refusal_names_the_state_the_role_and_what_is_allowed() -> None:
    with pytest.raises(ClaimRefused) as refused:
        check(Act.SETTLE, State.OPEN, Role.CLAIMANT)
    assert refused.value.params == {
        "act": "settle",
        "state": "open",
        "role": "claimant",
        "allowed": ["escalate", "withdraw", "add_evidence"],
    }


def test_the_last_day_counts_whole_in_japan() -> None:
    # received on 1 March, thirty days: all of 31 March in Japan, which ends at 15:00 UTC
    assert until(date(2027, 3, 1), 30) == datetime(2027, 3, 31, 15, 0, tzinfo=UTC)
