"""Who may see which field of what: `visibility.json`, which tests walk and documents show."""

from enum import StrEnum
from functools import cache
from importlib.resources import files

import msgspec

from market.parties.structs import OrganisationKind


class Audience(StrEnum):
    """How an organisation stands to an object."""

    OWNER = "owner"
    COUNTERPARTY = "counterparty"
    COORDINATOR = "coordinator"
    RIVAL = "rival"


class Level(StrEnum):
    """How much of a field is shown."""

    FULL = "full"
    GENERATED = "generated"
    REGION_IF_FEW = "region_if_few"
    CODES = "codes"
    WHEN_OPEN = "when_open"
    ONCE = "once"
    WHEN_OPENED = "when_opened"
    ONCE_FILED = "once_filed"
    OF_THE_COPY = "of_the_copy"
    MERGED = "merged"
    BIDS_OPENED = "bids_opened"
    HIDDEN = "hidden"


class Matrix(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`kinds[kind][object]` are the audiences that a kind can be of an object; `objects[object][field][audience]`."""

    levels: dict[Level, str]
    audiences: dict[Audience, str]
    kinds: dict[OrganisationKind, dict[str, tuple[Audience, ...]]]
    objects: dict[str, dict[str, dict[Audience, Level]]]


@cache
def matrix() -> Matrix:
    """The shipped matrix."""
    return msgspec.json.decode((files("market.parties") / "visibility.json").read_bytes(), type=Matrix)
