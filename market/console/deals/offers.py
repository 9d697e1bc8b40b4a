"""すり合わせ: offers made, accepted, and taken back."""

from typing import Any

import msgspec

from market.console.deals.acting import Fields, Sent, act, act_on
from market.deals.offers.structs import OfferDraft

_LIMIT, _MOVED = "/limit:number", "/relax_to:number"


async def _offer(sent: Sent) -> Any:
    draft = msgspec.structs.replace(sent, fields=giving_way(sent.fields)).draft(OfferDraft)
    return await sent.parts.deals.offer(*sent.on, draft)


def giving_way(fields: Fields) -> Fields:
    """Without the limits whose new value was left blank: the form names all that may give way."""
    kept = {name.removesuffix(_MOVED) for name, text in fields if name.endswith(_MOVED) and text.strip()}
    return tuple(one for one in fields if not one[0].endswith(_LIMIT) or one[0].removesuffix(_LIMIT) in kept)


handlers = [
    act("offers", _offer),
    act_on("offers", "accept", lambda sent: sent.parts.deals.accept(*sent.noun)),
    act_on("offers", "retract", lambda sent: sent.parts.deals.retract(*sent.noun)),
]
