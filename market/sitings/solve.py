"""What a solver process does for sitings: read, check, solve, put into words. Pure but for the catalogue's files."""

from collections.abc import Callable

import msgspec

from market.sitings.structs import SitingRequest
from market.solving.documents import Document, sound
from market.solving.failures import Refused
from matching.explain import render
from matching.locating.branching import Watch
from matching.siting import Effort, SitingRefusedError, instance_faults, site
from specs.catalogue.loader import catalogue
from specs.kit.wire import encode

Tell = Callable[[float], None]
# what is done after reading and checking, and after solving
_READ, _SOLVED = 0.1, 0.95
_DOCUMENT = msgspec.json.Decoder(SitingRequest)


def site_document(payload: bytes, tell: Tell) -> bytes:
    """A posted instance (`Document`) to a `Siting` as JSON, with its reason. Raises Refused with all faults at once."""
    asked = msgspec.msgpack.decode(payload, type=Document)
    known = catalogue().priced(asked.tariffs)
    request = sound(asked.body, _DOCUMENT, instance_faults, known)
    tell(_READ)
    effort = Effort(gap=request.gap)
    try:
        found = site(request, known, effort, changes=request.changes, watch=_watch(tell, effort))
    except SitingRefusedError as refused:
        raise Refused(refused.code, refused.params) from None
    tell(_SOLVED)
    reason = render(found.code, found.params, asked.language, known)
    return encode(msgspec.structs.replace(found, reason=reason))


def check_document(payload: bytes, _tell: Tell) -> bytes:
    """Nothing where `site_document` would solve; else the same Refused."""
    sound(msgspec.msgpack.decode(payload, type=Document).body, _DOCUMENT, instance_faults, catalogue())
    return b""


def _watch(tell: Tell, effort: Effort) -> Watch:
    """How much of the first gap is closed, or of the nodes is spent: whichever is nearer to the end of the search."""
    gaps: list[float] = []

    def watch(amount: float, bound: float, nodes: int) -> None:
        gaps[1:] = [amount - bound]
        closed = 1.0 - gaps[-1] / gaps[0] if gaps[0] > 0.0 else 1.0
        tell(_READ + (_SOLVED - _READ) * max(closed, nodes / effort.nodes))

    return watch
