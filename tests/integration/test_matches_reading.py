"""GET matches at the service: ranked from current data, in the words and pages asked for."""

import asyncio
import weakref
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

import msgspec
import pytest

from market.matches import reading
from market.matches.current import FEW, Current
from market.matches.service import Matches
from matching.screening.standings import Standings
from specs.catalogue.loader import catalogue
from specs.kit.errors import InvalidCursor, NotFound
from specs.kit.tenancy import Role, Work
from specs.kit.wire import encode
from specs.lot.service import LOTS
from specs.spec.service import SPECS
from tests.support.market import Market
from tests.support.market import lot as lot_document
from tests.support.matched import (
    copper,
    in_year,
    lots_for,
    patch,
    principal,
    publish_lot,
    publish_spec,
)


@pytest.fixture(scope="module")
def matches() -> Matches:
    """One for the module, as one for a process: what an earlier test read must not show in a later one."""
    return Matches(Current(catalogue()))


async def test_reasons_are_in_the_language_asked_for(market: Market, matches: Matches) -> None:
    year = in_year(2033)
    mill = await market.organisation("manufacturer", "Mill")
    yard = await market.organisation("recycler", "Yard")
    spec = await publish_spec(market, mill, **year["spec"])
    lot = await publish_lot(market, yard, 0.31, **year["lot"])

    async def reason(language: str) -> str:
        found = await lots_for(market, matches, mill, spec, near_misses=True, language=language)
        (told,) = (item.evaluation.limits[0].reason for item in found.items if item.lot.id == lot)
        return told

    assert await reason("en") == "Cu 0.31 % is over 0.25 %; conforms from 0.31 %"
    assert "超えています" in await reason("ja")


async def test_every_change_shows_at_the_next_read(market: Market, matches: Matches) -> None:
    year = in_year(2035)
    mill = await market.organisation("manufacturer", "Mill")
    yard = await market.organisation("recycler", "Yard")
    spec = await publish_spec(market, mill, **year["spec"])

    async def seen() -> list[tuple[UUID, float]]:
        return [(i.lot.id, i.lot.tonnes) for i in (await lots_for(market, matches, mill, spec)).items]

    assert await seen() == []
    lot = await publish_lot(market, yard, 0.1, **year["lot"])
    assert await seen() == [(lot, 120)]
    await patch(market, LOTS, yard, lot, **copper(0.4))
    assert await seen() == []
    await patch(market, LOTS, yard, lot, quantity={"tonnes": 90}, **copper(0.2))
    assert await seen() == [(lot, 90)]
    async with market.superuser() as connection:
        await connection.execute(
            "insert into reservation (tenant_id, id, lot_id, kg, state, expires_at)"
            " values ($1, gen_random_uuid(), $2, 30000, 'held', now() + interval '0.4 seconds')",
            yard.id,
            lot,
        )
    assert await seen() == [(lot, 60)]
    await asyncio.sleep(0.5)
    assert await seen() == [(lot, 90)]
    async with market.work(yard.id) as work:
        await LOTS.withdraw(work, lot)
    assert await seen() == []
    async with market.work(mill.id) as work:
        await SPECS.withdraw(work, spec)
    assert await seen() == []


async def test_a_change_committed_by_an_older_transaction_is_not_missed(market: Market, matches: Matches) -> None:
    year = in_year(2036)
    mill = await market.organisation("manufacturer", "Mill")
    yard = await market.organisation("recycler", "Yard")
    spec = await publish_spec(market, mill, **year["spec"])
    async with market.work(yard.id) as slow:
        older = (await LOTS.create(slow, lot_document(**copper(0.1, **year["lot"])), publish=True)).id
        younger = await publish_lot(market, yard, 0.2, **year["lot"])
        assert [i.lot.id for i in (await lots_for(market, matches, mill, spec)).items] == [younger]
    assert [i.lot.id for i in (await lots_for(market, matches, mill, spec)).items] == [older, younger]


