"""Claims: made, proved, answered, settled, brought before the coordinator, or withdrawn."""

from typing import Any

from market.console import forms
from market.console.deals.acting import Sent, act, act_on
from market.console.uploads import missing
from market.deals.claims.structs import ClaimAnswer, ClaimDraft, ClaimEvidence
from market.documents.structs import DocumentKind

_NOUN = "claims"
_EVIDENCE = DocumentKind.CLAIM_EVIDENCE


def _proved(sent: Sent, type_: Any) -> Any:
    """What was said, with the files that prove it."""
    named = ((f"/evidence/{i}", str(document)) for i, document in enumerate(sent.files))
    return forms.draft((*sent.fields, *named), type_)


async def _add(sent: Sent) -> Any:
    if not sent.files:
        raise missing()
    await sent.parts.claims.add_evidence(*sent.noun, _proved(sent, ClaimEvidence))


handlers = [
    act(_NOUN, lambda sent: sent.parts.claims.make(*sent.on, _proved(sent, ClaimDraft)), brings=_EVIDENCE),
    act_on(
        _NOUN,
        "answer",
        lambda sent: sent.parts.claims.answer(*sent.noun, _proved(sent, ClaimAnswer)),
        brings=_EVIDENCE,
    ),
    act_on(_NOUN, "evidence", _add, brings=_EVIDENCE),
    act_on(_NOUN, "settle", lambda sent: sent.parts.claims.settle(*sent.noun)),
    act_on(_NOUN, "escalate", lambda sent: sent.parts.claims.escalate(*sent.noun)),
    act_on(_NOUN, "withdraw", lambda sent: sent.parts.claims.withdraw(*sent.noun)),
]
