"""Lists of listings and of revisions: filters, pages and cursors."""

from typing import Any
from uuid import UUID

import msgspec
import pytest

from specs.kit.errors import InvalidCursor
from specs.listing.structs import Filters, Status
from specs.lot.service import LOTS
from specs.lot.structs import LotPage, LotRevisions
from specs.spec.service import SPECS
from specs.spec.structs import SpecPage
from tests.support.market import AT, Market, lot, spec


async def test_revisions_page_from_the_newest(market: Market) -> None:
    firm = await market.organisation()
    async with market.work(firm.id) as work:
        made = await LOTS.create(work, lot())
        for i in range(5):
            await LOTS.patch(work, made.id, msgspec.json.encode({"title": f"t{i}"}), None)
        revs, cursor = [], None
        while True:
            found = msgspec.json.decode(await LOTS.revisions(work, made.id, 2, cursor), type=LotRevisions)
            revs += [item.rev for item in found.items]
            cursor = found.next_cursor
            if cursor is None:
                break
    assert revs == [6, 5, 4, 3, 2, 1]


async def test_lists_are_narrowed_by_every_filter(market: Market) -> None:
    mill, yard = await market.organisation("manufacturer"), await market.organisation()
    async with market.work(yard.id) as work:
        a = await LOTS.create(work, lot(), publish=True)
        b = await LOTS.create(
            work,
            lot(
                grade="JP.H2",
                form=None,
                location={"prefecture": "JP-27"},
                available={"from": "2027-03-01", "until": "2027-04-30"},
            ),
        )

        async def ids(**filters: Any) -> list[UUID]:
            page = msgspec.json.decode(await LOTS.page(work, Filters(**filters), 10), type=LotPage)
            return [item.id for item in page.items]

        assert await ids() == [b.id, a.id]
        assert await ids(grade="JP.H2") == [b.id]
        assert await ids(status=Status.ACTIVE) == [a.id]
        assert await ids(prefecture="JP-14") == [a.id]
        assert await ids(material="carbon_steel_scrap", grade="JP.SHRED_A", status=Status.ACTIVE) == [a.id]
        assert await ids(material="copper_scrap") == []
        assert await ids(from_=AT.date().replace(2027, 2, 28), until=AT.date().replace(2027, 2, 28)) == [a.id]
        assert await ids(from_=AT.date().replace(2027, 3, 1)) == [b.id]
        assert await ids(until=AT.date().replace(2027, 1, 4)) == []
    async with market.work(mill.id) as work:
        await SPECS.create(work, spec())
        found = msgspec.json.decode(await SPECS.page(work, Filters(grade="JP.SHRED_A"), 5), type=SpecPage)
        none = msgspec.json.decode(await SPECS.page(work, Filters(grade="JP.H2"), 5), type=SpecPage)
    assert (len(found.items), len(none.items)) == (1, 0)


async def test_pages_neither_repeat_nor_skip_while_rows_come_in(market: Market) -> None:
    firm = await market.organisation()

    async def add() -> UUID:
        async with market.work(firm.id) as work:
            return (await LOTS.create(work, lot(assays=[]))).id

    made = [await add() for _ in range(100)]
    seen: list[UUID] = []
    cursor = None
    while True:
        async with market.work(firm.id) as work:
            page = msgspec.json.decode(await LOTS.page(work, Filters(), 10, cursor), type=LotPage)
        seen += [item.id for item in page.items]
        cursor = page.next_cursor
        if cursor is None:
            break
        await add()
    assert seen == made[::-1]


async def test_a_cursor_is_good_for_its_own_list_only(market: Market) -> None:
    firm, rival = await market.organisation(), await market.organisation()
    for tenant in (firm.id, firm.id, rival.id):
        async with market.work(tenant) as work:
            await LOTS.create(work, lot(assays=[]))
    async with market.work(firm.id) as work:
        cursor = msgspec.json.decode(await LOTS.page(work, Filters(), 1), type=LotPage).next_cursor
        assert cursor is not None
        with pytest.raises(InvalidCursor):
            await LOTS.page(work, Filters(prefecture="JP-14"), 1, cursor)
        for i in range(len(cursor)):
            flipped = cursor[:i] + ("A" if cursor[i] != "A" else "B") + cursor[i + 1 :]
            for wrong in (flipped, cursor[:i], cursor + cursor[: i + 1]):
                with pytest.raises(InvalidCursor):
                    await LOTS.page(work, Filters(), 1, wrong or "-")
    async with market.work(rival.id) as work:
        with pytest.raises(InvalidCursor):
            await LOTS.page(work, Filters(), 1, cursor)
