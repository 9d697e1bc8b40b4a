"""The life of a processor's offer: open from the beginning, changed under its version, withdrawn once.

Unlike a listing it is matched with nothing and reserves nothing, so no event is told of it and it has no revisions.
"""

from collections.abc import Collection, Iterable
from typing import Any
from uuid import UUID

import msgspec

from matching.upgrading.offer import OfferedStep, UpgradeOffer
from matching.upgrading.offer_faults import offer_faults
from matching.upgrading.searching import takes
from specs.catalogue.loader import catalogue
from specs.kit import audit, idempotency, ids, paging, versions, wire
from specs.kit.errors import Invalid, NotFound
from specs.kit.idempotency import Answer, Idempotency
from specs.kit.tenancy import Role, Work
from specs.kit.versions import Versions
from specs.listing.errors import ListingClosed
from specs.listing.structs import Status
from specs.offer import queries
from specs.offer.seen import offer_seen, told_claims, told_flags
from specs.offer.structs import OfferListing, OfferPage, OpenOffer

# open offers of a family's steps that are looked at for one material
MOST_READ = 1_000
_KIND = "upgrade_offer"
_CONTENT = msgspec.json.Decoder(OfferedStep)


async def create(work: Work, draft: OfferedStep, language: str, request: Idempotency | None = None) -> Answer:
    """Raises Invalid with every fault."""
    content = _checked(draft)
    first = await idempotency.claim(work, request)
    if first is not None:
        return first
    answer = _answer(await queries.create(work, ids.new_id(), draft, content), language, status=201)
    await audit.record(work, "create", _KIND, answer.id, answer.rev)
    await idempotency.keep(work, request, answer)
    return answer


async def read(work: Work, offer_id: UUID, language: str) -> Answer:
    """Whole for its owner, else redacted for a verified organisation. Raises NotFound."""
    own = await queries.read(work, offer_id)
    if own is not None:
        return _answer(own, language)
    await work.as_role(Role.COUNTERPARTY)
    row = await queries.elsewhere(work, offer_id)
    if row is None:
        raise NotFound
    seen = offer_seen(row["id"], _CONTENT.decode(row["content"]), row["firms"], language, catalogue())
    return Answer(id=row["id"], rev=row["version"], version=row["version"], body=wire.encode(seen), redacted=True)


async def open_for(work: Work, materials: Collection[str], most: int) -> tuple[OpenOffer, ...]:
    """The newest open offers that take any of the materials, of verified organisations. Goes on as counterparty."""
    known = catalogue()
    families = {known.materials[material].family for material in materials}
    await work.as_role(Role.COUNTERPARTY)
    steps = [step.code for step in known.steps.values() if families & set(step.families)]
    found = [(row, _CONTENT.decode(row["content"])) for row in await queries.open_ones(work, steps, MOST_READ)]
    able = [
        OpenOffer(_named(row["id"], offer), row["firms"])
        for row, offer in found
        if any(takes(offer, material, known) for material in materials)
    ]
    return tuple(able[:most])


async def open_among(work: Work, offers: Iterable[UUID]) -> dict[str, OpenOffer]:
    """Those of some offers that are open, of verified organisations. Goes on as role counterparty."""
    await work.as_role(Role.COUNTERPARTY)
    rows = await queries.open_among(work, list(offers))
    return {row["id"]: OpenOffer(_named(row["id"], _CONTENT.decode(row["content"])), row["firms"]) for row in rows}


def _named(name: str, offer: OfferedStep) -> UpgradeOffer:
    return UpgradeOffer(**msgspec.structs.asdict(offer), id=name)


async def page(work: Work, language: str, limit: int, cursor: str | None = None) -> bytes:
    """One's own, newest first, withdrawn ones too. Raises InvalidCursor."""
    scope = (_KIND, work.owner)
    after = paging.read(work.secret, scope, cursor, UUID) if cursor else None
    rows = await queries.page(work, after, limit + 1)
    more = paging.onward(work.secret, scope, rows, limit)
    items = tuple(_listing(row, language) for row in rows[:limit])
    return wire.encode(OfferPage(items=items, next_cursor=more))


async def patch(work: Work, offer_id: UUID, body: bytes, language: str, if_match: Versions) -> Answer:
    """Merge (RFC 7396). Raises msgspec.DecodeError and its ValidationError, Invalid, VersionMismatch, ListingClosed,
    NotFound."""
    row = await _locked(work, offer_id, if_match)
    changed = _CONTENT.decode(wire.encode(wire.merged(wire.plain(row["content"]), wire.plain(body))))
    answer = _answer(await queries.patch(work, offer_id, changed, _checked(changed)), language)
    await audit.record(work, "patch", _KIND, offer_id, answer.rev)
    return answer


async def withdraw(
    work: Work, offer_id: UUID, language: str, if_match: Versions = None, request: Idempotency | None = None
) -> Answer:
    """Active to cancelled. Raises ListingClosed, VersionMismatch, NotFound."""
    first = await idempotency.claim(work, request)
    if first is not None:
        return first
    await _locked(work, offer_id, if_match)
    answer = _answer(await queries.withdraw(work, offer_id), language)
    await audit.record(work, "withdraw", _KIND, offer_id, answer.rev)
    await idempotency.keep(work, request, answer)
    return answer


async def _locked(work: Work, offer_id: UUID, if_match: Versions) -> Any:
    row = await queries.lock(work, offer_id)
    if row is None:
        raise NotFound
    versions.check(row["version"], if_match)
    if row["status"] != Status.ACTIVE:
        raise ListingClosed({"status": row["status"]})
    return row


def _checked(offer: OfferedStep) -> str:
    """The content of a row. Raises Invalid."""
    faults = offer_faults(offer, catalogue())
    if faults:
        raise Invalid(faults=faults)
    return wire.encode(offer).decode()


def _listing(row: Any, language: str) -> OfferListing:
    added = {name: row[name] for name in ("id", "created_at", "updated_at")}
    offer = _CONTENT.decode(row["content"])
    return OfferListing(
        **msgspec.structs.asdict(offer),
        **added,
        status=Status(row["status"]),
        claims=told_claims(offer, language, catalogue()),
        flags=told_flags(offer, language, catalogue()),
    )


def _answer(row: Any, language: str, status: int = 200) -> Answer:
    body = wire.encode(_listing(row, language))
    return Answer(id=row["id"], rev=row["version"], version=row["version"], body=body, status=status)
