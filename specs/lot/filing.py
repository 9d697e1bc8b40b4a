"""Giving assays their identity: one that did not change keeps its id, whatever happens around it."""

from typing import Any
from uuid import UUID

import msgspec

from matching.faults import Fault
from matching.listings import Lot
from matching.values import Assay
from specs.kit import ids, wire
from specs.kit.errors import Invalid
from specs.kit.json_text import decoded
from specs.listing.structs import Filing, NewAssay
from specs.lot.structs import FiledAssay, FiledLot

_POSTED = msgspec.json.Decoder(Lot)
# test conditions are a mapping, whose order means nothing
_ORDERED = msgspec.json.Encoder(order="deterministic")


def filed(lot: Lot) -> Filing[Lot]:
    """A new lot: every assay is new."""
    return _with(lot, [None] * len(lot.assays), ())


def refiled(document: Any, previous: Lot) -> Filing[Lot]:
    """A merged document over the stored lot. An assay may come back with its id, if it is unchanged.

    Raises msgspec.ValidationError where the document has another shape, Invalid for an id that does not fit.
    """
    named = _taken_ids(document)
    posted = decoded(_POSTED, wire.encode(document))
    known = {str(a.id): a for a in previous.assays if isinstance(a, FiledAssay)}
    faults = [fault for i, assay in enumerate(posted.assays) if (fault := _misnamed(i, assay, named.get(i), known))]
    if faults:
        raise Invalid(faults=faults)
    kept: list[UUID | None] = [UUID(named[i]) if i in named else None for i in range(len(posted.assays))]
    # by content, oldest first: an equal assay takes over the id of one that was not sent back by name
    free: dict[bytes, list[UUID]] = {}
    for a in known.values():
        if a.id not in kept:
            free.setdefault(_content(_bare(a)), []).append(a.id)
    for i, assay in enumerate(posted.assays):
        if kept[i] is None and (same := free.get(_content(assay))):
            kept[i] = same.pop(0)
    return _with(posted, kept, tuple(name for names in free.values() for name in names))


def _content(assay: Assay) -> bytes:
    return _ORDERED.encode(assay)


def _taken_ids(document: Any) -> dict[int, str]:
    """Take the ids off the merged document's assays, by position."""
    named: dict[int, str] = {}
    assays = document.get("assays") if isinstance(document, dict) else None
    for i, assay in enumerate(assays if isinstance(assays, list) else []):
        if isinstance(assay, dict) and isinstance(assay.get("id"), str):
            named[i] = assay.pop("id")
    return named


def _misnamed(i: int, assay: Assay, name: str | None, known: dict[str, FiledAssay]) -> Fault | None:
    if name is None:
        return None
    if name not in known:
        return Fault(f"/assays/{i}/id", "unknown_assay", {"id": name})
    if _bare(known[name]) != assay:
        return Fault(f"/assays/{i}/id", "assay_changed", {"id": name})
    return None


def _bare(assay: FiledAssay) -> Assay:
    fields = msgspec.structs.asdict(assay)
    del fields["id"]
    return Assay(**fields)


def _with(posted: Lot, kept: list[UUID | None], dropped: tuple[UUID, ...]) -> Filing[Lot]:
    assays = tuple(
        FiledAssay(id=name or ids.new_id(), **msgspec.structs.asdict(assay))
        for assay, name in zip(posted.assays, kept, strict=True)
    )
    added = tuple(
        NewAssay(a.id, i, a.analyte, a.sampled_on, wire.encode(posted.assays[i]).decode())
        for i, a in enumerate(assays)
        if kept[i] is None
    )
    content = FiledLot(**(msgspec.structs.asdict(posted) | {"assays": assays}))
    return Filing(posted, content, added, dropped)
