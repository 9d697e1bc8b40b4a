"""What a solver process does for blends: read, check, solve, and put into words. Pure but for the catalogue's files."""

from collections.abc import Callable, Iterator, Sequence

import msgspec

from market.blends.across import coarse_lot, coarse_spec, seen
from market.blends.offered import called, faults_of_listings
from market.blends.structs import BlendRequest, Market, Proposals, Proposed
from market.solving.documents import Document, read
from market.solving.failures import Refused
from market.steps.across import mark, said_offer
from market.steps.faults import faults_of_offers
from matching.alternatives import alternatives
from matching.blend import Wish, blend
from matching.blending.answer import Blend
from matching.blending.mixing import BlendRefusedError
from matching.blending.telling import told
from matching.fault import Fault, fault, inside
from matching.faults import spec_faults
from matching.listings import Lot, Spec
from matching.reference import Catalogue
from matching.upgrading.offer import UpgradeOffer
from specs.catalogue.loader import catalogue
from specs.kit.wire import encode
from specs.listing.structs import KG

Tell = Callable[[float], None]
# what is left after reading and checking, and after solving
_READ, _SOLVED = 0.1, 0.95
_DOCUMENT = msgspec.json.Decoder(BlendRequest)


def blend_document(payload: bytes, tell: Tell) -> bytes:
    """A posted document (`Document`) to a `Blend` as JSON, with reasons. Raises Refused with every fault at once."""
    asked = msgspec.msgpack.decode(payload, type=Document)
    known = catalogue().priced(asked.tariffs)
    request, spec = _read(asked.body, known)
    tell(_READ)
    wish = Wish(sense=request.sense, joint=request.joint, lab_correlation=request.lab_correlation)
    found = _solved(spec, called(request.lots), known, wish, request.offers)
    tell(_SOLVED)
    return encode(told(found, asked.language, known))


def check_document(payload: bytes, _tell: Tell) -> bytes:
    """Nothing where `blend_document` would solve; else the same Refused."""
    _read(msgspec.msgpack.decode(payload, type=Document).body, catalogue())
    return b""


def blend_market(payload: bytes, tell: Tell) -> bytes:
    """A spec with the lots of others (`Market`) to a `BlendSeen` as JSON; nothing is solved before it is coarse."""
    asked = msgspec.msgpack.decode(payload, type=Market)
    known = catalogue().priced(asked.tariffs)
    spec, lots = _coarse(asked)
    tell(_READ)
    found = _solved(spec, lots, known, asked.wish, _offers(asked, known))
    tell(_SOLVED)
    return encode(seen(found, spec, asked.language, known))


def propose_market(payload: bytes, tell: Tell) -> bytes:
    """As `blend_market`, with different blends beside the best, to be stored: `Proposals` as JSON."""
    asked = msgspec.msgpack.decode(payload, type=Market)
    known = catalogue().priced(asked.tariffs)
    spec, lots = _coarse(asked)
    offers = _offers(asked, known)
    tell(_READ)
    try:
        found = alternatives(spec, lots, known, asked.wish, offers, most=asked.most)
    except BlendRefusedError as refused:
        raise Refused(refused.code, refused.params) from None
    tell(_SOLVED)
    return encode(Proposals(asked.spec_rev, tuple(_proposed(one, spec, asked, offers, known) for one in found)))


def _proposed(found: Blend, spec: Spec, asked: Market, offers: Sequence[UpgradeOffer], known: Catalogue) -> Proposed:
    revs = {name: rev for name, rev, _ in asked.lots}
    leaving = {take.lot: 0.0 for take in found.takes}
    for take in found.takes:
        leaving[take.lot] += take.tonnes_in
    passed = {step.offer for take in found.takes for step in take.steps}
    return Proposed(
        seen(found, spec, asked.language, known),
        tuple((lot, revs[lot], kg) for lot, tonnes in leaving.items() if (kg := round(tonnes * KG))),
        tuple((offer.id, mark(offer)) for offer in offers if offer.id in passed),
    )


def _offers(asked: Market, known: Catalogue) -> list[UpgradeOffer]:
    return [*asked.offers, *(said_offer(offer, firms, known) for offer, firms in asked.open_offers)]


def _coarse(asked: Market) -> tuple[Spec, list[tuple[str, Lot]]]:
    lots = zip(asked.lots, asked.lots_at, strict=True)
    return coarse_spec(asked.spec, asked.spec_at), [(name, coarse_lot(lot, at)) for (name, _, lot), at in lots]


def _read(body: bytes, known: Catalogue) -> tuple[BlendRequest, Spec]:
    request = read(body, _DOCUMENT)
    if request.spec is None:
        raise Refused("invalid", faults=[fault("/spec", "spec_or_spec_id")])
    faults = tuple(_faults(request, request.spec, known))
    if faults:
        raise Refused("invalid", faults=faults)
    return request, request.spec


def _faults(request: BlendRequest, spec: Spec, known: Catalogue) -> Iterator[Fault]:
    """Faults of meaning that leave nothing to judge, with pointers into the document."""
    yield from inside("/spec", spec_faults(spec, known, doubts=False))
    yield from faults_of_listings("/lots", request.lots, known)
    yield from faults_of_offers(request.offers, known)


def _solved(
    spec: Spec, lots: Sequence[tuple[str, Lot]], known: Catalogue, wish: Wish, offers: Sequence[UpgradeOffer]
) -> Blend:
    try:
        return blend(spec, lots, known, wish, offers)
    except BlendRefusedError as refused:
        raise Refused(refused.code, refused.params) from None
