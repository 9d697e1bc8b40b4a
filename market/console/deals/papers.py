"""Documents that one side lays before the other."""

from market.console.deals.acting import act
from market.deals.structs import PaperDraft

handlers = [act("documents", lambda sent: sent.parts.deals.share(*sent.on, sent.draft(PaperDraft)))]
