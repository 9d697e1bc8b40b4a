"""The market assessed, a bounded part at a time: each spec against its nearest lots, then each material cleared.

What a spec's pairs hang on is digested, so that only what changed is judged again, and a run stops after `MOST_PAIRS`;
the next one goes on there. A material is cleared once all of its specs are as they should be; until then the figures
before stand. Memory is bounded by the pairs of one material: `FITTING + OTHERS` for each of its specs.
"""

import asyncio
import hashlib
import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Final

import msgspec
import numpy as np

from market.insight import queries
from market.insight.candidates import Nearest
from market.insight.clearing import Edge, Side, cleared
from market.insight.queries import ClearedRow, PairsRow
from market.insight.standing import Standing, standing
from market.matches.current import Current
from matching.columns import Listing
from matching.evaluation import ENGINE
from matching.listings import Lot, Spec
from matching.reference import Catalogue
from specs.freight.editions import mark
from specs.kit import clock
from specs.kit.tenancy import Work
from specs.listing.structs import KG

# of one run: some seconds
MOST_PAIRS: Final = 20_000
# specs whose pairs are written at once
_BATCH: Final = 200
Opened = Callable[[], AbstractAsyncContextManager[Work]]
# of a spec: its lots, and for each the place of its standing in the list behind it
_Kept = tuple[tuple[str, ...], tuple[int, ...], tuple[Standing, ...]]
_ENCODE: Final = msgspec.msgpack.Encoder().encode
_KEPT: Final = msgspec.msgpack.Decoder(_Kept)


class Assessor:
    """One per worker process; `opened` begins a piece of work as the engine."""

    def __init__(self, current: Current, most: int = MOST_PAIRS) -> None:
        self._current = current
        self._most = most
        # what each material looked like when it was cleared
        self._cleared: dict[str, bytes] = {}

    @property
    def catalogue(self) -> Catalogue:
        """With the freight tables of its last look."""
        return self._current.catalogue

    async def run(self, opened: Opened) -> bool:
        """Whether everything is assessed now; else there is more to do."""
        async with opened() as work:
            await self._current.refresh(work.connection)
            judge = f"{ENGINE} {await mark(work.connection, self._current.catalogue.version)} {clock.today(work.at)}"
            await queries.forget(work.connection)
        left = self._most
        for material in self._current.materials():
            specs, lots = self._current.open_of(material)
            stamp = _digest(judge, *(str(spec.key) for spec in specs), *(str(lot.key) for lot in lots))
            if self._cleared.get(material) == stamp:
                continue
            left = await self._judge(opened, judge, (specs, lots), left)
            if left <= 0:
                return False
            await self._clear(opened, specs, lots)
            self._cleared[material] = stamp
        return True

    async def _judge(
        self, opened: Opened, judge: str, market: tuple[list[Listing[Spec]], list[Listing[Lot]]], left: int
    ) -> int:
        """Judge the specs of one material that are not as they should be; how many pairs may still be judged."""
        specs, lots = market
        async with opened() as work:
            known = await queries.digests(work.connection, [one.id for one in specs])
        nearest = Nearest(lots, self._current.catalogue)
        rows: list[PairsRow] = []
        for spec in specs:
            found = nearest.of(spec)
            digest = _digest(judge, str(spec.key), *(str(lot.key) for lot in found))
            if known.get(spec.id) == digest:
                continue
            if left <= 0:
                break
            left -= max(1, len(found))
            rows.append(PairsRow(spec.owner, spec.id, digest, self._pairs(spec, found)))
            if len(rows) == _BATCH:
                await _store(opened, rows)
            # others have their turn
            await asyncio.sleep(0)
        await _store(opened, rows)
        return left

    def _pairs(self, spec: Listing[Spec], lots: Sequence[Listing[Lot]]) -> bytes:
        kinds: dict[Standing, int] = {}
        places = []
        for lot in lots:
            judged = self._current.judged(spec.content, lot.content, self._current.held(spec, lot))
            found = standing(spec.content, lot.content, judged)
            places.append(kinds.setdefault(found, len(kinds)))
        return _ENCODE((tuple(lot.id for lot in lots), tuple(places), tuple(kinds)))

    async def _clear(self, opened: Opened, specs: list[Listing[Spec]], lots: list[Listing[Lot]]) -> None:
        places = {lot.id: n for n, lot in enumerate(lots)}
        async with opened() as work:
            stored = await queries.pairs(work.connection, [one.id for one in specs])
        edges = [
            Edge(n, places[lot], how)
            for n, spec in enumerate(specs)
            for lot, how in _unpacked(stored.get(spec.id))
            if lot in places
        ]
        wanted, offered = await asyncio.to_thread(cleared, _side(specs), _side(lots), edges)
        rows = [
            *(ClearedRow(x.owner, x.id, "spec", _kg(x), found) for x, found in zip(specs, wanted, strict=True)),
            *(ClearedRow(x.owner, x.id, "lot", _kg(x), found) for x, found in zip(lots, offered, strict=True)),
        ]
        async with opened() as work:
            await queries.clear(work.connection, rows)


async def _store(opened: Opened, rows: list[PairsRow]) -> None:
    """Written and taken out."""
    if rows:
        async with opened() as work:
            await queries.keep(work.connection, rows)
        rows.clear()


def _unpacked(pairs: bytes | None) -> Iterator[tuple[str, Standing]]:
    if pairs is not None:
        lots, kinds, told = _KEPT.decode(pairs)
        yield from ((lot, told[kind]) for lot, kind in zip(lots, kinds, strict=True))


def _side(listings: Sequence[Listing[Spec]] | Sequence[Listing[Lot]]) -> Side:
    return Side(tuple(one.id for one in listings), np.array([_kg(one) for one in listings], dtype=np.int64))


def _kg(listing: Listing[Spec] | Listing[Lot]) -> int:
    return math.floor(listing.content.quantity.tonnes * KG + 0.5)


def _digest(*parts: str) -> bytes:
    return hashlib.sha256("\n".join(parts).encode()).digest()
