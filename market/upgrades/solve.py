"""What a solver process does for paths of steps: read, check, search, and put into words."""

from collections.abc import Callable, Iterator

import msgspec

from market.blends.offered import called, faults_of_listings
from market.solving.documents import Document, sound
from market.solving.failures import Refused
from market.steps.faults import faults_of_offers
from market.upgrades.structs import UpgradeRequest
from matching.fault import Fault, fault, inside
from matching.faults import lot_faults, spec_faults
from matching.reference import Catalogue
from matching.upgrade import upgrade
from matching.upgrading.searching import UpgradeRefusedError
from matching.upgrading.telling import told
from specs.catalogue.loader import catalogue
from specs.kit.wire import encode

Tell = Callable[[float], None]
# what is left after reading and checking, and after searching
_READ, _SEARCHED = 0.1, 0.95
_DOCUMENT = msgspec.json.Decoder(UpgradeRequest)


def upgrade_document(payload: bytes, tell: Tell) -> bytes:
    """A posted document (`Document`) to `Upgrades` as JSON, with reasons. Raises Refused with every fault at once."""
    asked = msgspec.msgpack.decode(payload, type=Document)
    known = catalogue().priced(asked.tariffs)
    request = sound(asked.body, _DOCUMENT, _faults, known)
    tell(_READ)
    try:
        found = upgrade(request.spec, called(request.all_lots), request.offers, known)
    except UpgradeRefusedError as refused:
        raise Refused(refused.code, refused.params) from None
    tell(_SEARCHED)
    items = tuple(told(item, asked.language, known) for item in found.items)
    return encode(msgspec.structs.replace(found, items=items))


def check_document(payload: bytes, _tell: Tell) -> bytes:
    """Nothing where `upgrade_document` would search; else the same Refused."""
    sound(msgspec.msgpack.decode(payload, type=Document).body, _DOCUMENT, _faults, catalogue())
    return b""


def _faults(request: UpgradeRequest, known: Catalogue) -> Iterator[Fault]:
    """Faults of meaning that leave nothing to judge, with pointers into the document."""
    yield from inside("/spec", spec_faults(request.spec, known, doubts=False))
    if request.lot is not None:
        yield from inside("/lot", lot_faults(request.lot, known, doubts=False))
    if (request.lot is None) == (not request.lots):
        yield fault("/lot" if request.lot is None else "/lots", "lot_or_lots")
    yield from faults_of_listings("/lots", request.lots, known)
    yield from faults_of_offers(request.offers, known)
