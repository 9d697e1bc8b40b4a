"""A permit as its holder declares it, and as a coordinator has checked it."""

from datetime import date
from enum import StrEnum
from typing import Annotated

from msgspec import Meta

from matching.listings import Codes
from matching.values import LINES, Code, Text, Value

Number = Annotated[str, Meta(min_length=1, max_length=64)]
Statement = Annotated[str, Meta(min_length=1, max_length=1000), LINES]
PrefectureCode = Annotated[str, Meta(pattern="^JP-[0-9]{2}$", max_length=5)]


class Outcome(StrEnum):
    """What a coordinator found."""

    CONFIRMED = "confirmed"
    REFUSED = "refused"


class Permit(Value, frozen=True, kw_only=True, omit_defaults=False):
    """What a firm may do, where and until when; days are inclusive and Japanese, and no last day is none.

    `materials` are codes of materials or of families, `treatments` of upgrade steps; an empty list is no restriction.
    Without a `prefecture` it holds in the one that the number names, or in all where the kind is nationwide.
    `statement` are the holder's own words: a declaration says by them why nothing is due, for a coordinator to check.
    """

    kind: Code
    number: Number | None = None
    prefecture: PrefectureCode | None = None
    authority: Text | None = None
    materials: Codes = ()
    treatments: Codes = ()
    valid_from: date | None = None
    valid_until: date | None = None
    statement: Statement | None = None


class HeldPermit(Permit, frozen=True, kw_only=True):
    """With what its check found; None is nobody's word but the holder's. `id` may be any text."""

    id: Text | None = None
    outcome: Outcome | None = None


Permits = Annotated[tuple[HeldPermit, ...], Meta(max_length=200)]


class Held(Value, frozen=True, kw_only=True):
    """What each party holds, where that is known: none at all is `()`. `day` is today, before which nothing moves."""

    owner: Permits | None = None
    receiver: Permits | None = None
    carrier: Permits | None = None
    day: date | None = None
