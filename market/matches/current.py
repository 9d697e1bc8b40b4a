"""All listings that may match now, held in memory and brought up to date before each use.

A row carries the transaction that wrote it (`changed_xid`). A reader remembers the oldest transaction that was
still running when it last looked, and reads again all rows from there on: nothing committed is ever missed.
"""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from datetime import date
from typing import Final, Literal, NamedTuple
from uuid import UUID

import asyncpg
import msgspec

from market.matches.orders import Orders
from market.permits.gate import DECODER
from matching.columns import Listing
from matching.counting import Part, sample
from matching.evaluation import Evaluation
from matching.index import MarketIndex
from matching.listings import Lot, Spec
from matching.permits.permit import Held, HeldPermit
from matching.ranking import Ranked
from matching.reference import Catalogue
from matching.screening.standings import Standings
from matching.tariffs import Tariff
from specs.freight.editions import Editions
from specs.kit.tenancy import Work
from specs.listing.statements import TAKING
from specs.listing.structs import KG
from specs.lot.service import LOTS
from specs.spec.service import SPECS

Kind = Literal["spec", "lot"]
AnyListing = Listing[Spec] | Listing[Lot]
# of a firm that has declared nothing
NONE_HELD: Final[tuple[tuple[HeldPermit, ...], int]] = ((), 0)

# so many are evaluated as fast, and what was evaluated is remembered
FEW: Final = 2_000

_DECODE: Final[dict[str, Callable[[str], Spec | Lot]]] = {"spec": SPECS.kind.decode, "lot": LOTS.kind.decode}

# content only of what may match: the rest is only taken out. All that a firm holds comes with any change of it.
_CHANGED: Final = """
SELECT seen.*, changed.* FROM (
  SELECT pg_snapshot_xmin(pg_current_snapshot())::text AS mark, (now() AT TIME ZONE 'Asia/Tokyo')::date AS today) seen
LEFT JOIN LATERAL (
  SELECT 'spec' AS kind, s.tenant_id::text, s.id::text, s.rev, s.changed_xid::text,
    CASE WHEN s.status = 'active' AND s.visibility = 'matched' AND o.verified_at IS NOT NULL THEN s.content::text END
      AS content
  FROM spec s JOIN organisation o ON o.id = s.tenant_id WHERE s.changed_xid >= $1::text::xid8
  UNION ALL
  SELECT 'lot', l.tenant_id::text, l.id::text, l.rev, l.changed_xid::text,
    CASE WHEN l.status = 'active' AND l.visibility = 'matched' AND o.verified_at IS NOT NULL THEN l.content::text END
  FROM lot l JOIN organisation o ON o.id = l.tenant_id WHERE l.changed_xid >= $1::text::xid8
  UNION ALL
  SELECT 'permits', p.tenant_id::text, p.tenant_id::text, 0, '',
    coalesce(jsonb_agg(p.content || jsonb_build_object('id', p.id, 'outcome', p.outcome) ORDER BY p.id)
      FILTER (WHERE p.status = 'active'), '[]')::text
  FROM permit p WHERE p.tenant_id IN (SELECT q.tenant_id FROM permit q WHERE q.changed_xid >= $1::text::xid8)
  GROUP BY p.tenant_id
) changed ON true
"""

_RESERVED: Final = f"""
SELECT coalesce(r.lot_id, r.spec_id)::text AS id, sum(r.kg)::bigint AS kg FROM reservation r
WHERE {TAKING} GROUP BY 1
"""  # noqa: S608 - constants of this program


def listed(listing_id: str, owner: str, rev: int, content: Spec | Lot) -> AnyListing:
    """A listing of either kind."""
    if isinstance(content, Spec):
        return Listing(listing_id, owner, rev, content)
    return Listing(listing_id, owner, rev, content)


class _News(NamedTuple):
    """What is read at once: listings and permits that were written, what is reserved, and the freight tables."""

    changed: list[asyncpg.Record]
    reserved: list[asyncpg.Record]
    tariffs: tuple[Tariff, ...]


