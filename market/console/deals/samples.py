"""Samples of a deal: asked for, sent, received, measured, and brought before an umpire."""

from market.console.deals.acting import act, act_on
from market.deals.samples.structs import Receiving, ResultDraft, SampleDraft, Sending, UmpireDraft
from market.deals.structs import Reason
from market.http.deals import OPENERS

_SCOPE = "samples:write"
_NOUN = "samples"

handlers = [
    act(_NOUN, lambda sent: sent.parts.samples.request(*sent.on, sent.draft(SampleDraft)), _SCOPE),
    act_on(_NOUN, "send", lambda sent: sent.parts.samples.send(*sent.noun, sent.draft(Sending)), _SCOPE),
    act_on(_NOUN, "receive", lambda sent: sent.parts.samples.receive(*sent.noun, sent.draft(Receiving)), _SCOPE),
    act_on(_NOUN, "results", lambda sent: sent.parts.samples.file(*sent.noun, sent.draft(ResultDraft)), _SCOPE),
    act_on(
        "samples",
        "umpire",
        lambda sent: sent.parts.samples.umpire(*sent.noun, sent.draft(UmpireDraft)),
        _SCOPE,
        OPENERS,
    ),
    act_on(_NOUN, "cancel", lambda sent: sent.parts.samples.cancel(*sent.noun, sent.draft(Reason)), _SCOPE),
]
