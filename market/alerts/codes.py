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
    DEAL_PROPOSED = "deal_proposed"
    DEAL_DECLINED = "deal_declined"
    DEAL_WITHDRAWN = "deal_withdrawn"
    DEAL_NEGOTIATING = "deal_negotiating"
    OFFER_MADE = "offer_made"
    OFFER_ACCEPTED = "offer_accepted"
    OFFER_RETRACTED = "offer_retracted"
    OFFER_LAPSED = "offer_lapsed"
    DEAL_AGREED = "deal_agreed"
    DEAL_APPROVED = "deal_approved"
    DEAL_RETURNED = "deal_returned"
    DEAL_REJECTED = "deal_rejected"
    DEAL_EXPIRED = "deal_expired"
    # the file `name` of the document
    DOCUMENT_INFECTED = "document_infected"
    # number, permit (its kind), until, days
    PERMIT_ENDS_SOON = "permit_ends_soon"
    PERMIT_ENDED = "permit_ended"
    # number, permit
    PERMIT_CONFIRMED = "permit_confirmed"
    PERMIT_REFUSED = "permit_refused"
