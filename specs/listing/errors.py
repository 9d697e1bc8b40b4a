"""Refusals in the life of a listing."""

from specs.kit.errors import Refusal


class ListingClosed(Refusal):
    code, title = "listing_closed", "A complete, expired or cancelled listing does not change any more"


class NotADraft(Refusal):
    code, title = "not_a_draft", "Only a draft can be published"


class WindowPassed(Refusal):
    code, title = "window_passed", "The last day of its window has passed"


class BelowReserved(Refusal):
    code, title = "below_reserved", "More than this is already reserved by deals"
