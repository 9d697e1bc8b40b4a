"""Warnings of permits that end, by the calendar of Japan: 60 and 14 days before, and at the end; once each."""

from collections.abc import AsyncIterator
from datetime import date, timedelta
from uuid import UUID

import pytest
import pytest_asyncio

from market.alerts import service as notices
from market.http import messages
from market.parties.structs import NewOrganisation
from market.permits import expiry, service
from market.permits.structs import Attestation, CheckDraft
from matching.permits.permit import Outcome, Permit
from specs.kit.tenancy import Role
from tests.support.market import Market
from tests.support.matched import publish_lot
from tests.support.postgres import Cluster

LAST = date(2027, 6, 30)


@pytest_asyncio.fixture
async def market(postgres: Cluster) -> AsyncIterator[Market]:
    async with postgres.database() as (name, database):
        yield Market(postgres, name, database)


@pytest_asyncio.fixture
async def yard(market: Market) -> NewOrganisation:
    return await market.organisation("recycler", "Yard")


async def declared(market: Market, firm: NewOrganisation, until: date = LAST) -> UUID:
    permit = Permit(kind="SANPAI_SHOBUN", number="01420123456", materials=("steel",), valid_until=until)
    async with market.work(firm.id) as work:
        return (await service.create(work, permit)).id


async def warned(market: Market, day: date) -> int:
    async with market.work(None, Role.ENGINE) as work:
        return await expiry.warn(work, day)


async def told(market: Market) -> list[tuple[str, int]]:
    async with market.superuser() as above:
        rows = await above.fetch("select code, (params ->> 'days')::int as days from notice order by id")
    return [tuple(row) for row in rows]


@pytest.mark.parametrize(
    ("before", "notices"),
    [
        (61, []),
        (60, [("permit_ends_soon", 60)]),
        (15, [("permit_ends_soon", 15)]),
        (14, [("permit_ends_soon", 14)]),
        (0, [("permit_ends_soon", 0)]),
        (-1, [("permit_ended", -1)]),
        (-400, [("permit_ended", -400)]),
    ],
)
async def test_a_holder_is_told_the_nearest_warning_of_the_day(market, yard, before, notices):
    await declared(market, yard)
    assert await warned(market, LAST - timedelta(days=before)) == len(notices)
    assert await told(market) == notices


async def test_each_warning_is_told_once_however_often_the_clock_looks(market, yard):
    await declared(market, yard)
    for before in (90, 60, 59, 15, 14, 13, 0, -1, -2):
        for _ in range(2):
            await warned(market, LAST - timedelta(days=before))
    assert await told(market) == [("permit_ends_soon", 60), ("permit_ends_soon", 14), ("permit_ended", -1)]


async def test_a_permit_that_was_prolonged_is_warned_of_anew(market, yard):
    permit = await declared(market, yard)
    await warned(market, LAST)
    async with market.work(yard.id) as work:
        await service.patch(work, permit, b'{"valid_until": "2027-08-20"}', None)
    assert await warned(market, LAST) == 1
    assert await told(market) == [("permit_ends_soon", 0), ("permit_ends_soon", 51)]


async def test_a_withdrawn_permit_is_not_warned_of(market, yard):
    permit = await declared(market, yard)
    async with market.work(yard.id) as work:
        await service.withdraw(work, permit)
    assert await warned(market, LAST) == 0


async def test_the_end_of_a_permit_asks_for_the_thin_rows_of_the_waste_anew_and_a_warning_does_not(market, yard):
    waste = await publish_lot(market, yard, legal_status="waste")
    await publish_lot(market, yard)
    await declared(market, yard)
    async with market.superuser() as above:
        waiting = "select topic, object_id from outbox where done_at is null"
        for day, rows in ((LAST, []), (LAST + timedelta(days=1), [("lot.changed", waste)])):
            await above.execute("update outbox set done_at = now()")
            await warned(market, day)
            assert [tuple(row) for row in await above.fetch(waiting)] == rows


async def test_a_check_is_told_to_the_holder(market, yard):
    ministry = await market.organisation("coordinator", "Ministry")
    permit = await declared(market, yard)
    for outcome in (Outcome.CONFIRMED, Outcome.REFUSED):
        async with market.work(ministry.id) as work:
            found = CheckDraft(outcome=outcome, attestation=Attestation.REGISTER)
            await service.check(work, permit, found)
    assert [code for code, _ in await told(market)] == ["permit_confirmed", "permit_refused"]


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "01420123456 (industrial-waste disposal/processing permit) ends on 30 Jun 2027"),
        ("ja", "（産業廃棄物処分業許可）は 令和9年6月30日 に"),
    ],
)
async def test_a_warning_names_the_permit_in_the_readers_language(market, yard, language, words):
    await declared(market, yard)
    await warned(market, LAST)
    async with market.work(yard.id) as work:
        found, _, _ = await notices.page(work, 10)
    text = messages.notice(found[0].code, found[0].params, language)
    assert words in text
    assert "?" not in text
