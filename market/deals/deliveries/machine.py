"""The life of a portion: one table of transitions, like that of a deal, and apart from it.

`planned → dispatched → received → accepted / accepted_with_deduction / rejected → settled`, `called_off` or `lost`.
A portion that was rejected is replaced by another one: it does not hold up the rest of the deal.
"""

from enum import StrEnum
from typing import Final

import msgspec

from market.deals.errors import PortionRefused
from market.deals.machine import Actor, Status, Turn


class State(StrEnum):
    """Where a portion stands."""

    PLANNED = "planned"
    CALLED_OFF = "called_off"
    DISPATCHED = "dispatched"
    RECEIVED = "received"
    ACCEPTED = "accepted"
    ACCEPTED_WITH_DEDUCTION = "accepted_with_deduction"
    REJECTED = "rejected"
    SETTLED = "settled"
    LOST = "lost"

    @property
    def decided(self) -> bool:
        """The buyer has said what it takes, or nothing came."""
        return self not in (State.DISPATCHED, State.RECEIVED)

    @property
    def over(self) -> bool:
        """Nothing changes any more."""
        return self in (State.SETTLED, State.CALLED_OFF, State.LOST)


class Act(StrEnum):
    """What can be done to a portion."""

    CALL_OFF = "call_off"
    DISPATCH = "dispatch"
    RECEIVE = "receive"
    ACCEPT = "accept"
    DEDUCT = "deduct"
    REJECT = "reject"
    SETTLE = "settle"
    RULE_ACCEPTED = "rule_accepted"
    RULE_REJECTED = "rule_rejected"
    RULE_LOST = "rule_lost"


class Transition(msgspec.Struct, frozen=True):
    """From any of `sources` the actor may take it to `target`, while the deal is in one of `during`."""

    act: Act
    sources: tuple[State, ...]
    target: State
    actor: Actor
    during: tuple[Status, ...]
    guard: str
    effect: str


_BEFORE: Final = (Status.CONTRACTED, Status.DELIVERING)
# a truck on its way arrives, whatever is in dispute meanwhile
_AFTER: Final = (Status.DELIVERING, Status.DISPUTED)
# by a coordinator with its word on the whole deal
_RULED: Final = (Status.DISPUTED,)
S, B, R, C = State, Actor.BUYER, Actor.SELLER, Actor.COORDINATOR
TABLE: Final[tuple[Transition, ...]] = (
    Transition(Act.CALL_OFF, (S.PLANNED,), S.CALLED_OFF, R, _BEFORE, "a reason is given", "tells the buyer"),
    Transition(Act.DISPATCH, (S.PLANNED,), S.DISPATCHED, R, _BEFORE,
               "permits, manifest and handling checklist are complete; no more than is left of the agreed tonnes; "
               "on a day from the last signature to today",
               "the first one makes the deal delivering"),
    Transition(Act.RECEIVE, (S.DISPATCHED,), S.RECEIVED, B, _AFTER, "weighed, on a day from the dispatch to today",
               "what was measured is judged against the agreed limits, of a blend against its own lot's figures"),
    Transition(Act.ACCEPT, (S.RECEIVED,), S.ACCEPTED, B, _AFTER, "no more than is left of the agreed tonnes",
               "at the full price; committed stock becomes delivered"),
    Transition(Act.DEDUCT, (S.RECEIVED,), S.ACCEPTED_WITH_DEDUCTION, B, _AFTER,
               "the contract's formula deducts something; no more than is left of the agreed tonnes",
               "at the price that the formula leaves; committed stock becomes delivered"),
    Transition(Act.REJECT, (S.RECEIVED,), S.REJECTED, B, _AFTER, "a reason is given",
               "stock stays committed for another portion"),
    Transition(Act.SETTLE, (S.ACCEPTED, S.ACCEPTED_WITH_DEDUCTION, S.REJECTED), S.SETTLED, R, _AFTER,
               "it is paid, or taken back", "tells the buyer"),
    Transition(Act.RULE_ACCEPTED, (S.DISPATCHED, S.RECEIVED), S.ACCEPTED, C, _RULED,
               "with the ruling on the deal; no more than is left of the agreed tonnes",
               "at the full price; committed stock becomes delivered"),
    Transition(Act.RULE_REJECTED, (S.RECEIVED,), S.REJECTED, C, _RULED, "with the ruling on the deal",
               "stock stays committed, or is released with the end of the deal"),
    Transition(Act.RULE_LOST, (S.DISPATCHED,), S.LOST, C, _RULED, "with the ruling on the deal: it did not arrive",
               "stock stays committed, or is released with the end of the deal"),
)  # fmt: skip
_BY_ACT: Final = {transition.act: transition for transition in TABLE}


def turn(state: State) -> Turn:
    """Whose turn it is."""
    found = next((t.actor for t in TABLE if state in t.sources), None)
    return Turn.NOBODY if found is None else Turn(found.value)


def allowed(state: State, during: Status, actor: Actor) -> tuple[Act, ...]:
    """What this actor may do now, in the order of the table."""
    return tuple(t.act for t in TABLE if state in t.sources and actor is t.actor and during in t.during)


def check(act: Act, state: State, during: Status, actor: Actor) -> State:
    """Where it leads. Raises PortionRefused, which names the state, whose turn it is, and what is allowed."""
    possible = allowed(state, during, actor)
    if act not in possible:
        raise PortionRefused(
            {
                "act": act.value,
                "state": state.value,
                "status": during.value,
                "turn": turn(state).value,
                "allowed": [one.value for one in possible],
            }
        )
    return _BY_ACT[act].target
