"""What was agreed: signed, called off, brought to its end, or decided by a coordinator."""

from typing import Any

import msgspec

from market.console.deals.acting import Sent, act
from market.console.deals.rows import filled
from market.deals.claims.structs import Resolution
from market.deals.structs import Reason
from market.parties.structs import OrganisationKind as Kind


async def _resolve(sent: Sent) -> Any:
    # the form names every claim and portion that is open; a coordinator need rule on those escalated only
    fields = filled(filled(sent.fields, "/finding", "/claim_id"), "/fate", "/delivery_id")
    return await sent.parts.deals.resolve(*sent.on, msgspec.structs.replace(sent, fields=fields).draft(Resolution))


handlers = [
    act("contract", lambda sent: sent.parts.deals.sign(*sent.on)),
    act("cancel", lambda sent: sent.parts.deals.cancel(*sent.on, sent.draft(Reason))),
    act("complete", lambda sent: sent.parts.deals.complete(*sent.on)),
    act("resolve", _resolve, kinds=(Kind.COORDINATOR,)),
]
