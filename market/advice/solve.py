"""What a solver process does for advice: make the lots coarse, work it out, and leave out what is not the reader's."""

from collections.abc import Callable

import msgspec

from market.advice.structs import AdviceSeen, Question, SeenAdvice
from market.blends.across import coarse_lot, coarse_spec
from market.solving.failures import Refused
from market.steps.across import said_offer
from matching.advise import advise
from matching.advising.answer import Advice
from matching.advising.discretion import Discretion
from matching.advising.telling import told
from matching.reference import Catalogue
from matching.score import GRID
from matching.upgrading.searching import UpgradeRefusedError
from specs.catalogue.loader import catalogue
from specs.kit.wire import encode

Tell = Callable[[float], None]
# what is left after reading, and after solving
_READ, _SOLVED = 0.1, 0.95


def advise_market(payload: bytes, tell: Tell) -> bytes:
    """A spec with the lots of others (`Question`) to an `AdviceSeen` as JSON. Raises Refused for too many paths."""
    asked = msgspec.msgpack.decode(payload, type=Question)
    known = catalogue().priced(asked.tariffs)
    lots = [(name, coarse_lot(lot, at)) for (name, lot), at in zip(asked.lots, asked.lots_at, strict=True)]
    offers = [*asked.offers, *(said_offer(offer, firms, known) for offer, firms in asked.open_offers)]
    tell(_READ)
    try:
        found = advise(coarse_spec(asked.spec, asked.spec_at), lots, offers, known, Discretion(GRID, asked.places))
    except UpgradeRefusedError as refused:
        raise Refused(refused.code, refused.params) from None
    tell(_SOLVED)
    return encode(
        AdviceSeen(
            status=found.status,
            method=found.method,
            wanted=found.wanted,
            tonnes=found.tonnes,
            items=tuple(_seen(item, asked.language, known) for item in found.items),
            engine=found.engine,
            catalogue=found.catalogue,
            freight=found.freight,
        )
    )


def _seen(item: Advice, language: str, known: Catalogue) -> SeenAdvice:
    """Told as if no lot had a price."""
    params = {name: value for name, value in item.params.items() if name != "per_tonne"}
    code = "advice_unpriced" if item.negotiable else "advice_not_negotiable_unpriced"
    words = told(msgspec.structs.replace(item, code=code, params=params), language, known)
    return SeenAdvice(
        changes=words.changes,
        tonnes=words.tonnes,
        tonnes_unlocked=words.tonnes_unlocked,
        negotiable=words.negotiable,
        code=words.code,
        params=words.params,
        reason=words.reason,
    )
