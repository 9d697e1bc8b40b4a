"""Claims: made, answered, settled, brought before the coordinator, or withdrawn."""

from market.console.deals.acting import act, act_on
from market.deals.claims.structs import ClaimAnswer, ClaimDraft

_NOUN = "claims"

handlers = [
    act(_NOUN, lambda sent: sent.parts.claims.make(*sent.on, sent.draft(ClaimDraft))),
    act_on(_NOUN, "answer", lambda sent: sent.parts.claims.answer(*sent.noun, sent.draft(ClaimAnswer))),
    act_on(_NOUN, "settle", lambda sent: sent.parts.claims.settle(*sent.noun)),
    act_on(_NOUN, "escalate", lambda sent: sent.parts.claims.escalate(*sent.noun)),
    act_on(_NOUN, "withdraw", lambda sent: sent.parts.claims.withdraw(*sent.noun)),
]
