"""What a solver process does for allocations: read, check, solve, word. Pure but for the catalogue's files."""

from collections.abc import Callable, Sequence
from typing import Final

import msgspec

from market.allocations.faults import request_faults, terms_faults
from market.allocations.structs import AllocationRequest, AllocationTerms, OpenListings
from market.blends.offered import called
from market.solving.documents import Document, sound
from market.solving.failures import Refused
from matching.allocate import allocate
from matching.allocation.answer import Allocation
from matching.allocation.wish import AllocationRefusedError, Offered, Wanted, Wish
from matching.blending.mixing import BlendRefusedError
from matching.explain import render
from matching.reference import Catalogue
from specs.catalogue.loader import catalogue
from specs.kit.wire import encode

Tell = Callable[[float], None]
# where the engine's stages begin and end
_STAGES: Final = {"pairs": (0.1, 0.4), "rounds": (0.4, 0.95)}
_READ, _SOLVED = 0.1, 0.95
_DOCUMENT = msgspec.json.Decoder(AllocationRequest)


def allocate_document(payload: bytes, tell: Tell) -> bytes:
    """Posted specs and lots (`Document`) to an `Allocation` as JSON. Raises Refused with every fault at once."""
    asked = msgspec.msgpack.decode(payload, type=Document)
    known = catalogue().priced(asked.tariffs)
    request = sound(asked.body, _DOCUMENT, request_faults, known)
    tell(_READ)
    specs = [
        Wanted(name, one, request.blends if one.blends is None else one.blends, if_possible=one.blends is None)
        for name, one in called(request.specs)
    ]
    lots = [Offered(name, one, one.owner) for name, one in called(request.lots)]
    found = _solved(specs, lots, known, request.wish, tell)
    return encode(_worded(found, asked.language, known))


def check_document(payload: bytes, _tell: Tell) -> bytes:
    """Nothing where `allocate_document` would solve; else the same Refused, but for what only solving shows."""
    sound(msgspec.msgpack.decode(payload, type=Document).body, _DOCUMENT, request_faults, catalogue())
    return b""


def allocate_listings(payload: bytes, tell: Tell) -> bytes:
    """What a coordinator oversees (`OpenListings`) to an `Allocation` as JSON."""
    asked = msgspec.msgpack.decode(payload, type=OpenListings)
    terms, market = asked.asked, asked.overseen
    known = catalogue().priced(market.tariffs)
    tell(_READ)
    specs = [Wanted(name, spec, terms.blends, if_possible=True) for name, _, spec in market.specs]
    lots = [Offered(name, lot, owner) for name, owner, lot in market.lots]
    return encode(_worded(_solved(specs, lots, known, terms.wish, tell), market.language, known))


def check_terms(payload: bytes, _tell: Tell) -> bytes:
    """How a coordinator asks (`Document`) to `AllocationTerms` as JSON, with every default. Raises Refused."""
    request = sound(msgspec.msgpack.decode(payload, type=Document).body, _DOCUMENT, terms_faults, catalogue())
    return encode(AllocationTerms(**{name: getattr(request, name) for name in AllocationTerms.__struct_fields__}))


def _solved(specs: Sequence[Wanted], lots: Sequence[Offered], known: Catalogue, wish: Wish, tell: Tell) -> Allocation:
    def hear(stage: str, done: int, of: int) -> None:
        begin, end = _STAGES[stage]
        tell(begin + (end - begin) * done / of)

    try:
        found = allocate(specs, lots, known, wish, hear)
    except (AllocationRefusedError, BlendRefusedError) as refused:
        raise Refused(refused.code, refused.params) from None
    tell(_SOLVED)
    return found


def _worded(found: Allocation, language: str, known: Catalogue) -> Allocation:
    return msgspec.structs.replace(
        found,
        unmet=tuple(msgspec.structs.replace(u, reason=render(u.code, u.params, language, known)) for u in found.unmet),
        unsold=tuple(
            msgspec.structs.replace(u, reason=render(u.code, u.params, language, known)) for u in found.unsold
        ),
        unblended=tuple(
            msgspec.structs.replace(u, reason=render(u.code, u.params, language, known)) for u in found.unblended
        ),
    )
