"""From a proposal to an end before anything is agreed: take up, decline, step back, open names, answer questions."""

from typing import Any

from market.console.deals.acting import Sent, act
from market.deals.review import deciding
from market.deals.review.structs import Answers
from market.deals.structs import Reason


async def _resubmit(sent: Sent) -> Any:
    answers = sent.draft(Answers)
    return await sent.parts.deals.change(*sent.on, lambda work, deal: deciding.resubmit(work, deal, answers))


handlers = [
    act("take-up", lambda sent: sent.parts.deals.take_up(*sent.on)),
    act("decline", lambda sent: sent.parts.deals.decline(*sent.on, sent.draft(Reason))),
    act("withdraw", lambda sent: sent.parts.deals.withdraw(*sent.on, sent.draft(Reason))),
    act("names", lambda sent: sent.parts.deals.open_names(*sent.on)),
    act("resubmit", _resubmit),
]
