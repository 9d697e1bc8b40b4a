"""What a solver process does for investments: read, check, solve, word. Pure but for the catalogue's files."""

from collections.abc import Callable, Sequence
from typing import Final

import msgspec

from market.blends.offered import called
from market.investments.cells import seen
from market.investments.faults import request_faults, terms_faults
from market.investments.structs import InvestmentRequest, InvestmentTerms, OverseenMarket
from market.solving.documents import Document, sound
from market.solving.failures import Refused
from matching.invest import Outlook, invest
from matching.investing.answer import Investments
from matching.investing.telling import told
from matching.listings import Lot, Spec
from matching.reference import Catalogue
from matching.upgrading.searching import UpgradeRefusedError
from specs.catalogue.loader import catalogue
from specs.kit.wire import encode

Tell = Callable[[float], None]
# what is left after reading and checking, and after solving
_READ, _SOLVED = 0.1, 0.95
# a coordinator's cells are merged before they are cut to as many as are shown
_ALL: Final = 1_000_000
_DOCUMENT = msgspec.json.Decoder(InvestmentRequest)


def invest_document(payload: bytes, tell: Tell) -> bytes:
    """Posted specs and lots (`Document`) to `Investments` as JSON. Raises Refused with every fault at once."""
    asked = msgspec.msgpack.decode(payload, type=Document)
    known = catalogue().priced(asked.tariffs)
    request = sound(asked.body, _DOCUMENT, request_faults, known)
    tell(_READ)
    specs, lots = called(request.specs), called(request.lots)
    return encode(told(_solved(specs, lots, request.outlook(), known, tell), asked.language, known))


def check_document(payload: bytes, _tell: Tell) -> bytes:
    """Nothing where `invest_document` would solve; else the same Refused, but for what only solving shows."""
    sound(msgspec.msgpack.decode(payload, type=Document).body, _DOCUMENT, request_faults, catalogue())
    return b""


def invest_listings(payload: bytes, tell: Tell) -> bytes:
    """What a coordinator oversees (`OverseenMarket`) to `SeenInvestments` as JSON."""
    asked = msgspec.msgpack.decode(payload, type=OverseenMarket)
    market = asked.overseen
    known = catalogue().priced(market.tariffs)
    tell(_READ)
    specs, lots = [(name, spec) for name, _, spec in market.specs], [(name, lot) for name, _, lot in market.lots]
    outlook = msgspec.structs.replace(asked.asked.outlook(asked.offers), most=_ALL)
    found = _solved(specs, lots, outlook, known, tell)
    owners = {name: owner for name, owner, _ in (*market.specs, *market.lots)}
    others = frozenset(offer.id for offer in asked.offers)
    return encode(seen(found, owners, others, market.language, known))


def check_terms(payload: bytes, _tell: Tell) -> bytes:
    """How a coordinator asks (`Document`) to `InvestmentTerms` as JSON, with every default. Raises Refused."""
    request = sound(msgspec.msgpack.decode(payload, type=Document).body, _DOCUMENT, terms_faults, catalogue())
    return encode(InvestmentTerms(**{name: getattr(request, name) for name in InvestmentTerms.__struct_fields__}))


def _solved(
    specs: Sequence[tuple[str, Spec]], lots: Sequence[tuple[str, Lot]], outlook: Outlook, known: Catalogue, tell: Tell
) -> Investments:
    def hear(share: float) -> None:
        tell(_READ + (_SOLVED - _READ) * share)

    try:
        return invest(specs, lots, outlook, known, hear)
    except UpgradeRefusedError as refused:
        raise Refused(refused.code, refused.params) from None
