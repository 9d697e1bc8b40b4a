"""Portions: planned, dispatched, taken or not, and settled; they are received on a page of their own."""

from market.console.deals.acting import act, act_on
from market.deals.deliveries.structs import Acceptance, DeliveryDraft, DispatchDraft
from market.deals.structs import Reason

_NOUN = "deliveries"

handlers = [
    act(_NOUN, lambda sent: sent.parts.deliveries.plan(*sent.on, sent.draft(DeliveryDraft))),
    act_on(_NOUN, "call-off", lambda sent: sent.parts.deliveries.call_off(*sent.noun, sent.draft(Reason))),
    act_on(_NOUN, "dispatch", lambda sent: sent.parts.deliveries.dispatch(*sent.noun, sent.draft(DispatchDraft))),
    act_on(_NOUN, "accept", lambda sent: sent.parts.deliveries.accept(*sent.noun, sent.draft(Acceptance))),
    act_on(_NOUN, "reject", lambda sent: sent.parts.deliveries.reject(*sent.noun, sent.draft(Reason))),
    act_on(_NOUN, "settle", lambda sent: sent.parts.deliveries.settle(*sent.noun)),
]