async def test_pages_neither_repeat_nor_skip_while_lots_come_and_go(market: Market, matches: Matches) -> None:
    year = in_year(2037)
    mill = await market.organisation("manufacturer", "Mill")
    yard = await market.organisation("recycler", "Yard")
    spec = await publish_spec(market, mill, **year["spec"])
    first = [await publish_lot(market, yard, 0.05 + i / 200, **year["lot"]) for i in range(25)]
    whole = [i.lot.id for i in (await lots_for(market, matches, mill, spec, limit=100)).items]
    assert sorted(whole) == sorted(first)
    seen: list[UUID] = []
    cursor = None
    for page in range(10):
        found = await lots_for(market, matches, mill, spec, limit=4, cursor=cursor)
        seen += [i.lot.id for i in found.items]
        cursor = found.next_cursor
        await publish_lot(market, yard, 0.04 + page / 50, **year["lot"])
        if cursor is None:
            break
    assert len(seen) == len(set(seen))
    assert [i for i in seen if i in first] == whole


async def test_near_misses_are_paged_too(market: Market, matches: Matches) -> None:
    year = in_year(2038)
    mill = await market.organisation("manufacturer", "Mill")
    yard = await market.organisation("recycler", "Yard")
    spec = await publish_spec(market, mill, **year["spec"])
    over = [await publish_lot(market, yard, 0.3 + i / 50, **year["lot"]) for i in range(5)]
    seen: list[UUID] = []
    cursor = None
    while len(seen) < 5:
        found = await lots_for(market, matches, mill, spec, near_misses=True, limit=2, cursor=cursor)
        seen += [i.lot.id for i in found.items if i.lot.id in over]
        cursor = found.next_cursor
        assert cursor is not None or len(seen) == 5
    assert seen == over


async def test_a_cursor_fits_only_the_list_that_made_it(market: Market, matches: Matches) -> None:
    year = in_year(2039)
    mill = await market.organisation("manufacturer", "Mill")
    yard = await market.organisation("recycler", "Yard")
    spec = await publish_spec(market, mill, **year["spec"])
    other = await publish_spec(market, mill, **year["spec"])
    for percent in (0.1, 0.2):
        await publish_lot(market, yard, percent, **year["lot"])
    cursor = (await lots_for(market, matches, mill, spec, limit=1)).next_cursor
    assert cursor is not None
    for asked in ({"near_misses": True, "cursor": cursor}, {"cursor": cursor[:-1] + "_"}, {"cursor": "x"}):
        with pytest.raises(InvalidCursor):
            await lots_for(market, matches, mill, spec, **asked)
    with pytest.raises(InvalidCursor):
        await lots_for(market, matches, mill, other, cursor=cursor)


async def test_the_next_test_is_the_one_that_settles_the_most_tonnes(market: Market, matches: Matches) -> None:
    year = in_year(2045)
    mill = await market.organisation("manufacturer", "Mill")
    yard = await market.organisation("recycler", "Yard")
    limits = [{"analytes": ["Cu"], "max": 0.25, "unit": "%"}, {"analytes": ["P"], "max": 0.04, "unit": "%"}]
    await publish_spec(market, mill, limits=limits, quantity={"tonnes": 500}, **year["spec"])
    sulphur = [*limits[:1], {"analytes": ["S"], "max": 0.04, "unit": "%"}]
    await publish_spec(market, mill, limits=sulphur, quantity={"tonnes": 900}, **year["spec"])
    lot = await publish_lot(market, yard, 0.1, **year["lot"])
    async with market.work(yard.id) as work:
        found = await matches.next_tests(work, principal(yard), lot)
    assert [(t.analyte, t.tonnes, t.specs) for t in found.items] == [("S", 900, 1), ("P", 500, 1)]
    assert found.items[0].reason == "An assay of S would settle 1 spec(s) that want 900 t"
    async with market.work(mill.id) as work:
        with pytest.raises(NotFound):
            await matches.next_tests(work, principal(mill), lot)


