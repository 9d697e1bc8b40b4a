"""Specs and lots through the wire: whole bodies, tags, revisions, idempotency."""

import asyncio
from typing import Any

from market.http import examples
from tests.support.api import client


def without_clock(body: dict[str, Any]) -> dict[str, Any]:
    """A listing's body without what differs from run to run."""
    return {k: v for k, v in body.items() if k not in {"id", "created_at", "updated_at", "published_at"}}


async def test_a_posted_spec_comes_back_whole_with_place_and_tag(mill):
    made = await mill.post("/v1/specs", json=examples.SPEC)
    body = made.json()
    assert made.status_code == 201
    assert made.headers["location"] == f"/v1/specs/{body['id']}"
    assert made.headers["etag"] == '"1"'
    expected = examples.SPEC | {
        "rev": 1,
        "status": "draft",
        "remaining_tonnes": 3000,
        "expires_on": "2030-03-31",
        "legal_statuses": [],
        "regimes": [],
        "weights": {
            "quality": 0.3,
            "quantity": 0.15,
            "timing": 0.1,
            "price": 0.2,
            "distance": 0.1,
            "evidence": 0.15,
        },
    }
    assert without_clock(body) == expected
    assert body["published_at"] is None
    read = await mill.get(made.headers["location"])
    assert (read.status_code, read.json(), read.headers["etag"]) == (200, body, '"1"')


async def test_a_posted_lot_comes_back_whole_and_its_assays_have_ids(yard):
    made = await yard.post("/v1/lots", json=examples.LOT)
    body = made.json()
    assert made.status_code == 201
    (assay,) = body.pop("assays")
    assert assay.pop("id")
    expected = examples.LOT["assays"][0].copy()
    del expected["operator"]
    assert assay == expected
    rest = {k: v for k, v in examples.LOT.items() if k != "assays"}
    more = {"rev": 1, "status": "draft", "remaining_tonnes": 120, "expires_on": "2030-02-28", "visibility": "matched"}
    assert without_clock(body) == rest | more


async def test_a_lot_lives_from_draft_to_withdrawn_and_keeps_its_revisions(yard):
    made = await yard.post("/v1/lots", json=examples.LOT)
    place = made.headers["location"]
    patched = await yard.patch(place, json={"quantity": {"tonnes": 90}}, headers={"if-match": '"1"'})
    assert (patched.status_code, patched.json()["rev"], patched.json()["quantity"]) == (
        200,
        2,
        {"tonnes": 90.0, "min_take_tonnes": 20.0},
    )
    published = await yard.post(f"{place}/publish", headers={"if-match": patched.headers["etag"]})
    assert (published.status_code, published.json()["status"]) == (200, "active")
    withdrawn = await yard.post(f"{place}/withdraw")
    assert (withdrawn.status_code, withdrawn.json()["status"]) == (200, "cancelled")
    again = await yard.post(f"{place}/publish")
    assert (again.status_code, again.json()["code"]) == (409, "not_a_draft")
    closed = await yard.patch(place, json={"title": "x"}, headers={"if-match": "*"})
    assert (closed.status_code, closed.json()["code"]) == (409, "listing_closed")
    revisions = (await yard.get(f"{place}/revisions")).json()
    assert [r["rev"] for r in revisions["items"]] == [2, 1]
    first = (await yard.get(f"{place}/revisions/1")).json()
    assert first["content"]["quantity"]["tonnes"] == 120
    assert (await yard.get(f"{place}/revisions/3")).status_code == 404


async def test_a_patch_without_if_match_is_428_and_with_an_old_one_412(mill):
    place = (await mill.post("/v1/specs", json=examples.SPEC)).headers["location"]
    without = await mill.patch(place, json={"title": "A"})
    assert (without.status_code, without.json()["code"]) == (428, "precondition_required")
    assert (await mill.patch(place, json={"title": "A"}, headers={"if-match": '"1"'})).status_code == 200
    stale = await mill.patch(place, json={"title": "B"}, headers={"if-match": '"1"'})
    assert (stale.status_code, stale.json()["code"]) == (412, "version_mismatch")
    foreign = await mill.patch(place, json={"title": "B"}, headers={"if-match": '"abc"'})
    assert foreign.status_code == 412
    weak = await mill.patch(place, json={"title": "B"}, headers={"if-match": 'W/"2"'})
    assert weak.status_code == 412
    unquoted = await mill.patch(place, json={"title": "B"}, headers={"if-match": "2"})
    assert (unquoted.status_code, unquoted.json()["code"]) == (412, "version_mismatch")
    listed = await mill.patch(place, json={"title": "B"}, headers={"if-match": '"1", "2"'})
    assert (listed.status_code, listed.json()["title"]) == (200, "B")
    assert (await mill.post(f"{place}/publish", headers={"if-match": '"1"'})).status_code == 412


