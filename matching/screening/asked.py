"""A question to the lots of a material."""

from collections.abc import Callable
from datetime import date

import msgspec

from matching.columns import Listing
from matching.freight import Quote
from matching.listings import Spec
from matching.reference import Catalogue
from matching.screening.limits import Judgements
from matching.screening.lots import LotColumns


class Asked(msgspec.Struct, frozen=True):
    """A spec and all that its lots are judged by: freight by the prefecture of a lot, and the day (JST)."""

    spec: Listing[Spec]
    lots: LotColumns
    catalogue: Catalogue
    quote: Callable[[str], Quote]
    day: date | None
    known: Judgements
