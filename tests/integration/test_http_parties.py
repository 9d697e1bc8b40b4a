"""Organisations, people and keys through the wire."""

from tests.support.api import client
from tests.support.market import LOT, SPEC


async def test_a_key_is_shown_once_and_a_retry_shows_the_same_one(yard, api):
    headers = {"idempotency-key": "make-a-key"}
    body = {"name": "nightly import", "scopes": ["listings:read"]}
    made = await yard.post("/v1/api-keys", json=body, headers=headers)
    again = await yard.post("/v1/api-keys", json=body, headers=headers)
    assert (made.status_code, again.status_code) == (201, 201)
    assert again.json() == made.json()
    key = made.json()
    assert set(key) == {
        "id",
        "name",
        "prefix",
        "scopes",
        "user_id",
        "created_at",
        "revoked_at",
        "last_used_at",
        "api_key",
    }
    assert key["api_key"].startswith(key["prefix"])
    assert made.headers["location"] == f"/v1/api-keys/{key['id']}"
    async with client(api, authorization=f"Bearer {key['api_key']}") as limited:
        assert (await limited.get("/v1/lots")).status_code == 200
        refused = await limited.post("/v1/lots", json=LOT)
        assert (refused.status_code, refused.json()["params"]) == (403, {"scope": "listings:write"})
        assert (await limited.get("/v1/api-keys")).status_code == 403


async def test_a_key_cannot_be_given_more_than_its_maker_has(yard, api):
    made = await yard.post("/v1/api-keys", json={"name": "keys only", "scopes": ["keys:write"]})
    async with client(api, authorization=f"Bearer {made.json()['api_key']}") as limited:
        refused = await limited.post("/v1/api-keys", json={"name": "more", "scopes": ["listings:write"]})
        assert (refused.status_code, refused.json()["code"]) == (403, "scope_not_allowed")


async def test_people_are_added_once(yard):
    person = {"email": "Buyer@Example.com", "name": "A. Buyer", "role": "viewer"}
    made = await yard.post("/v1/users", json=person)
    assert (made.status_code, made.json()["email"]) == (201, "buyer@example.com")
    assert (await yard.get(made.headers["location"])).json() == made.json()
    twice = await yard.post("/v1/users", json=person)
    assert (twice.status_code, twice.json()["code"]) == (409, "email_taken")
    wrong = await yard.post("/v1/users", json={"email": "nobody", "name": "x\u0007"})
    assert wrong.status_code == 422
    assert {e["pointer"] for e in wrong.json()["errors"]} == {"/email", "/name"}
    assert all(e["reason"] for e in wrong.json()["errors"])


async def test_matching_begins_when_a_coordinator_verifies(market, api):
    new = await market.organisation("recycler", "New Yard", verified=False)
    buyer = await market.organisation("manufacturer", "Old Mill")
    ministry = await market.organisation("coordinator", "The Ministry")
    async with client(api, new) as yard, client(api, buyer) as mill, client(api, ministry) as coordinator:
        spec = (await mill.post("/v1/specs", json=SPEC)).headers["location"]
        lot = (await yard.post("/v1/lots", json=LOT)).headers["location"]
        for caller, place in ((mill, spec), (yard, lot)):
            assert (await caller.post(f"{place}/publish")).status_code == 200

        async def seen() -> list[str]:
            answers = [await mill.get(f"{spec}/matches"), await mill.get(f"{spec}/matches?near_misses=true")]
            return [item["lot"]["id"] for answer in answers for item in answer.json()["items"]]

        assert await seen() == []
        waiting = (await coordinator.get("/v1/organisations?verified=false")).json()["items"]
        assert [item["id"] for item in waiting] == [str(new.id)]
        verified = await coordinator.post(f"/v1/organisations/{new.id}/verify")
        assert (verified.status_code, verified.json()["verified_at"] is None) == (200, False)
        assert await seen() == [lot.rpartition("/")[2]]
        assert (await coordinator.post(f"/v1/organisations/{ministry.id}/verify")).status_code == 403
        assert (await coordinator.post(f"/v1/organisations/{new.id}/unverify")).status_code == 200
        assert await seen() == []


async def test_a_coordinator_reads_the_jurisdiction_whole_and_it_is_recorded(market, api, yard):
    ministry = await market.organisation("coordinator", "Reading Ministry")
    lot = (await yard.post("/v1/lots", json=LOT)).headers["location"]
    await yard.post(f"{lot}/publish")
    async with client(api, ministry) as coordinator:
        read = await coordinator.get(lot)
        assert (read.status_code, read.json()["title"]) == (200, LOT["title"])
        assert read.json()["organisation_id"]
        listed = (await coordinator.get("/v1/lots?limit=200")).json()["items"]
        assert read.json()["id"] in [item["id"] for item in listed]
        drafted = (await yard.post("/v1/lots", json=LOT)).headers["location"]
        assert (await coordinator.get(drafted)).status_code == 404
    async with market.superuser() as connection:
        noted = await connection.fetchval(
            "select count(*) from audit_event where tenant_id = $1 and object_id::text = $2",
            ministry.id,
            lot.rpartition("/")[2],
        )
    assert noted == 1
