"""What people are told of. Each code has its text in both HTTP locales; a test compares."""

from enum import StrEnum


class Code(StrEnum):
    """Beside each, the parameters that its text names."""

    ORGANISATION_VERIFIED = "organisation_verified"
    ORGANISATION_UNVERIFIED = "organisation_unverified"
    # `material` of the deal, and `until`, the last day of its review in Japan
    REVIEW_WAITING = "review_waiting"
    REVIEW_OVERDUE = "review_overdue"
    # `material` of the deal
    REVIEW_UNOVERSEEN = "review_unoverseen"
    DEAL_PROPOSED = "deal_proposed"
    DEAL_DECLINED = "deal_declined"
    DEAL_WITHDRAWN = "deal_withdrawn"
    DEAL_NEGOTIATING = "deal_negotiating"
    OFFER_MADE = "offer_made"
    OFFER_ACCEPTED = "offer_accepted"
    OFFER_RETRACTED = "offer_retracted"
    OFFER_LAPSED = "offer_lapsed"
    DEAL_AGREED = "deal_agreed"
    CONTRACT_SIGNED = "contract_signed"
    DEAL_CONTRACTED = "deal_contracted"
    CANCEL_ASKED = "cancel_asked"
    DEAL_CALLED_OFF = "deal_called_off"
    DEAL_COMPLETED = "deal_completed"
    DEAL_DISPUTED = "deal_disputed"
    DISPUTE_EVIDENCE = "dispute_evidence"
    DEAL_RESOLVED = "deal_resolved"
    DEAL_APPROVED = "deal_approved"
    DEAL_RETURNED = "deal_returned"
    DEAL_REJECTED = "deal_rejected"
    DEAL_EXPIRED = "deal_expired"
    # `material` of the tender; of the one that was won the object is the deal
    TENDER_INVITED = "tender_invited"
    TENDER_OPENED = "tender_opened"
    TENDER_WON = "tender_won"
    TENDER_LOST = "tender_lost"
    TENDER_CANCELLED = "tender_cancelled"
    # the file `name` of the document
    DOCUMENT_INFECTED = "document_infected"
    # number, permit (its kind), until, days
    PERMIT_ENDS_SOON = "permit_ends_soon"
    PERMIT_ENDED = "permit_ended"
    # number, permit
    PERMIT_CONFIRMED = "permit_confirmed"
    PERMIT_REFUSED = "permit_refused"
    # `no` of the portion in its leg, and its `tonnes`
    DELIVERY_PLAN = "delivery_plan"
    DELIVERY_CALL_OFF = "delivery_call_off"
    DELIVERY_DISPATCH = "delivery_dispatch"
    DELIVERY_RECEIVE = "delivery_receive"
    DELIVERY_ACCEPT = "delivery_accept"
    DELIVERY_DEDUCT = "delivery_deduct"
    DELIVERY_REJECT = "delivery_reject"
    DELIVERY_SETTLE = "delivery_settle"
    DELIVERY_RULE_ACCEPTED = "delivery_rule_accepted"
    DELIVERY_RULE_REJECTED = "delivery_rule_rejected"
    DELIVERY_RULE_LOST = "delivery_rule_lost"
    # `material`, the `day` by which it was due, and the `tonnes` that miss
    DELIVERY_DUE = "delivery_due"
    DELIVERY_OVERDUE = "delivery_overdue"
    # `material`, `no` of the portion, and its `tonnes`
    RECEIPT_OVERDUE = "receipt_overdue"
    # `no` of the claim in its leg
    CLAIM_MADE = "claim_made"
    CLAIM_ANSWER = "claim_answer"
    CLAIM_SETTLE = "claim_settle"
    CLAIM_ESCALATE = "claim_escalate"
    CLAIM_WITHDRAW = "claim_withdraw"
    CLAIM_ADD_EVIDENCE = "claim_add_evidence"
    CLAIM_DECIDE = "claim_decide"
    # `no` of the sample within its leg
    SAMPLE_REQUESTED = "sample_requested"
    # `seal` too
    SAMPLE_SENT = "sample_sent"
    SAMPLE_RECEIVED = "sample_received"
    SAMPLE_CANCELLED = "sample_cancelled"
    SAMPLE_FILED = "sample_filed"
    SAMPLE_RESULT_DUE = "sample_result_due"
    SAMPLE_LAPSED = "sample_lapsed"
    # `analytes` in dispute too
    SAMPLE_TO_UMPIRE = "sample_to_umpire"
    SAMPLE_UMPIRE_PROPOSED = "sample_umpire_proposed"
    SAMPLE_UMPIRE_NAMED = "sample_umpire_named"
    SAMPLE_SETTLED = "sample_settled"
    SAMPLE_FAILED = "sample_failed"
    # `analytes` for which one pays, alone or with the other side
    UMPIRE_OWED = "umpire_owed"
    # `material` of the sample
    UMPIRE_ASKED = "umpire_asked"
