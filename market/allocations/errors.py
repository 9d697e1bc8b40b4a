"""Refusals about allocations."""

from specs.kit.errors import Refusal


class TooManyListings(Refusal):
    code, title = "too_many_listings", "There are more listings than one allocation is worked out for"
