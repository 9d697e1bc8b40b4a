"""The life of a sample: one table of transitions, like that of a deal, and apart from it.

`requested → sent → received → settled`, by way of `to_umpire → with_umpire` where the two results differ by more than
the splitting limit, or `cancelled`. Once both sides have filed, their results are opened to both at the same moment.
"""

from enum import StrEnum
from typing import Final

import msgspec

from market.deals.errors import SampleRefused
from market.deals.machine import Actor


class State(StrEnum):
    """Where a sample stands."""

    REQUESTED = "requested"
    SENT = "sent"
    RECEIVED = "received"
    TO_UMPIRE = "to_umpire"
    WITH_UMPIRE = "with_umpire"
    SETTLED = "settled"
    CANCELLED = "cancelled"

    @property
    def over(self) -> bool:
        """Nothing changes any more."""
        return self in (State.SETTLED, State.CANCELLED)

    @property
    def opened(self) -> bool:
        """Both sides have filed, and each sees the other's result."""
        return self in (State.TO_UMPIRE, State.WITH_UMPIRE, State.SETTLED)


class Turn(StrEnum):
    """Who has to act next."""

    BUYER = "buyer"
    SELLER = "seller"
    BOTH = "both"
    UMPIRE = "umpire"
    NOBODY = "nobody"


class Act(StrEnum):
    """What can be done to a sample."""

    SEND = "send"
    RECEIVE = "receive"
    FILE = "file"
    CANCEL = "cancel"
    LAPSE = "lapse"
    PROPOSE_UMPIRE = "propose_umpire"
    NAME_UMPIRE = "name_umpire"
    DECIDE = "decide"


class Transition(msgspec.Struct, frozen=True):
    """From any of `sources`, an actor of `actors` may take it to one of `targets`, where the guard decides which."""

    act: Act
    sources: tuple[State, ...]
    targets: tuple[State, ...]
    actors: tuple[Actor, ...]
    guard: str
    effect: str


S, A = State, Actor
_SIDES: Final = (A.BUYER, A.SELLER)
TABLE: Final[tuple[Transition, ...]] = (
    Transition(Act.SEND, (S.REQUESTED,), (S.SENT,), (A.SELLER,), "sealed, with a carrier", "tells the buyer"),
    Transition(Act.RECEIVE, (S.SENT,), (S.RECEIVED,), (A.BUYER,), "on a day from the sending to today",
               "both laboratories measure"),
    Transition(Act.FILE, (S.RECEIVED,), (S.RECEIVED, S.SETTLED, S.TO_UMPIRE), _SIDES,
               "has not filed yet; a result for each analyte, in a form that can be compared",
               "sealed until both have filed: then settled within the splitting limits, else to an umpire"),
    Transition(Act.CANCEL, (S.REQUESTED, S.SENT, S.RECEIVED), (S.CANCELLED,), _SIDES,
               "a reason is given; nobody has filed", "tells the other side"),
    Transition(Act.LAPSE, (S.RECEIVED,), (S.CANCELLED,), (A.SYSTEM,),
               "a side has not filed within the contract's days after the receipt",
               "what was filed stays sealed; another sample may be requested"),
    Transition(Act.PROPOSE_UMPIRE, (S.TO_UMPIRE, S.WITH_UMPIRE), (S.TO_UMPIRE, S.WITH_UMPIRE), _SIDES,
               "a verified laboratory", "when both propose the same one it is asked"),
    Transition(Act.NAME_UMPIRE, (S.TO_UMPIRE, S.WITH_UMPIRE), (S.WITH_UMPIRE,), (A.COORDINATOR,),
               "a verified laboratory; the deal is not of one's own organisation", "it is asked"),
    Transition(Act.DECIDE, (S.WITH_UMPIRE,), (S.SETTLED,), (A.UMPIRE,),
               "a result for each analyte in dispute", "all analytes are settled"),
)  # fmt: skip
_BY_ACT: Final = {transition.act: transition for transition in TABLE}


def turn(state: State, filed: tuple[Actor, ...] = ()) -> Turn:
    """Whose turn it is; `filed` are the sides that have filed."""
    waiting = {
        State.REQUESTED: Turn.SELLER,
        State.SENT: Turn.BUYER,
        State.RECEIVED: Turn.BOTH,
        State.TO_UMPIRE: Turn.BOTH,
        State.WITH_UMPIRE: Turn.UMPIRE,
    }.get(state, Turn.NOBODY)
    if state is State.RECEIVED and len(filed) == 1:
        return Turn.SELLER if filed[0] is Actor.BUYER else Turn.BUYER
    return waiting


def allowed(state: State, filed: tuple[Actor, ...], actor: Actor) -> tuple[Act, ...]:
    """What this actor may do now, in the order of the table."""
    hindered = {Act.FILE} if actor in filed else set()
    if filed:
        hindered.add(Act.CANCEL)
    return tuple(t.act for t in TABLE if state in t.sources and actor in t.actors and t.act not in hindered)


def check(act: Act, state: State, filed: tuple[Actor, ...], actor: Actor) -> Transition:
    """The transition. Raises SampleRefused, which names the state, whose turn it is, and what is allowed."""
    possible = allowed(state, filed, actor)
    if act not in possible:
        raise SampleRefused(
            {
                "act": act.value,
                "state": state.value,
                "turn": turn(state, filed).value,
                "allowed": [one.value for one in possible],
            }
        )
    return _BY_ACT[act]
