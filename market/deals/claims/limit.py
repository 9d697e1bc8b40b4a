"""Until when a claim may be made."""

from datetime import date, datetime, timedelta

from specs.kit import clock


def until(received_on: date, claim_days: int) -> datetime:
    """The first instant that is too late: the last day counts whole, in Japan."""
    return clock.end_of(received_on + timedelta(days=claim_days))
