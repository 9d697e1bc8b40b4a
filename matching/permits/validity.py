"""How a permit stands on a day of the Japanese calendar; its last day is a day on which it holds."""

from datetime import date
from enum import StrEnum

from matching.permits.permit import HeldPermit, Outcome, Permit

# days before the end from which a permit is said to expire soon
SOON_DAYS = 60
# days before the end on which its holder is told, once each
WARNINGS = (60, 14)


class State(StrEnum):
    """What counts most comes first: of an expired permit it does not matter whether it was checked."""

    EXPIRED = "expired"
    NOT_YET_VALID = "not_yet_valid"
    REFUSED = "refused"
    UNCHECKED = "unchecked"
    EXPIRES_SOON = "expires_soon"
    VALID = "valid"


def in_force(permit: Permit, day: date) -> bool:
    """Whether it holds on that day."""
    begun = permit.valid_from is None or permit.valid_from <= day
    return begun and not expired(permit, day)


def expired(permit: Permit, day: date) -> bool:
    """Whether its last day has passed."""
    return permit.valid_until is not None and permit.valid_until < day


def days_left(permit: Permit, day: date) -> int | None:
    """Days from this one to the last, 0 on the last day, less than 0 after it; None without an end."""
    return None if permit.valid_until is None else (permit.valid_until - day).days


def state(permit: HeldPermit, day: date) -> State:
    """One word for it."""
    left = days_left(permit, day)
    if left is not None and left < 0:
        return State.EXPIRED
    if not in_force(permit, day):
        return State.NOT_YET_VALID
    if permit.outcome is Outcome.REFUSED:
        return State.REFUSED
    if permit.outcome is None:
        return State.UNCHECKED
    return State.EXPIRES_SOON if left is not None and left <= SOON_DAYS else State.VALID
