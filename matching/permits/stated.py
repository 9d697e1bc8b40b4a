"""Permits that stand in a document, beside the lot or the spec whose owner holds them: a what-if, nothing stored."""

from collections.abc import Iterator

import msgspec

from matching.fault import Fault
from matching.permits.faults import permit_faults
from matching.permits.permit import Held, Permits
from matching.reference import Catalogue


def held(owner: Permits | None, receiver: Permits | None) -> Held | None:
    """What both sides say that they hold; None where neither says anything, and then no permit is asked for."""
    return None if owner is None and receiver is None else Held(owner=owner, receiver=receiver)


def stated_faults(permits: Permits | None, catalogue: Catalogue) -> Iterator[Fault]:
    """The faults of each, with pointers into the document that they stand in."""
    for i, permit in enumerate(permits or ()):
        for found in permit_faults(permit, catalogue):
            yield msgspec.structs.replace(found, pointer=f"/permits/{i}{found.pointer}")
