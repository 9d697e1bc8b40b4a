"""Who sees what of whose listings and organisations, and what of it is audited."""

from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest

from market.parties import listings, organisations
from market.parties.authentication import Authenticator
from market.parties.errors import OwnOrganisation
from market.parties.structs import Jurisdiction, NewOrganisation, Organisation, OrganisationPage, Principal
from specs.kit.errors import Forbidden, NotFound
from specs.kit.idempotency import Answer, keyed
from specs.kit.tenancy import Role
from specs.listing.structs import Filters
from specs.lot.seen import LotSeen
from specs.lot.service import LOTS
from specs.spec.seen import SpecSeen
from specs.spec.service import SPECS
from tests.support.market import Market, lot, spec

SECRETS = ("CANARY", "45000", "52000", "35.53", "35.6", "Lab A", "OES", "Test Recycling")


async def principal(market: Market, firm: NewOrganisation) -> Principal:
    found = await Authenticator(market.database).authenticate(firm.api_key)
    assert found is not None
    return found


async def grant(market: Market, viewer: UUID, kind: str, listing: UUID, owner: UUID) -> None:
    async with market.work(None, Role.ENGINE) as work:
        await work.connection.execute(
            """insert into access_grant (viewer_tenant, object_kind, object_id, owner_tenant, why)
               values ($1, $2, $3, $4, 'served')""",
            viewer,
            kind,
            listing,
            owner,
        )


async def yard_with_lot(market: Market, **changes: Any) -> tuple[NewOrganisation, Answer]:
    yard = await market.organisation("recycler")
    async with market.work(yard.id) as work:
        assays = [
            {"analyte": "Cu", "value": 0.22, "unit": "%", "laboratory": "Lab A", "sample": "CANARY-7", "method": "OES"}
        ]
        made = await LOTS.create(work, lot(**({"title": "CANARY lot", "assays": assays} | changes)), publish=True)
    return yard, made


async def read(market: Market, firm: NewOrganisation, of: Any, listing: UUID) -> Answer:
    async with market.work(firm.id) as work:
        return await listings.read(work, await principal(market, firm), of, listing)


async def test_the_owner_reads_everything(market: Market) -> None:
    yard, made = await yard_with_lot(market)
    assert msgspec.json.decode((await read(market, yard, LOTS, made.id)).body) == msgspec.json.decode(made.body)


async def test_a_counterparty_reads_a_redacted_lot(market: Market) -> None:
    mill = await market.organisation("manufacturer")
    yard, made = await yard_with_lot(market, source="by CANARY, our yard", hazards=["oil", "ask CANARY"])
    with pytest.raises(NotFound):
        await read(market, mill, LOTS, made.id)
    await grant(market, mill.id, "lot", made.id, yard.id)
    body = (await read(market, mill, LOTS, made.id)).body.decode()
    seen = msgspec.json.decode(body, type=LotSeen)
    for secret in (*SECRETS, str(yard.id), "JP-14"):
        assert secret not in body
    assert seen.location.region == "kanto"
    assert (seen.tonnes, seen.grade, seen.hazards, seen.source) == (120, "JP.SHRED_A", ("oil",), None)
    assert [(a.analyte, a.value) for a in seen.assays] == [("Cu", 0.22)]
    assert set(msgspec.json.decode(body)) == set(LotSeen.__struct_fields__)


async def test_a_counterparty_reads_a_redacted_spec(market: Market) -> None:
    mill, yard = await market.organisation("manufacturer"), await market.organisation()
    async with market.work(mill.id) as work:
        made = await SPECS.create(work, spec(title="CANARY spec"), publish=True)
    await grant(market, yard.id, "spec", made.id, mill.id)
    body = (await read(market, yard, SPECS, made.id)).body.decode()
    seen = msgspec.json.decode(body, type=SpecSeen)
    for secret in (*SECRETS, str(mill.id)):
        assert secret not in body
    assert (seen.tonnes, len(seen.limits), seen.confidence) == (3000, 2, 0.95)


async def test_the_prefecture_is_told_where_five_firms_sit(market: Market) -> None:
    mill = await market.organisation("manufacturer")
    place = {"prefecture": "JP-40"}
    for _ in range(4):
        await yard_with_lot(market, location=place, material="cu_scrap", grade=None)
    yard, made = await yard_with_lot(market, location=place, material="cu_scrap", grade=None)
    await grant(market, mill.id, "lot", made.id, yard.id)
    seen = msgspec.json.decode((await read(market, mill, LOTS, made.id)).body, type=LotSeen)
    assert (seen.location.prefecture, seen.title.prefecture) == ("JP-40", "JP-40")
    async with market.work(yard.id) as work:
        await LOTS.create(work, lot(location={"prefecture": "JP-41"}, material="cu_scrap", grade=None), publish=True)
    async with market.superuser() as connection:
        await connection.execute(
            """update organisation set verified_at = null
               where id = (select tenant_id from lot where prefecture = 'JP-40' and tenant_id <> $1 limit 1)""",
            yard.id,
        )
    seen = msgspec.json.decode((await read(market, mill, LOTS, made.id)).body, type=LotSeen)
    assert (seen.location.prefecture, seen.location.region) == (None, "kyushu_okinawa")


