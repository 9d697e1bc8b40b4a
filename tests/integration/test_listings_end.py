"""Listings that end by themselves, and the events that tell of every change."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import msgspec

from specs.kit import clock
from specs.kit.tenancy import Role
from specs.listing import expiry
from specs.lot.service import LOTS
from specs.spec.service import SPECS
from tests.support.market import Market, lot, spec

WINDOW = {"from": "2026-11-01", "until": "2026-11-30"}
PLACE = {"prefecture": "JP-13"}


async def status(market: Market, tenant: UUID, listing: UUID) -> tuple[str, int]:
    async with market.work(tenant) as work:
        read = await LOTS.read(work, listing)
    return msgspec.json.decode(read.body)["status"], read.version


async def test_a_listing_expires_after_its_last_japanese_day(market: Market) -> None:
    firm = await market.organisation("processor")
    async with market.work(firm.id) as work:
        ending = await LOTS.create(work, lot(available=WINDOW), publish=True)
        staying = await LOTS.create(work, lot(), publish=True)
        draft = await LOTS.create(work, lot(available=WINDOW))
        await SPECS.create(work, spec(delivery=WINDOW | {"location": PLACE}), publish=True)
    last = datetime(2026, 11, 30, 14, 59, tzinfo=UTC)
    async with market.work(None, Role.ENGINE, at=last) as work:
        assert await expiry.expire(work, clock.today(work.at)) == 0
    after = last + timedelta(minutes=1)
    async with market.work(None, Role.ENGINE, at=after) as work:
        assert await expiry.expire(work, clock.today(work.at), 1) == 2
    async with market.work(None, Role.ENGINE, at=after) as work:
        assert await expiry.expire(work, clock.today(work.at)) == 0
    assert await status(market, firm.id, ending.id) == ("expired", 2)
    assert await status(market, firm.id, staying.id) == ("active", 1)
    assert await status(market, firm.id, draft.id) == ("draft", 1)
    assert await events(market, ending.id) == [("lot.changed", 1), ("lot.changed", 1)]


async def test_a_listing_is_complete_when_nothing_remains(market: Market) -> None:
    firm = await market.organisation()
    async with market.work(firm.id) as work:
        sold = await LOTS.create(work, lot(), publish=True)
        half = await LOTS.create(work, lot(), publish=True)
        untouched = await LOTS.create(work, lot(), publish=True)
    async with market.superuser() as connection:
        await connection.executemany(
            "insert into reservation (tenant_id, id, lot_id, kg, state) values ($1, $2, $3, $4, 'committed')",
            [
                (firm.id, uuid4(), sold.id, 100_000),
                (firm.id, uuid4(), sold.id, 20_000),
                (firm.id, uuid4(), half.id, 60_000),
            ],
        )
    async with market.work(None, Role.ENGINE) as work:
        assert await expiry.complete(work) == 1
        assert await expiry.complete(work) == 0
    assert await status(market, firm.id, sold.id) == ("complete", 2)
    assert await status(market, firm.id, half.id) == ("active", 1)
    assert await status(market, firm.id, untouched.id) == ("active", 1)


async def test_events_tell_of_active_listings_only(market: Market) -> None:
    firm = await market.organisation()
    async with market.work(firm.id) as work:
        made = await LOTS.create(work, lot())
        await LOTS.patch(work, made.id, b'{"title": "x"}', None)
    assert await events(market, made.id) == []
    async with market.work(firm.id) as work:
        await LOTS.publish(work, made.id)
        await LOTS.patch(work, made.id, b'{"title": "y"}', None)
        await LOTS.withdraw(work, made.id)
    assert await events(market, made.id) == [("lot.changed", 2), ("lot.changed", 3), ("lot.changed", 3)]


async def test_every_change_is_audited_once(market: Market) -> None:
    firm = await market.organisation()
    actor = uuid4()
    async with market.work(firm.id, actor=actor, request_id="r-1") as work:
        made = await LOTS.create(work, lot())
        await LOTS.patch(work, made.id, b"{}", None)
        await LOTS.publish(work, made.id)
        await LOTS.withdraw(work, made.id)
        found = await work.connection.fetch(
            "select action, rev, actor, request_id, object_kind from audit_event where object_id = $1 order by seq",
            made.id,
        )
    assert [tuple(row) for row in found] == [
        (action, rev, actor, "r-1", "lot")
        for action, rev in (("create", 1), ("patch", 2), ("publish", 2), ("withdraw", 2))
    ]


async def events(market: Market, listing: UUID) -> list[tuple[str, int]]:
    async with market.superuser() as connection:
        rows = await connection.fetch("select topic, rev from outbox where object_id = $1 order by id", listing)
    return [tuple(row) for row in rows]
