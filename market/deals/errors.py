"""Refusals in the life of a deal."""

from specs.kit.errors import Refusal


class TransitionRefused(Refusal):
    code, title = "transition_refused", "The deal is not in a state for that, or it is another's turn"


class DealExists(Refusal):
    code, title = "deal_exists", "A deal on this spec and this lot is open already"


class NotToBeDealt(Refusal):
    code, title = "not_to_be_dealt", "The two are not open to each other now"


class DealBlocked(Refusal):
    code, title = "deal_blocked", "What stands in the way cannot be negotiated"


class RelaxationNeeded(Refusal):
    code, title = "relaxation_needed", "The lot misses the spec: say which limits should give way"


class BlendOutdated(Refusal):
    code, title = "blend_outdated", "The blend no longer holds"


class BlendBroken(Refusal):
    code, title = "blend_broken", "The lots do not meet the spec together as they are accepted"


class OwnDeal(Refusal):
    code, title = "own_deal", "Not on a deal of one's own organisation"


class DealOver(Refusal):
    code, title = "deal_over", "The deal is over"


class OfferNotStanding(Refusal):
    code, title = "offer_not_standing", "Only the newest offer counts, and this is not it"


class OfferExpired(Refusal):
    code, title = "offer_expired", "The last day of the offer has passed"


class StockTaken(Refusal):
    code, title = "stock_taken", "Less is left than that"


class TooManySuppliers(Refusal):
    code, title = "too_many_suppliers", "The spec wants fewer recyclers than that"


class SampleOpen(Refusal):
    code, title = "sample_open", "A sample of yours is still on its way or disputed"


class PermitMissing(Refusal):
    code, title = "permit_missing", "A permit that the move needs is not there"


class NotFinished(Refusal):
    code, title = "not_finished", "The deal is not ready for that yet"


class PortionRefused(Refusal):
    code, title = "portion_refused", "The portion is not in a state for that, or it is another's turn"


class MoreThanReserved(Refusal):
    code, title = "more_than_reserved", "More than what is left of the agreed tonnes"


class NothingToDeduct(Refusal):
    code, title = "nothing_to_deduct", "The contract has nothing to deduct for what was measured"


class ClaimRefused(Refusal):
    code, title = "claim_refused", "The claim is not in a state for that, or it is another's turn"


class ClaimTooLate(Refusal):
    code, title = "claim_too_late", "The contract's time for claims has passed"


class ClaimTooEarly(Refusal):
    code, title = "claim_too_early", "Nothing of the leg is overdue"


class NoArbiter(Refusal):
    code, title = "no_arbiter", "No coordinator oversees the deal"


class SampleRefused(Refusal):
    code, title = "sample_refused", "The sample is not in a state for that, or it is another's turn"