async def test_a_rival_finds_nothing_even_with_the_id(market: Market) -> None:
    _, made = await yard_with_lot(market)
    for kind in ("recycler", "manufacturer", "processor", "laboratory"):
        rival = await market.organisation(kind)
        for listing in (made.id, uuid4()):
            with pytest.raises(NotFound) as refused:
                await read(market, rival, LOTS, listing)
            assert refused.value.params == {}


async def test_a_coordinator_reads_its_jurisdiction_and_leaves_a_trace(market: Market) -> None:
    yard, made = await yard_with_lot(market, location={"prefecture": "JP-23"})
    near = await market.organisation("coordinator", jurisdiction=Jurisdiction(prefectures=("JP-23",)))
    far = await market.organisation("coordinator", jurisdiction=Jurisdiction(prefectures=("JP-01",)))
    body = msgspec.json.decode((await read(market, near, LOTS, made.id)).body)
    assert body.pop("organisation_id") == str(yard.id)
    assert body == msgspec.json.decode(made.body)
    with pytest.raises(NotFound):
        await read(market, far, LOTS, made.id)
    async with market.work(near.id) as work:
        page = await listings.page(work, await principal(market, near), LOTS, Filters(), limit=10)
    assert [item["id"] for item in msgspec.json.decode(page)["items"]] == [str(made.id)]
    async with market.work(near.id) as work:
        trail = await work.connection.fetch("select action, object_id, detail from audit_event order by seq")
    assert [(row["action"], row["object_id"]) for row in trail] == [("oversee", made.id), ("oversee", None)]
    assert msgspec.json.decode(trail[0]["detail"]) == {"owner": str(yard.id)}


async def test_others_list_only_their_own(market: Market) -> None:
    _, made = await yard_with_lot(market)
    rival, own = await yard_with_lot(market)
    async with market.work(rival.id) as work:
        page = await listings.page(work, await principal(market, rival), LOTS, Filters(), limit=10)
    assert str(made.id) not in page.decode()
    assert [item["id"] for item in msgspec.json.decode(page)["items"]] == [str(own.id)]


async def test_a_coordinator_verifies_an_organisation_of_its_jurisdiction(market: Market) -> None:
    newcomer = await market.organisation(prefecture="JP-30", verified=False)
    near = await market.organisation("coordinator", jurisdiction=Jurisdiction(prefectures=("JP-30",)))
    far = await market.organisation("coordinator", jurisdiction=Jurisdiction(prefectures=("JP-31",)))
    path = f"/v1/organisations/{newcomer.id}/verify"

    async def verify(by: NewOrganisation, organisation: UUID = newcomer.id, **more: Any) -> Answer:
        async with market.work(by.id) as work:
            return await organisations.verify(work, await principal(market, by), organisation, **more)

    with pytest.raises(NotFound):
        await verify(far)
    with pytest.raises(OwnOrganisation):
        await verify(near, near.id)
    with pytest.raises(Forbidden):
        await verify(newcomer)
    done = await verify(near, request=keyed(path, "k", b""))
    again = await verify(near, request=keyed(path, "k", b""))
    assert (again.body, again.replayed) == (done.body, True)
    assert msgspec.json.decode(done.body, type=Organisation).verified_at is not None
    assert (await principal(market, newcomer)).verified
    back = await verify(near, verified=False)
    assert (msgspec.json.decode(back.body)["verified_at"], back.version) == (None, 3)
    async with market.work(near.id) as work:
        trail = await work.connection.fetch("select action from audit_event order by seq")
    assert [row[0] for row in trail] == ["verify", "unverify"]


async def test_an_organisation_sees_itself_and_a_coordinator_its_jurisdiction(market: Market) -> None:
    yard = await market.organisation(name="CANARY Recycling", prefecture="JP-32")
    rival = await market.organisation(prefecture="JP-32")
    near = await market.organisation("coordinator", jurisdiction=Jurisdiction(prefectures=("JP-32",)))

    async def page(by: NewOrganisation) -> list[UUID]:
        async with market.work(by.id) as work:
            body = await organisations.page(work, await principal(market, by), 10)
        return [item.id for item in msgspec.json.decode(body, type=OrganisationPage).items]

    assert await page(yard) == [yard.id]
    assert await page(near) == [rival.id, yard.id]
    async with market.work(yard.id) as work:
        assert b"CANARY" in (await organisations.read(work, await principal(market, yard), yard.id)).body
    async with market.work(near.id) as work:
        assert b"CANARY" in (await organisations.read(work, await principal(market, near), yard.id)).body
    async with market.work(rival.id) as work:
        with pytest.raises(NotFound):
            await organisations.read(work, await principal(market, rival), yard.id)
