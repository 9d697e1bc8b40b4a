"""すり合わせ: offers made, accepted, and taken back."""

from typing import Any

import msgspec

from market.console.deals.acting import Sent, act, act_on
from market.console.deals.rows import filled
from market.deals.offers.structs import OfferDraft


async def _offer(sent: Sent) -> Any:
    # the form names every limit that may give way
    fields = filled(sent.fields, "/relax_to:number", "/limit:number")
    return await sent.parts.deals.offer(*sent.on, msgspec.structs.replace(sent, fields=fields).draft(OfferDraft))


handlers = [
    act("offers", _offer),
    act_on("offers", "accept", lambda sent: sent.parts.deals.accept(*sent.noun)),
    act_on("offers", "retract", lambda sent: sent.parts.deals.retract(*sent.noun)),
]
