"""すり合わせ: offers made, accepted, and taken back."""

from typing import Any

from market.console.deals.acting import Sent, act, act_on
from market.console.terms import form
from market.console.typed import Typed
from market.deals.offers.structs import OfferDraft


async def _offer(sent: Sent) -> Any:
    typed = Typed.of_form(sent.fields)
    with form.as_typed(typed):
        return await sent.parts.deals.offer(*sent.on, form.draft(typed, OfferDraft))


handlers = [
    act("offers", _offer),
    act_on("offers", "accept", lambda sent: sent.parts.deals.accept(*sent.noun)),
    act_on("offers", "retract", lambda sent: sent.parts.deals.retract(*sent.noun)),
]
