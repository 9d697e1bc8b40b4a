"""Play the demo's scenes: each in one transaction, so that a loading that dies leaves none half told.

A scene is played where nothing of it stands yet: a deal on its pair of listings, or on a blend or a tender for its
spec, whatever has become of it. One that a rule refuses, because something else went on with its listings, is left
out and named.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from market.demo import queries
from market.demo.acts.act import Plot
from market.demo.parties import organisation_id
from market.demo.scenes import Scene
from market.demo.stage import Stage, turn
from market.demo.story import Demo
from market.documents.contents import Contents
from market.parties.structs import OrganisationKind
from specs.kit import clock
from specs.kit.errors import Refusal, Unavailable
from specs.kit.tenancy import Database, Role


class Played(msgspec.Struct, frozen=True, kw_only=True):
    """How many scenes this loading played; those that were refused, each with the code of why; deals by status."""

    new: int
    untold: Mapping[str, str]
    deals: Mapping[str, int]


class House(msgspec.Struct, frozen=True):
    """Where it is played; without `contents` no document is uploaded."""

    database: Database
    contents: Contents | None = None


async def play(
    house: House, story: Demo, scenes: Sequence[Scene], listings: Mapping[str, UUID], at: datetime
) -> Played:
    """The scenes that do not stand yet. `listings` are ids by the demo's codes."""
    database = house.database
    kinds = {organisation_id(party.code): OrganisationKind(party.kind) for party in story.parties}
    async with database.work(None, role=Role.ENGINE, at=at) as work:
        standing = await queries.standing(work, list(listings.values()))
    stage, new, untold = Stage(kinds, listings, house.contents), 0, {}
    for scene in scenes:
        if (scene.what, listings[scene.spec], listings[scene.lot] if scene.lot else None) in standing:
            continue
        try:
            await _play(database, stage, scene, at)
            new += 1
        except Unavailable:
            raise
        except Refusal as refused:
            untold[scene.code] = refused.code
            stage = Stage(kinds, listings, house.contents)
    async with database.work(None, role=Role.ENGINE, at=at) as work:
        deals = await queries.deals(work, list(kinds))
    return Played(new=new, untold=untold, deals=deals)


async def _play(database: Database, stage: Stage, scene: Scene, at: datetime) -> None:
    plot = Plot(stage.listings[scene.spec], stage.listings[scene.lot] if scene.lot else None)
    async with database.work(None, at=at) as work:
        for act in scene.acts:
            party = organisation_id(act.by) if act.by else None
            await act.play(stage, plot, await turn(work, party, act.instant(clock.today(at))))