async def test_a_merge_patch_removes_with_null_and_replaces_arrays_whole(mill):
    place = (await mill.post("/v1/specs", json=examples.SPEC)).headers["location"]
    patch = {"max_price": None, "limits": [{"analytes": ["Cu"], "max": 0.3, "unit": "%"}]}
    headers = {"if-match": '"1"', "content-type": "application/merge-patch+json"}
    patched = await mill.patch(place, json=patch, headers=headers)
    assert patched.status_code == 200
    body = patched.json()
    assert body["max_price"] is None
    assert body["limits"] == [{"analytes": ["Cu"], "max": 0.3, "unit": "%"}]
    wrong = await mill.patch(place, json={"quantity": {"tonnes": "many"}}, headers={"if-match": "*"})
    assert (wrong.status_code, wrong.json()["errors"][0]["pointer"]) == (400, "/quantity/tonnes")
    gone = await mill.patch(place, json={"material": None}, headers={"if-match": "*"})
    assert gone.status_code == 400
    assert gone.json()["errors"] == [
        {
            "pointer": "/material",
            "code": "missing_field",
            "params": {"field": "material"},
            "reason": "material is required.",
        }
    ]


async def test_every_read_only_field_is_refused_in_a_body(yard, mill):
    for place, api, example in (("/v1/lots", yard, examples.LOT), ("/v1/specs", mill, examples.SPEC)):
        made = await api.post(place, json=example)
        for name in set(made.json()) - set(example) - {"weights", "legal_statuses", "regimes"} - {"visibility"}:
            value = made.json()[name]
            posted = await api.post(place, json=example | {name: value})
            assert (posted.status_code, posted.json()["errors"][0]["pointer"]) == (400, f"/{name}")
            patched = await api.patch(made.headers["location"], json={name: value or "x"}, headers={"if-match": "*"})
            assert (patched.status_code, patched.json()["errors"][0]["pointer"]) == (400, f"/{name}")


async def test_all_faults_of_a_body_are_named_at_once_in_the_callers_language(mill):
    wrong = examples.SPEC | {
        "material": "carbon_steel_scrp",
        "confidence": 0.2,
        "limits": [{"analytes": ["Cu"], "min": 0.5, "max": 0.1, "unit": "%"}],
        "delivery": examples.SPEC["delivery"] | {"until": "2029-01-01"},
    }
    answer = await mill.post("/v1/specs", json=wrong, headers={"accept-language": "ja"})
    assert answer.status_code == 422
    assert answer.headers["content-language"] == "ja"
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert (body["type"], body["code"]) == ("/problems/invalid", "invalid")
    pointers = {e["pointer"] for e in body["errors"]}
    assert {"/material", "/confidence"} < pointers
    assert any(p.startswith("/limits/0") for p in pointers)
    assert any(p.startswith("/delivery") for p in pointers)
    assert all(e["reason"] for e in body["errors"])


async def test_a_repeated_post_gets_the_first_answer_and_another_body_422(yard):
    headers = {"idempotency-key": "k-1"}
    first = await yard.post("/v1/lots", json=examples.LOT, headers=headers)
    again = await yard.post("/v1/lots", json=examples.LOT, headers=headers)
    assert (again.status_code, again.content) == (201, first.content)
    assert (again.headers["location"], again.headers["etag"]) == (first.headers["location"], first.headers["etag"])
    other = await yard.post("/v1/lots", json=examples.LOT | {"title": "Other"}, headers=headers)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    place = first.headers["location"]
    published = await yard.post(f"{place}/publish", headers={"idempotency-key": "k-1"})
    assert published.status_code == 200
    republished = await yard.post(f"{place}/publish", headers={"idempotency-key": "k-1"})
    assert (republished.status_code, republished.content) == (200, published.content)


