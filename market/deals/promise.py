"""What a recycler promises to have done to its lots before they leave."""

from typing import Annotated

from msgspec import Meta, field

from market.parties.structs import Posted
from matching.listings import Codes
from matching.upgrading.offer import Removal
from matching.values import Code


class Promise(Posted, frozen=True, kw_only=True):
    """A step of the catalogue that the seller will have done before delivery, as a processor's offer would say it."""

    step: Code
    yield_: float = field(name="yield")
    removal: Annotated[tuple[Removal, ...], Meta(max_length=50)] = ()
    keeps: Codes = ()