class Current:
    """One per process. `refresh` needs a connection in a transaction as role `capillary_engine`.

    Of a material with more lots than `few`, all are put in order at once, and evaluated as they are read.
    """

    def __init__(self, catalogue: Catalogue, few: int = FEW) -> None:
        self.catalogue = catalogue
        self._few = few
        self.editions = Editions()
        self._tariffs: tuple[Tariff, ...] = ()
        self._index = MarketIndex(catalogue)
        # with their whole tonnes; the index has what reservations leave
        self._open: dict[str, AnyListing] = {}
        self._written_by: dict[str, str] = {}
        self._reserved: dict[str, int] = {}
        # by firm; the number counts the changes
        self._permits: dict[str, tuple[tuple[HeldPermit, ...], int]] = {}
        self._permit_changes = 0
        self._today: date | None = None
        self._mark = "0"
        # whoever changes the index, or reads it in a thread, holds it
        self._one_at_a_time = asyncio.Lock()
        self._orders = Orders(self._index, self._one_at_a_time)
        self._changed = asyncio.Event()

    async def begin(self, opened: Callable[[], AbstractAsyncContextManager[Work]]) -> None:
        """The first `refresh` of all: to take in the whole market takes longer than a transaction may be idle."""
        async with self._one_at_a_time:
            async with opened() as work:
                news = await self._news(work.connection)
            self._learn(news)

    async def refresh(self, connection: asyncpg.Connection) -> None:
        """Afterwards every change committed before this call is in the index."""
        async with self._one_at_a_time:
            self._learn(await self._news(connection))

    async def _news(self, connection: asyncpg.Connection) -> _News:
        changed = await connection.fetch(_CHANGED, self._mark)
        reserved = await connection.fetch(_RESERVED)
        return _News(changed, reserved, await self.editions.in_force(connection))

    def _learn(self, news: _News) -> None:
        before = self._index.changes
        self._today = news.changed[0]["today"]
        self._index.on(news.changed[0]["today"])
        self._permit(news.changed)
        self._reprice(news.tariffs)
        self._take(news.changed)
        self._hold({row["id"]: row["kg"] for row in news.reserved})
        # last: where anything above fails, the same rows are read again
        self._mark = news.changed[0]["mark"]
        if self._index.changes != before:
            self._changed.set()

    def said(self, content: Spec | Lot) -> str:
        """The prefecture or region where the other side is told that a listing is."""
        return self._index.said(content)

    def judged(self, spec: Spec, lot: Lot, held: Held | None) -> Evaluation:
        """A pair as both sides may know it."""
        return self._index.judged(spec, lot, held)

    def find(self, listing_id: str) -> AnyListing | None:
        """The listing as of the last refresh, with the tonnes that remain; None where it may not match."""
        return self._index.spec(listing_id) or self._index.lot(listing_id)

    def as_remaining(self, listing: AnyListing) -> AnyListing | None:
        """With its owner's permits and with what reservations leave of its tonnes; None where nothing is left."""
        permits, permits_rev = self._permits.get(listing.owner, NONE_HELD)
        listing = msgspec.structs.replace(listing, permits=permits, permits_rev=permits_rev)
        reserved = self._reserved.get(listing.id)
        if reserved is None:
            return listing
        quantity = listing.content.quantity
        left = round(quantity.tonnes * KG) - reserved
        if left <= 0:
            return None
        content = msgspec.structs.replace(listing.content, quantity=msgspec.structs.replace(quantity, tonnes=left / KG))
        return msgspec.structs.replace(listing, content=content)

    def ranked(self, listing: AnyListing, *, near_misses: bool) -> list[Ranked]:
        """What others offer or want of the same material: the matches best first, or the near misses."""
        if isinstance(listing.content, Spec):
            return self._index.lots_for(listing, near_misses=near_misses)
        return self._index.specs_for(listing, near_misses=near_misses)

    def many(self, spec: Listing[Spec]) -> bool:
        """Whether so many lots of the material of a spec are open that they are better not evaluated one by one."""
        return self._index.lots_open(spec.content.material) > self._few

    async def standings(self, spec: Listing[Spec]) -> Standings:
        """What others offer of the material of a spec, in order; worked out in threads, so that nobody else waits."""
        return await self._orders.of(spec)

    async def describe(self) -> None:
        """Whatever is the same for any spec is done before somebody asks: of materials with many lots, from now on."""
        while True:
            await self._changed.wait()
            self._changed.clear()
            for material in self.undescribed:
                await self._orders.describe(material)

    @property
    def undescribed(self) -> list[str]:
        """Materials with many lots of which some have not been described."""
        return [one for one in self._index.undescribed if self._index.lots_open(one) > self._few]

    def evaluated(self, spec: Listing[Spec], lot: Listing[Lot]) -> Ranked:
        """A pair as both sides may know it, named by its lot."""
        return self._index.evaluated(spec, lot)

    def held(self, spec: AnyListing, lot: AnyListing) -> Held | None:
        """What the owners of a spec and a lot that were found here hold, for what judges the two."""
        return self._index.held(spec, lot)

    def between(self, buyer: UUID, seller: UUID) -> Held:
        """What two firms hold as of the last refresh, whatever of theirs is listed or private."""
        owner, receiver = (self._permits.get(str(firm), NONE_HELD)[0] for firm in (seller, buyer))
        return Held(owner=owner, receiver=receiver, day=self._today)

    def in_time(self, spec: Listing[Spec]) -> list[Listing[Lot]]:
        """Open lots of others, by id, of the material and within the window of a spec; each with what remains of it."""
        return self._index.lots_in_time(spec)

    def offered(self, owner: str, spec: Spec, most: int) -> tuple[list[Part], int]:
        """What others offer that a spec of this owner could meet in time, evenly no more than `most` of so many."""
        permits, permits_rev = self._permits.get(owner, NONE_HELD)
        near = Listing("", owner, 0, spec, permits, permits_rev)
        lots = self._index.lots_offered(near)
        return [Part(lot, self._index.held(near, lot)) for lot in sample(lots, most)], len(lots)

    def of_material(self, spec: Listing[Spec]) -> list[Listing[Lot]]:
        """As `in_time`, whenever they are to be had."""
        return self._index.lots_of_material(spec)

    def specs_of_material(self, lot: Listing[Lot]) -> list[Listing[Spec]]:
        """Open specs of others, by id, of the material of a lot, each with what it still wants."""
        return self._index.specs_of_material(lot)

    def materials(self) -> list[str]:
        """Of which anything is open."""
        return self._index.materials

    def open_of(self, material: str) -> tuple[list[Listing[Spec]], list[Listing[Lot]]]:
        """All open specs and lots of a material, by id, each with what remains of it."""
        return self._index.specs_of(material), self._index.lots_of(material)

    def _permit(self, rows: list[asyncpg.Record]) -> None:
        """What firms hold changes how all of their listings stand."""
        for row in rows:
            if row["kind"] != "permits":
                continue
            held = DECODER.decode(row["content"])
            if held != self._permits.get(row["id"], NONE_HELD)[0]:
                self._permit_changes += 1
                self._permits[row["id"]] = held, self._permit_changes
                for listing in [one for one in self._open.values() if one.owner == row["id"]]:
                    self._place(listing.id)

    def _reprice(self, tariffs: tuple[Tariff, ...]) -> None:
        if tariffs != self._tariffs:
            self._tariffs = tariffs
            self.catalogue = self.catalogue.priced(tariffs)
            self._index.reprice(self.catalogue)

    def _take(self, rows: list[asyncpg.Record]) -> None:
        for row in rows:
            listing_id = row["id"]
            if row["kind"] not in _DECODE or self._written_by.get(listing_id) == row["changed_xid"]:
                continue
            self._open.pop(listing_id, None)
            if row["content"] is not None:
                content = _DECODE[row["kind"]](row["content"])
                self._open[listing_id] = listed(listing_id, row["tenant_id"], row["rev"], content)
            self._place(listing_id)
            self._written_by[listing_id] = row["changed_xid"]

    def _hold(self, reserved: Mapping[str, int]) -> None:
        """Reservations are taken, released and run out without a new revision."""
        before, self._reserved = self._reserved, dict(reserved)
        for listing_id in before.keys() | reserved.keys():
            if before.get(listing_id) != reserved.get(listing_id):
                self._place(listing_id)

    def _place(self, listing_id: str) -> None:
        """Put the listing into the index as it stands, or take it out."""
        whole = self._open.get(listing_id)
        listing = whole and self.as_remaining(whole)
        if listing is None:
            self._index.discard(listing_id)
        elif isinstance(listing.content, Spec):
            self._index.put_spec(listing)
        else:
            self._index.put_lot(listing)
