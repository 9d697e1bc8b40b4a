"""Refusals in the life of a tender."""

from specs.kit.errors import Refusal


class TenderRefused(Refusal):
    code, title = "tender_refused", "The tender is not in a state for that"


class NobodyToInvite(Refusal):
    code, title = "nobody_to_invite", "No lot of another party fits the spec just now"


class BidsSealed(Refusal):
    code, title = "bids_sealed", "The bids are shut until the common opening"


class BidNotStanding(Refusal):
    code, title = "bid_not_standing", "Only the newest bid for a lot counts, and this is not it"
