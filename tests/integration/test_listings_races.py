"""What happens when many do the same thing at once."""

import asyncio
from collections import Counter
from datetime import timedelta

import msgspec
import pytest

from specs.kit.errors import IdempotencyKeyReused, VersionMismatch
from specs.kit.idempotency import Answer, keyed, purge
from specs.kit.tenancy import Role
from specs.lot.service import LOTS
from tests.support.market import AT, Market, lot

BODY = b'{"any": "body"}'


async def test_two_hundred_concurrent_patches_make_two_hundred_revisions(market: Market) -> None:
    firm = await market.organisation()
    async with market.work(firm.id) as work:
        made = await LOTS.create(work, lot())
    losses = 0

    async def patch(i: int) -> None:
        nonlocal losses
        while True:
            async with market.work(firm.id) as work:
                version = (await LOTS.read(work, made.id)).version
            try:
                async with market.work(firm.id) as work:
                    await LOTS.patch(work, made.id, msgspec.json.encode({"title": str(i)}), (version,))
            except VersionMismatch:
                losses += 1
            else:
                return

    gate = asyncio.Semaphore(12)

    async def gated(i: int) -> None:
        async with gate:
            await patch(i)

    await asyncio.gather(*(gated(i) for i in range(200)))
    async with market.work(firm.id) as work:
        end = await LOTS.read(work, made.id)
        titles = await work.connection.fetch(
            "select content->>'title' from lot_revision where id = $1 and rev > 1", made.id
        )
    assert (end.rev, end.version) == (201, 201)
    assert sorted(int(row[0]) for row in titles) == list(range(200))
    assert losses > 0


async def test_a_retried_post_has_one_effect_and_the_first_answer(market: Market) -> None:
    firm = await market.organisation()

    async def post(key: str) -> Answer:
        async with market.work(firm.id) as work:
            return await LOTS.create(work, lot(), request=keyed("/v1/lots", key, BODY), publish=True)

    answers: dict[str, list[Answer]] = {}
    for batch in range(10):
        keys = [f"key-{batch}-{i}" for i in range(10)]
        found = await asyncio.gather(*(post(key) for key in keys for _ in range(20)))
        for i, key in enumerate(keys):
            answers[key] = found[i * 20 : i * 20 + 20]
    async with market.work(firm.id) as work:
        lots = await work.connection.fetchval("select count(*) from lot")
        events = await work.connection.fetchval("select count(*) from audit_event where action = 'create'")
    assert (lots, events) == (100, 100)
    for given in answers.values():
        assert len({(a.body, a.id, a.version, a.status) for a in given}) == 1
        assert Counter(a.replayed for a in given) == {True: 19, False: 1}


async def test_the_same_key_with_another_body_is_refused(market: Market) -> None:
    firm = await market.organisation()
    async with market.work(firm.id) as work:
        await LOTS.create(work, lot(), request=keyed("/v1/lots", "k", BODY))
    with pytest.raises(IdempotencyKeyReused):
        async with market.work(firm.id) as work:
            await LOTS.create(work, lot(), request=keyed("/v1/lots", "k", BODY + b" "))


async def test_the_same_key_of_another_tenant_or_path_is_another_key(market: Market) -> None:
    firms = [await market.organisation() for _ in range(2)]
    made = set()
    for firm in firms:
        for path in ("/v1/lots", "/v1/other"):
            async with market.work(firm.id) as work:
                made.add((await LOTS.create(work, lot(), request=keyed(path, "k", BODY))).id)
    assert len(made) == 4


async def test_a_key_is_forgotten_after_a_day(market: Market) -> None:
    firm = await market.organisation()
    request = keyed("/v1/lots", "k", BODY)

    async def post(at: timedelta) -> Answer:
        async with market.work(firm.id, at=AT + at) as work:
            return await LOTS.create(work, lot(), request=request)

    first = await post(timedelta())
    assert (await post(timedelta(hours=23))).id == first.id
    second = await post(timedelta(hours=25))
    assert second.id != first.id
    assert (await post(timedelta(hours=26))).id == second.id
    async with market.work(None, Role.ENGINE) as work:
        assert await purge(work, AT + timedelta(hours=24)) >= 0
        assert await work.connection.fetchval("select count(*) from idempotency where tenant_id = $1", firm.id) == 1


async def test_a_failed_first_attempt_leaves_the_key_free(market: Market) -> None:
    firm = await market.organisation()
    request = keyed("/v1/lots", "k", BODY)

    async def fail() -> None:
        async with market.work(firm.id) as work:
            await LOTS.create(work, lot(), request=request)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await fail()
    async with market.work(firm.id) as work:
        assert not (await LOTS.create(work, lot(), request=request)).replayed


async def test_a_retried_publish_is_answered_as_the_first_time(market: Market) -> None:
    firm = await market.organisation()
    async with market.work(firm.id) as work:
        made = await LOTS.create(work, lot())

    async def publish() -> Answer:
        async with market.work(firm.id) as work:
            return await LOTS.publish(work, made.id, (1,), keyed(f"/v1/lots/{made.id}/publish", "k", b""))

    answers = await asyncio.gather(*(publish() for _ in range(20)))
    assert len({(a.body, a.version) for a in answers}) == 1
    assert sum(not a.replayed for a in answers) == 1
    async with market.work(firm.id) as work:
        assert (await LOTS.read(work, made.id)).version == 2
