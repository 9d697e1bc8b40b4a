"""The life of a processor's offer: open from the beginning, changed under its version, withdrawn once.

Unlike a listing it is matched with nothing and reserves nothing, so no event is told of it and it has no revisions.
"""

from typing import Any
from uuid import UUID

import msgspec

from matching.upgrading.offer import OfferedStep, UpgradeOffer
from matching.upgrading.offer_faults import offer_faults
from matching.upgrading.searching import takes
from specs.catalogue.loader import catalogue
from specs.kit import audit, idempotency, ids, paging, wire
from specs.kit.errors import Invalid, NotFound, VersionMismatch
from specs.kit.idempotency import Answer, Idempotency
from specs.kit.tenancy import Role, Work
from specs.listing.errors import ListingClosed
from specs.listing.structs import Status
from specs.offer import queries
from specs.offer.seen import offer_seen
from specs.offer.structs import OfferListing, OfferPage

Versions = tuple[int, ...] | None
# open offers of a family's steps that are looked at for one material
MOST_READ = 1_000
_KIND = "upgrade_offer"
_CONTENT = msgspec.json.Decoder(OfferedStep)


async def create(work: Work, draft: OfferedStep, request: Idempotency | None = None) -> Answer:
    """Raises Invalid with every fault."""
    content = _checked(draft)
    first = await idempotency.claim(work, request)
    if first is not None:
        return first
    answer = _answer(await queries.create(work, ids.new_id(), draft, content), status=201)
    await audit.record(work, "create", _KIND, answer.id, answer.rev)
    await idempotency.keep(work, request, answer)
    return answer


async def read(work: Work, offer_id: UUID, language: str) -> Answer:
    """Whole for its owner, else redacted for a verified organisation. Raises NotFound."""
    own = await queries.read(work, offer_id)
    if own is not None:
        return _answer(own)
    await work.as_role(Role.COUNTERPARTY)
    row = await queries.elsewhere(work, offer_id)
    if row is None:
        raise NotFound
    seen = offer_seen(row["id"], _CONTENT.decode(row["content"]), row["firms"], language, catalogue())
    return Answer(id=row["id"], rev=row["version"], version=row["version"], body=wire.encode(seen), redacted=True)


async def open_for(work: Work, material: str, most: int) -> tuple[UpgradeOffer, ...]:
    """The newest open offers that take a material, of verified organisations. Goes on as role counterparty."""
    known = catalogue()
    family = known.materials[material].family
    await work.as_role(Role.COUNTERPARTY)
    steps = [step.code for step in known.steps.values() if family in step.families]
    rows = await queries.open_ones(work, steps, MOST_READ)
    found = [(row["id"], _CONTENT.decode(row["content"])) for row in rows]
    able = [UpgradeOffer(**msgspec.structs.asdict(o), id=name) for name, o in found if takes(o, material, known)]
    return tuple(able[:most])


async def page(work: Work, limit: int, cursor: str | None = None) -> bytes:
    """One's own, newest first, withdrawn ones too. Raises InvalidCursor."""
    scope = (_KIND, work.owner)
    after = paging.read(work.secret, scope, cursor, UUID) if cursor else None
    rows = await queries.page(work, after, limit + 1)
    more = paging.sign(work.secret, scope, rows[limit - 1]["id"]) if len(rows) > limit else None
    return wire.encode(OfferPage(items=tuple(map(_listing, rows[:limit])), next_cursor=more))


async def patch(work: Work, offer_id: UUID, body: bytes, if_match: Versions) -> Answer:
    """Merge (RFC 7396). Raises msgspec.DecodeError and its ValidationError, Invalid, VersionMismatch, ListingClosed,
    NotFound."""
    row = await _locked(work, offer_id, if_match)
    changed = _CONTENT.decode(wire.encode(wire.merged(wire.plain(row["content"]), wire.plain(body))))
    answer = _answer(await queries.patch(work, offer_id, changed, _checked(changed)))
    await audit.record(work, "patch", _KIND, offer_id, answer.rev)
    return answer


async def withdraw(work: Work, offer_id: UUID, if_match: Versions = None, request: Idempotency | None = None) -> Answer:
    """Active to cancelled. Raises ListingClosed, VersionMismatch, NotFound."""
    first = await idempotency.claim(work, request)
    if first is not None:
        return first
    await _locked(work, offer_id, if_match)
    answer = _answer(await queries.withdraw(work, offer_id))
    await audit.record(work, "withdraw", _KIND, offer_id, answer.rev)
    await idempotency.keep(work, request, answer)
    return answer


async def _locked(work: Work, offer_id: UUID, if_match: Versions) -> Any:
    row = await queries.lock(work, offer_id)
    if row is None:
        raise NotFound
    if if_match is not None and row["version"] not in if_match:
        raise VersionMismatch({"version": row["version"]})
    if row["status"] != Status.ACTIVE:
        raise ListingClosed({"status": row["status"]})
    return row


def _checked(offer: OfferedStep) -> str:
    """The content of a row. Raises Invalid."""
    faults = offer_faults(offer, catalogue())
    if faults:
        raise Invalid(faults=faults)
    return wire.encode(offer).decode()


def _listing(row: Any) -> OfferListing:
    added = {name: row[name] for name in ("id", "created_at", "updated_at")}
    return OfferListing(
        **msgspec.structs.asdict(_CONTENT.decode(row["content"])), **added, status=Status(row["status"])
    )


def _answer(row: Any, status: int = 200) -> Answer:
    body = wire.encode(_listing(row))
    return Answer(id=row["id"], rev=row["version"], version=row["version"], body=body, status=status)