async def test_many_readers_and_writers_at_once_agree_in_the_end(market: Market, matches: Matches) -> None:
    year = in_year(2046)
    mill = await market.organisation("manufacturer", "Mill")
    yard = await market.organisation("recycler", "Yard")
    spec = await publish_spec(market, mill, **year["spec"])

    async def write(i: int) -> UUID:
        return await publish_lot(market, yard, 0.05 + i / 200, **year["lot"])

    async def read() -> int:
        return len((await lots_for(market, matches, mill, spec, limit=100)).items)

    made, *counts = await asyncio.gather(asyncio.gather(*(write(i) for i in range(30))), *(read() for _ in range(30)))
    assert all(isinstance(n, int) and n <= 30 for n in counts)
    final = await lots_for(market, matches, mill, spec, limit=100)
    assert {i.lot.id for i in final.items} == set(made)
    assert msgspec.json.decode(encode(final))["next_cursor"] is None


async def test_all_at_once_reads_as_one_by_one(market: Market) -> None:
    year = in_year(2047)
    mill = await market.organisation("manufacturer", "Mill")
    yard = await market.organisation("recycler", "Yard")
    spec = await publish_spec(market, mill, **year["spec"])
    for hundredths in (5, 10, 10, 24, 25, 31, 31, 60):
        await publish_lot(market, yard, hundredths / 100, **year["lot"])

    async def told(few: int) -> list[object]:
        one, found = Matches(Current(catalogue(), few)), list[object]()
        for near_misses in (False, True):
            cursor: str | None = ""
            while cursor is not None:
                page = await lots_for(market, one, mill, spec, near_misses=near_misses, limit=3, cursor=cursor or None)
                found, cursor = [*found, *page.items], page.next_cursor
        async with market.work(mill.id) as work:
            return [*found, await one.tally(work, principal(mill), "spec", spec)]

    at_once = await told(0)
    assert at_once == await told(FEW)
    assert len(at_once) > 8


async def test_an_order_that_something_has_changed_since_is_not_held_in_memory(market: Market) -> None:
    year, current = in_year(2047), Current(catalogue(), few=0)
    mill = await market.organisation("manufacturer", "Mill")
    yard = await market.organisation("recycler", "Yard")
    specs = [await publish_spec(market, mill, **year["spec"]) for _ in range(2)]

    async def ordered(spec: UUID) -> weakref.ref[Standings]:
        async with market.work(mill.id) as work:
            near = await reading.own_spec(work, principal(mill), current, spec)
            return weakref.ref(await current.standings(near))

    before = await ordered(specs[0])
    assert before() is not None
    await publish_lot(market, yard, 0.2, **year["lot"])
    await ordered(specs[1])
    assert before() is None


async def test_the_market_is_taken_in_when_the_transaction_that_read_it_has_ended(market: Market) -> None:
    yard = await market.organisation("recycler", "Yard")
    lot, current = str(await publish_lot(market, yard, 0.2)), Current(catalogue())
    when_it_ended: list[object] = []

    @asynccontextmanager
    async def opened() -> AsyncIterator[Work]:
        async with market.database.work(None, role=Role.ENGINE) as work:
            yield work
        when_it_ended.append(current.find(lot))

    await current.begin(opened)
    assert when_it_ended == [None]
    assert current.find(lot) is not None


async def test_of_materials_with_many_lots_whatever_is_put_is_described_before_anyone_asks(market: Market) -> None:
    yard = await market.organisation("recycler", "Yard")
    await publish_lot(market, yard, 0.2)
    current = Current(catalogue(), few=0)
    describing = asyncio.create_task(current.describe())

    async def read() -> None:
        async with market.database.work(None, role=Role.ENGINE) as work:
            await current.refresh(work.connection)
        async with asyncio.timeout(20):
            while current.undescribed:  # noqa: ASYNC110 - the end of a piece of work in a thread has no event
                await asyncio.sleep(0.01)

    await read()
    await publish_lot(market, yard, 0.1)
    await read()
    describing.cancel()
