"""The life of a deal: one table of transitions, which the service executes, the API refuses by, and docs draw.

`proposed → in_review → negotiating → agreed → sampling → contracted → delivering → completed`, or `returned`,
`rejected`, `withdrawn`, `disputed`. Portions, samples and claims have machines of their own, so that one bad portion
does not freeze the deal.
"""

from enum import StrEnum
from typing import Final

import msgspec

from market.deals.errors import TransitionRefused


class Status(StrEnum):
    """Where a deal stands."""

    PROPOSED = "proposed"
    IN_REVIEW = "in_review"
    RETURNED = "returned"
    NEGOTIATING = "negotiating"
    AGREED = "agreed"
    SAMPLING = "sampling"
    CONTRACTED = "contracted"
    DELIVERING = "delivering"
    DISPUTED = "disputed"
    COMPLETED = "completed"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"

    @property
    def over(self) -> bool:
        """Nothing changes any more."""
        return self in (Status.COMPLETED, Status.REJECTED, Status.WITHDRAWN)

    @property
    def struck(self) -> bool:
        """Both sides agreed, and stock is taken on both."""
        return self in _STRUCK


class Actor(StrEnum):
    """As whom someone acts on a deal; the system acts when a deadline passes, an umpire on a sample of it only."""

    BUYER = "buyer"
    SELLER = "seller"
    COORDINATOR = "coordinator"
    SYSTEM = "system"
    UMPIRE = "umpire"


class Turn(StrEnum):
    """Who has to act next."""

    BUYER = "buyer"
    SELLER = "seller"
    BOTH = "both"
    COORDINATOR = "coordinator"
    NOBODY = "nobody"

    def includes(self, actor: Actor) -> bool:
        """Whether it is this actor's turn."""
        return self == actor.value or (self is Turn.BOTH and actor in _SIDES)


class Act(StrEnum):
    """What can be done to a deal, as the paths and the audit trail name it."""

    OPEN = "open"
    TAKE_UP = "take_up"
    DECLINE = "decline"
    WITHDRAW = "withdraw"
    APPROVE = "approve"
    RETURN = "return"
    REJECT = "reject"
    RESUBMIT = "resubmit"
    ESCALATE = "escalate"
    OFFER = "offer"
    ACCEPT = "accept"
    RETRACT = "retract"
    LAPSE = "lapse"
    OPEN_NAMES = "open_names"
    REQUEST_SAMPLE = "request_sample"
    CONTRACT = "contract"
    CANCEL = "cancel"
    DELIVER = "deliver"
    CLAIM = "claim"
    DISPUTE = "dispute"
    RESOLVE = "resolve"
    COMPLETE = "complete"
    EXPIRE = "expire"
    REMIND = "remind"


_SIDES: Final = (Actor.BUYER, Actor.SELLER)
_STRUCK: Final = (
    Status.AGREED,
    Status.SAMPLING,
    Status.CONTRACTED,
    Status.DELIVERING,
    Status.DISPUTED,
    Status.COMPLETED,
)


class Transition(msgspec.Struct, frozen=True):
    """From any of `sources`, an actor of `actors` may take it to one of `targets`, where the guard decides which.

    `in_turn`: only when it is the actor's turn. `guard` and `effect` say in words what the service checks and does.
    """

    act: Act
    sources: tuple[Status, ...]
    targets: tuple[Status, ...]
    actors: tuple[Actor, ...]
    guard: str
    effect: str
    in_turn: bool = False

    def ends(self, source: Status) -> tuple[Status, ...]:
        """Where it may lead from one of its sources: what may stay where it is never moves to another of them."""
        if source not in self.targets:
            return self.targets
        return tuple(target for target in self.targets if target is source or target not in self.sources)


