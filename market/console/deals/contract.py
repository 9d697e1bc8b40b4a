"""What was agreed: signed, called off, or brought to its end."""

from market.console.deals.acting import act
from market.deals.claims.structs import Resolution
from market.deals.structs import Reason
from market.parties.structs import OrganisationKind as Kind

handlers = [
    act("contract", lambda sent: sent.parts.deals.sign(*sent.on)),
    act("cancel", lambda sent: sent.parts.deals.cancel(*sent.on, sent.draft(Reason))),
    act("complete", lambda sent: sent.parts.deals.complete(*sent.on)),
    act(
        "resolve",
        lambda sent: sent.parts.deals.resolve(*sent.on, sent.draft(Resolution)),
        kinds=(Kind.COORDINATOR,),
    ),
]