async def test_twenty_racing_posts_with_one_key_make_one_lot(yard):
    before = len((await yard.get("/v1/lots?limit=200")).json()["items"])
    headers = {"idempotency-key": "race"}
    answers = await asyncio.gather(*(yard.post("/v1/lots", json=examples.LOT, headers=headers) for _ in range(20)))
    assert {a.status_code for a in answers} == {201}
    assert len({a.content for a in answers}) == 1
    assert len((await yard.get("/v1/lots?limit=200")).json()["items"]) == before + 1


async def test_a_key_that_is_no_key_is_refused(yard):
    for key in ("", "x" * 256, "caf\u00e9".encode()):
        answer = await yard.post("/v1/lots", json=examples.LOT, headers={"idempotency-key": key})
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid_header")


async def test_pages_follow_their_cursor_and_filters_narrow(market, api):
    async with client(api, await market.organisation("recycler", "Paging Yard")) as yard:
        ids = []
        for i in range(5):
            made = await yard.post("/v1/lots", json=examples.LOT | {"title": f"lot {i}"})
            ids.append(made.json()["id"])
        seen, url = [], "/v1/lots?limit=2"
        while url:
            page = (await yard.get(url)).json()
            seen += [item["id"] for item in page["items"]]
            url = f"/v1/lots?limit=2&cursor={page['next_cursor']}" if page["next_cursor"] else None
        assert seen == ids[::-1]
        assert len((await yard.get("/v1/lots?status=active")).json()["items"]) == 0
        assert len((await yard.get("/v1/lots?material=carbon_steel_scrap&grade=JP.SHRED_A")).json()["items"]) == 5
        assert len((await yard.get("/v1/lots?prefecture=JP-01")).json()["items"]) == 0
        assert len((await yard.get("/v1/lots?from=2030-02-28&until=2030-03-01")).json()["items"]) == 5
        assert len((await yard.get("/v1/lots?from=2030-03-01")).json()["items"]) == 0
        first = await yard.get("/v1/lots?limit=2")
        unchanged = await yard.get("/v1/lots?limit=2", headers={"if-none-match": first.headers["etag"]})
        assert (unchanged.status_code, unchanged.content) == (304, b"")


async def test_a_filter_whose_days_are_reversed_is_refused_and_not_an_empty_list(yard):
    answer = await yard.get("/v1/lots?from=2030-03-01&until=2030-02-28")
    (error,) = answer.json()["errors"]
    assert (answer.status_code, error["parameter"], error["code"]) == (400, "until", "dates_reversed")
    assert error["reason"] == "the window ends on 2030-02-28, before it begins on 2030-03-01"
    assert (await yard.get("/v1/lots?from=2030-02-28&until=2030-02-28")).status_code == 200


async def test_mutated_cursors_are_all_400(yard):
    for i in range(3):
        await yard.post("/v1/lots", json=examples.LOT | {"title": f"more {i}"})
    cursor = (await yard.get("/v1/lots?limit=1")).json()["next_cursor"]
    swaps = [cursor[:i] + ("A" if cursor[i] != "A" else "B") + cursor[i + 1 :] for i in range(len(cursor))]
    for wrong in [*swaps, cursor[:-1], cursor + "A", "x"]:
        answer = await yard.get("/v1/lots", params={"limit": 1, "cursor": wrong})
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid_cursor"), wrong
    moved = await yard.get("/v1/lots", params={"limit": 1, "cursor": cursor, "status": "draft"})
    assert moved.status_code == 400


async def test_what_exists_elsewhere_and_what_does_not_are_the_same_404(market, api, yard):
    place = (await yard.post("/v1/lots", json=examples.LOT)).headers["location"]
    nowhere = "/v1/lots/01900000-0000-7000-8000-000000000000"
    async with client(api, await market.organisation("recycler", "Rival Yard")) as rival:
        for method, tail in (("GET", ""), ("POST", "/publish"), ("POST", "/withdraw"), ("GET", "/revisions")):
            theirs = await rival.request(method, place + tail)
            none = await rival.request(method, nowhere + tail)
            assert (theirs.status_code, theirs.content) == (404, none.content)
            assert {k: v for k, v in theirs.headers.items() if k != "x-request-id"} == {
                k: v for k, v in none.headers.items() if k != "x-request-id"
            }
        theirs = await rival.patch(place, json={"title": "mine"}, headers={"if-match": "*"})
        none = await rival.patch(nowhere, json={"title": "mine"}, headers={"if-match": "*"})
        assert (theirs.status_code, theirs.content) == (404, none.content)