S, A = Status, Actor
TABLE: Final[tuple[Transition, ...]] = (
    Transition(Act.TAKE_UP, (S.PROPOSED,), (S.PROPOSED, S.IN_REVIEW, S.NEGOTIATING), _SIDES,
               "has not taken it up yet", "when all have: to review where the policy asks for it", in_turn=True),
    Transition(Act.DECLINE, (S.PROPOSED,), (S.REJECTED,), _SIDES, "did not open it", "tells the others", in_turn=True),
    Transition(Act.WITHDRAW, (S.PROPOSED, S.IN_REVIEW, S.RETURNED, S.NEGOTIATING), (S.WITHDRAWN,), _SIDES,
               "a reason is given", "open offers end; of a blend all legs end together"),
    Transition(Act.APPROVE, (S.IN_REVIEW,), (S.NEGOTIATING, S.AGREED), (A.COORDINATOR,),
               "the deal is not of one's own organisation", "notes what was approved; agrees what both had accepted",
               in_turn=True),
    Transition(Act.RETURN, (S.IN_REVIEW,), (S.RETURNED,), (A.COORDINATOR,),
               "questions are asked; not of one's own organisation", "the sides answer", in_turn=True),
    Transition(Act.REJECT, (S.IN_REVIEW,), (S.REJECTED,), (A.COORDINATOR,),
               "a reason code is given; not of one's own organisation", "open offers end", in_turn=True),
    Transition(Act.RESUBMIT, (S.RETURNED,), (S.IN_REVIEW,), _SIDES, "the questions are answered",
               "risk is worked out again", in_turn=True),
    Transition(Act.ESCALATE, (S.IN_REVIEW,), (S.IN_REVIEW,), (A.SYSTEM,), "the review's deadline has passed",
               "tells every coordinator who oversees it"),
    Transition(Act.OFFER, (S.NEGOTIATING,), (S.NEGOTIATING,), _SIDES, "terms are whole and within what is left",
               "judges the match again; the offer before no longer counts", in_turn=True),
    Transition(Act.ACCEPT, (S.NEGOTIATING,), (S.NEGOTIATING, S.IN_REVIEW, S.AGREED), _SIDES,
               "the newest offer of the other side, not expired; stock is left on both sides",
               "when all legs have: takes stock on both sides, or goes back to review where an approval became void",
               in_turn=True),
    Transition(Act.RETRACT, (S.NEGOTIATING,), (S.NEGOTIATING,), _SIDES,
               "one's own offer that stands, or one that is accepted while other legs are not",
               "either side may offer again on that leg"),
    Transition(Act.LAPSE, (S.NEGOTIATING,), (S.NEGOTIATING,), (A.SYSTEM,), "an offer's last day has passed",
               "either side may offer again on that leg"),
    Transition(Act.OPEN_NAMES, (S.NEGOTIATING,), (S.NEGOTIATING,), _SIDES, "has not opened its name yet",
               "names are shown once every side has opened them"),
    Transition(Act.REQUEST_SAMPLE, (S.AGREED, S.SAMPLING), (S.SAMPLING,), (A.BUYER,), "the leg's lot has stock left",
               "a sample's own life begins"),
    Transition(Act.CONTRACT, (S.AGREED, S.SAMPLING), (S.AGREED, S.SAMPLING, S.CONTRACTED), _SIDES,
               "no sample is open; permits allow it; has not signed yet", "when every side has signed: contracted"),
    Transition(Act.CANCEL, (S.AGREED, S.SAMPLING, S.CONTRACTED), (S.AGREED, S.SAMPLING, S.CONTRACTED, S.WITHDRAWN),
               _SIDES, "a reason is given; has not asked yet",
               "when every side asks for it, or one after a sample that failed, or when something is overdue and there "
               "is nobody to decide: stock is released"),
    Transition(Act.DELIVER, (S.CONTRACTED, S.DELIVERING), (S.DELIVERING,), (A.SELLER,),
               "permits and the handling checklist are complete", "a portion's own life begins"),
    Transition(Act.REMIND, (S.CONTRACTED, S.DELIVERING), (S.CONTRACTED, S.DELIVERING), (A.SYSTEM,),
               "a day of the schedule has passed, or its grace, or the time to receive and decide a portion",
               "tells both sides of the leg, and of what is overdue those who oversee the deal"),
    Transition(Act.CLAIM, (S.CONTRACTED, S.DELIVERING, S.DISPUTED), (S.CONTRACTED, S.DELIVERING, S.DISPUTED), _SIDES,
               "on a portion that was received, within the contract's time limit; of non-delivery or non-acceptance "
               "once something is overdue", "a claim's own life begins"),
    Transition(Act.DISPUTE, (S.CONTRACTED, S.DELIVERING), (S.DISPUTED,), _SIDES,
               "a claim was not settled between them; someone oversees the deal", "a coordinator arbitrates"),
    Transition(Act.RESOLVE, (S.DISPUTED,), (S.DELIVERING, S.COMPLETED, S.WITHDRAWN), (A.COORDINATOR,),
               "a ruling on every escalated claim; not of one's own organisation; to end it, one on everything that is "
               "open", "portions are decided as ruled; stock that will not move is released", in_turn=True),
    Transition(Act.COMPLETE, (S.DELIVERING,), (S.COMPLETED,), _SIDES,
               "every portion is settled and no claim is open; a recycler only when all is delivered and the time for "
               "claims has passed, or what is left is overdue and there is nobody to decide",
               "stock not delivered is released"),
    Transition(Act.EXPIRE, (S.PROPOSED, S.RETURNED, S.NEGOTIATING, S.AGREED, S.SAMPLING), (S.WITHDRAWN,), (A.SYSTEM,),
               "its deadline has passed", "open offers end; stock that was taken is free again"),
)  # fmt: skip
_BY_ACT: Final = {transition.act: transition for transition in TABLE}


def allowed(status: Status, turn: Turn, actor: Actor) -> tuple[Act, ...]:
    """What this actor may do now, in the order of the table."""
    return tuple(
        t.act for t in TABLE if status in t.sources and actor in t.actors and (not t.in_turn or turn.includes(actor))
    )


def check(act: Act, status: Status, turn: Turn, actor: Actor) -> Transition:
    """The transition. Raises TransitionRefused, which names the status, whose turn it is, and what is allowed."""
    possible = allowed(status, turn, actor)
    if act not in possible:
        raise TransitionRefused(
            {
                "act": act.value,
                "status": status.value,
                "turn": turn.value,
                "allowed": [one.value for one in possible],
            }
        )
    return _BY_ACT[act]
