"""Refusals about which listings meet."""

from specs.kit.errors import Refusal


class NotOpen(Refusal):
    code, title = "not_open", "Only an active listing of a verified organisation meets the other side"


class TooManyLots(Refusal):
    code, title = "too_many_lots", "There are more lots than one answer is worked out of"


class TooManyListings(Refusal):
    code, title = "too_many_listings", "There are more listings than one answer is worked out of"
