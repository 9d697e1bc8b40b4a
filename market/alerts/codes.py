"""What people are told of. Each code has its text in both HTTP locales; a test compares."""

from enum import StrEnum


class Code(StrEnum):
    """Beside each, the parameters that its text names."""

    ORGANISATION_VERIFIED = "organisation_verified"
    ORGANISATION_UNVERIFIED = "organisation_unverified"
