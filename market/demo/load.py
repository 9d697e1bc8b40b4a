"""Load the demo market through the services that every party uses; a second loading changes nothing.

Organisations have ids of their own code, so they are founded once. A listing counts as loaded while one of its
party's with the same title is not over; after their windows have passed, a loading publishes them anew, and the deals
on them are played again.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec

from market.demo import keys, people, queries
from market.demo.keys import KeyRecord, Keys
from market.demo.parties import organisation_id
from market.demo.playing import House, play
from market.demo.report import DemoReport, PartyShown, highlights
from market.demo.scenes import scenes
from market.demo.stage import LANGUAGE, turn
from market.demo.story import Demo, Party, demo
from market.documents.contents import Contents
from market.parties import secrets
from market.parties.founding import create_organisation, issue_key
from market.parties.rights import SCOPES
from market.parties.structs import Jurisdiction, OrganisationDraft, OrganisationKind
from market.permits import service as permits
from specs.catalogue.loader import catalogue
from specs.kit import clock
from specs.kit.tenancy import Database, Work
from specs.lot.service import LOTS
from specs.offer import service as offers
from specs.spec.service import SPECS

# who is introduced first: a buyer with matches, a seller, one who oversees them
FIRST = ("bay-steel", "kawasaki-metal", "ministry")
# whose console is shown: who oversees all, a buyer, a seller
DOORS = ("ministry", "bay-steel", "kawasaki-metal")


class Published(msgspec.Struct, frozen=True):
    """The listings of one party by the demo's code, and how many of them this loading made."""

    ids: dict[str, UUID]
    specs_new: int
    lots_new: int


async def load(
    database: Database, owner: Any, keys_file: Path, at: datetime | None = None, *, contents: Contents | None = None
) -> DemoReport:
    """Found the parties, publish their listings and play their deals.

    `owner` is an asyncpg connection as `capillary_owner`. The keys are kept in `keys_file` (0600); a party whose kept
    key is no longer honoured gets a new one. Without `contents` the deals come without documents.
    """
    at = at or clock.now()
    story = demo(clock.today(at))
    await queries.lock(owner)
    try:
        issued = await _found(owner, story, keys.kept(keys_file), at)
        keys.keep(keys_file, issued)
        doors = await people.admit(database, issued, DOORS, at)
        published = [await _publish(database, story, party, at) for party in story.parties]
        ids = {code: listing for part in published for code, listing in part.ids.items()}
        played = await play(House(database, contents), story, scenes(), ids, at)
    finally:
        await queries.unlock(owner)
    best, near = highlights(story, ids, catalogue())
    return DemoReport(
        specs=len(story.specs),
        lots=len(story.lots),
        specs_new=sum(part.specs_new for part in published),
        lots_new=sum(part.lots_new for part in published),
        deals=dict(played.deals),
        deals_new=played.new,
        untold=dict(played.untold),
        best=best,
        near=near,
        parties=_introduced(story, issued, ids),
        doors=doors,
    )


async def _found(owner: Any, story: Demo, known: Keys, at: datetime) -> Keys:
    issued: Keys = {}
    for party in story.parties:
        organisation, kept = organisation_id(party.code), known.get(party.code)
        async with owner.transaction():
            await queries.enter(owner, organisation)
            exists = await queries.founded(owner, organisation)
            valid = kept is not None and await queries.honours(owner, organisation, secrets.digest(kept.api_key))
            if kept is None or not valid:
                key = await _key(owner, party, organisation, at, exists=exists)
            else:
                key = kept.api_key
        issued[party.code] = KeyRecord(name=party.name, kind=party.kind, id=organisation, api_key=key)
    return issued


async def _key(owner: Any, party: Party, organisation: UUID, at: datetime, *, exists: bool) -> str:
    kind = OrganisationKind(party.kind)
    if exists:
        return await issue_key(owner, organisation, SCOPES[kind], "demo key", at)
    members = tuple(organisation_id(code) for code in party.members)
    founded = await create_organisation(
        owner,
        OrganisationDraft(kind=kind, name=party.name, prefecture=party.prefecture),
        jurisdiction=Jurisdiction(everything=party.everything, prefectures=party.prefectures, members=members),
        id=organisation,
        at=at,
    )
    return founded.api_key


async def _publish(database: Database, story: Demo, party: Party, at: datetime) -> Published:
    """One party's listings in one transaction."""
    specs = [s for s in story.specs if s.party == party.code]
    lots = [o for o in story.lots if o.party == party.code]
    offered = [o.offer for o in story.offers if o.party == party.code]
    if not specs and not lots and not offered and not party.permits:
        return Published({}, 0, 0)
    ids: dict[str, UUID] = {}
    async with database.work(organisation_id(party.code), at=at) as work:
        await _declare(work, party, story)
        known = await queries.offered_steps(work) if offered else set()
        for offer in offered:
            if offer.step not in known:
                await offers.create(work, offer, LANGUAGE)
        held = await queries.open_listings(work, "spec")
        for one in specs:
            then = await turn(work, work.tenant, at - timedelta(days=one.days_old))
            ids[one.code] = held.get(one.spec.title or "") or (await SPECS.create(then, one.spec, publish=True)).id
        stocked = await queries.open_listings(work, "lot")
        for stock in lots:
            then = await turn(work, work.tenant, at - timedelta(days=stock.days_old))
            ids[stock.code] = (
                stocked.get(stock.lot.title or "") or (await LOTS.create(then, stock.lot, publish=True)).id
            )
    specs_new = sum(one.spec.title not in held for one in specs)
    return Published(ids, specs_new, sum(stock.lot.title not in stocked for stock in lots))


async def _declare(work: Work, party: Party, story: Demo) -> None:
    """What the party may do; a permit counts as declared while one of its kind and number holds."""
    known = await queries.held_permits(work, story.today) if party.permits else set()
    for permit in party.permits:
        if (permit.kind, permit.number) not in known:
            await permits.create(work, permit)


def _introduced(story: Demo, issued: Keys, ids: Mapping[str, UUID]) -> tuple[PartyShown, ...]:
    listings = {party.code: _one_listing(story, party, ids) for party in story.parties}
    order = sorted(issued, key=lambda code: FIRST.index(code) if code in FIRST else len(FIRST))
    return tuple(
        PartyShown(
            name=issued[code].name,
            kind=issued[code].kind,
            id=issued[code].id,
            api_key=issued[code].api_key,
            listing=listings[code],
        )
        for code in order
    )


def _one_listing(story: Demo, party: Party, ids: Mapping[str, UUID]) -> UUID | None:
    codes = [s.code for s in story.specs if s.party == party.code]
    codes += [o.code for o in story.lots if o.party == party.code]
    return ids[codes[0]] if codes else None
