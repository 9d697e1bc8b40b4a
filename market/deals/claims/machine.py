"""The life of a claim: one table of transitions, bound to the side that claims and the side that answers.

`open → answered → settled`, or `escalated → decided` by a coordinator while the deal is disputed, or `withdrawn`.
Until it is over, what comes to light later is added to it: by the claimant, and by the other side where it can no
longer say so in an answer.
"""

from enum import StrEnum
from typing import Final, NoReturn

import msgspec

from market.deals.errors import ClaimRefused
from market.deals.machine import Actor, Turn


class State(StrEnum):
    """Where a claim stands."""

    OPEN = "open"
    ANSWERED = "answered"
    SETTLED = "settled"
    ESCALATED = "escalated"
    DECIDED = "decided"
    WITHDRAWN = "withdrawn"

    @property
    def over(self) -> bool:
        """Nothing changes any more."""
        return self in (State.SETTLED, State.DECIDED, State.WITHDRAWN)


class Role(StrEnum):
    """As whom someone acts on a claim."""

    CLAIMANT = "claimant"
    RESPONDENT = "respondent"
    COORDINATOR = "coordinator"


class Act(StrEnum):
    """What can be done to a claim."""

    ANSWER = "answer"
    SETTLE = "settle"
    ESCALATE = "escalate"
    WITHDRAW = "withdraw"
    ADD_EVIDENCE = "add_evidence"
    DECIDE = "decide"


class Transition(msgspec.Struct, frozen=True):
    """From any of `sources` anyone of `roles` may take it to `target`."""

    act: Act
    sources: tuple[State, ...]
    target: State
    roles: tuple[Role, ...]
    guard: str
    effect: str


S, R = State, Role
_UNSETTLED: Final = (S.OPEN, S.ANSWERED)
_PROOF: Final = "documents of one's own, and what they show"
TABLE: Final[tuple[Transition, ...]] = (
    Transition(Act.ANSWER, _UNSETTLED, S.ANSWERED, (R.RESPONDENT,), "says what it offers", "the claimant's turn"),
    Transition(Act.SETTLE, (S.ANSWERED,), S.SETTLED, (R.CLAIMANT,), "takes the newest answer", "tells the other side"),
    Transition(Act.ESCALATE, (S.OPEN,), S.ESCALATED, (R.CLAIMANT,), "seven days without an answer; someone oversees it",
               "the deal is disputed"),
    Transition(Act.ESCALATE, (S.ANSWERED,), S.ESCALATED, (R.CLAIMANT, R.RESPONDENT), "someone oversees the deal",
               "the deal is disputed"),
    Transition(Act.WITHDRAW, _UNSETTLED, S.WITHDRAWN, (R.CLAIMANT,), "none", "tells the other side"),
    Transition(Act.ADD_EVIDENCE, (S.OPEN,), S.OPEN, (R.CLAIMANT,), _PROOF, "tells the other side"),
    Transition(Act.ADD_EVIDENCE, (S.ANSWERED,), S.ANSWERED, (R.CLAIMANT,), _PROOF, "tells the other side"),
    Transition(Act.ADD_EVIDENCE, (S.ESCALATED,), S.ESCALATED, (R.CLAIMANT, R.RESPONDENT), _PROOF,
               "tells the other side, and those who oversee the deal"),
    Transition(Act.DECIDE, (S.ESCALATED, *_UNSETTLED), S.DECIDED, (R.COORDINATOR,),
               "of a disputed deal, with every other escalated claim of it", "the deal goes on or ends"),
)  # fmt: skip
_TARGETS: Final = {(transition.act, source): transition.target for transition in TABLE for source in transition.sources}


def role(actor: Actor, claimant: Actor) -> Role:
    """As whom an actor of the deal acts on a claim of one of its sides."""
    if actor is Actor.COORDINATOR:
        return Role.COORDINATOR
    return Role.CLAIMANT if actor is claimant else Role.RESPONDENT


def turn(state: State, claimant: Actor) -> Turn:
    """Whose turn it is."""
    other = Turn.SELLER if claimant is Actor.BUYER else Turn.BUYER
    return {State.OPEN: other, State.ANSWERED: Turn(claimant.value), State.ESCALATED: Turn.COORDINATOR}.get(
        state, Turn.NOBODY
    )


def allowed(state: State, as_whom: Role) -> tuple[Act, ...]:
    """What may be done now, in the order of the table; what is decided is decided with the deal."""
    return tuple(t.act for t in TABLE if state in t.sources and as_whom in t.roles)


def check(act: Act, state: State, as_whom: Role) -> State:
    """Where it leads. Raises ClaimRefused, which names the state and what is allowed."""
    if act not in allowed(state, as_whom):
        refuse(act, state, as_whom)
    return _TARGETS[act, state]


def refuse(act: Act, state: State, as_whom: Role) -> NoReturn:
    """What the table does not allow, or allows in general and not in this case. Raises ClaimRefused."""
    possible = [one.value for one in allowed(state, as_whom) if one is not act]
    raise ClaimRefused({"act": act.value, "state": state.value, "role": as_whom.value, "allowed": possible})
