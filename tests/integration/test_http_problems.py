"""Every error is a problem document, says where, and shows nothing of the inside."""

import json
import random
import re
from collections.abc import AsyncIterator
from typing import Any

import pytest

from market.http import examples
from market.http.openapi import tree
from market.http.statuses import STATUS
from tests.support.api import client, serving
from tests.support.problems import assert_problem


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/nowhere", 404, "not_found"),
        ("GET", "/v1/specs/not-a-uuid", 404, "not_found"),
        ("GET", "/v1/specs/../../etc/passwd", 404, "not_found"),
        ("DELETE", "/v1/specs", 405, "method_not_allowed"),
        ("TRACE", "/health/live", 405, "method_not_allowed"),
        ("GET", "/v1/lots", 401, "unauthenticated"),
        ("POST", "/v1/evaluations", 401, "unauthenticated"),
        ("GET", "/health/live?x=1", 400, "invalid_parameter"),
    ],
)
async def test_refusals_without_a_key_are_problems(anyone, method, path, status, code):
    answer = await anyone.request(method, path)
    assert_problem(answer, status, code)
    assert status != 405 or answer.headers["allow"]
    assert status != 401 or answer.headers["www-authenticate"] == 'Bearer realm="capillary"'


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer cap_", "Basic Y2FwOng=", "Bearer cap_" + "x" * 43, "Bearer cap_" + "x" * 9000]
)
async def test_what_is_no_living_key_is_401(anyone, header):
    assert_problem(await anyone.get("/v1/lots", headers={"authorization": header}), 401, "unauthenticated")


async def test_the_guard_speaks_before_the_body_is_read(anyone, yard):
    assert_problem(await anyone.post("/v1/specs", content=b"{"), 401)
    body = assert_problem(await yard.post("/v1/specs", content=b"{"), 403, "wrong_kind")
    assert body["params"] == {"kinds": "manufacturer, processor"}


async def test_a_body_that_is_too_large_is_413_however_it_is_sent(yard):
    large = b'{"title":"' + b"a" * 1_000_000 + b'"}'

    async def chunks() -> AsyncIterator[bytes]:
        for i in range(0, len(large), 65_536):
            yield large[i : i + 65_536]

    headers = {"content-type": "application/json"}
    assert_problem(await yard.post("/v1/lots", content=large, headers=headers), 413, "body_too_large")
    assert_problem(await yard.post("/v1/lots", content=chunks(), headers=headers), 413, "body_too_large")


async def test_only_json_is_taken_as_a_body(yard):
    for content_type in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""):
        headers = {"content-type": content_type}
        assert_problem(await yard.post("/v1/lots", content=b"{}", headers=headers), 415, "unsupported_media_type")


async def test_an_action_takes_no_body_but_an_empty_one(yard):
    place = (await yard.post("/v1/lots", json=examples.LOT)).headers["location"]
    assert_problem(await yard.post(f"{place}/publish", json={"now": True}), 400, "unexpected_body")
    assert (await yard.post(f"{place}/publish", json={})).status_code == 200


async def test_every_numeric_parameter_is_bounded_on_both_sides(yard, mill, market, api):
    ministry, laboratory = [await market.organisation(kind, "Test") for kind in ("coordinator", "laboratory")]
    async with client(api, ministry) as overseer, client(api, laboratory) as umpire:
        probed = 0
        for path, methods in tree()["paths"].items():
            url = re.sub(r"{\w+}", "01900000-0000-7000-8000-000000000000", path)
            for name, schema in _numeric(methods.get("get", {})):
                allowed = [one for one in (yard, mill, overseer, umpire) if (await one.get(url)).status_code != 403]
                beyond = (schema["minimum"] - 1, schema["maximum"] + 1, "nan", "", "٣", "1_0")
                whole = ("1e1", "1.0") if schema["type"] == "integer" else ("inf", "0x1")
                for value in (*beyond, *whole):
                    answer = await allowed[0].get(url, params={name: value})
                    body = assert_problem(answer, 400, "invalid_parameter")
                    assert [e["parameter"] for e in body["errors"]] == [name]
                probed += 1
        assert probed >= 4


def _numeric(operation: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    return [
        (p["name"], p["schema"])
        for p in operation.get("parameters", ())
        if p["in"] == "query" and p["schema"].get("type") in ("integer", "number")
    ]


async def test_unknown_repeated_and_malformed_parameters_are_all_named(yard):
    answer = await yard.get(
        "/v1/lots?materiel=x&status=open&limit=1&limit=2&from=2027-13-01&until=soon&prefecture=Tokyo"
    )
    body = assert_problem(answer, 400, "invalid_parameter")
    assert {(e["parameter"], e["code"]) for e in body["errors"]} == {
        ("materiel", "unknown_parameter"),
        ("status", "invalid_choice"),
        ("limit", "repeated_parameter"),
        ("until", "invalid_date"),
    }
    assert_problem(await yard.get("/v1/lots?from=2027-13-01"), 400, "invalid_parameter")
    assert_problem(await yard.get("/v1/lots?status=open"), 400, "invalid_parameter")
    assert_problem(await yard.get("/v1/lots?prefecture=Tokyo"), 400, "invalid_parameter")
    assert_problem(await yard.get("/v1/lots?material=%00"), 400, "invalid_parameter")


async def test_a_revision_number_beyond_a_column_is_refused(yard):
    place = (await yard.post("/v1/lots", json=examples.LOT)).headers["location"]
    for rev in (0, -1, 2**31, 2**63, 10**400):
        answer = await yard.get(f"{place}/revisions/{rev}")
        assert answer.status_code in (400, 404)
        assert_problem(answer)


def mutations(seed: int) -> Any:
    """Endless wrong bodies: one place of a good one replaced, removed, renamed or repeated, or bytes spoilt."""
    dice = random.Random(seed)
    odd: tuple[Any, ...] = (
        None, True, -1, 0, 1e308, -1e308, 5e-324, 2**63, "", "\0", "NaN", "Infinity", "\ud83d\ude00" * 200, "=1+1",
        [], {}, [[]], {"a": 1}, "2027-02-30", "9999-12-31", "0001-01-01", "JP-99", "1e5", "％",
    )  # fmt: skip
    while True:
        kind = dice.choice(("spec", "lot"))
        document = json.loads(json.dumps(examples.SPEC if kind == "spec" else examples.LOT))
        for _ in range(dice.randint(1, 3)):
            _spoil(document, dice, odd)
        body = json.dumps(document).encode("utf-8", "surrogatepass")
        if dice.random() < 0.15:
            at = dice.randrange(len(body))
            body = body[:at] + dice.randbytes(dice.randint(0, 3)) + body[at + dice.randint(0, 2) :]
        yield kind, body


def _spoil(node: Any, dice: random.Random, odd: tuple[Any, ...]) -> None:
    keys: list[Any] = list(node) if isinstance(node, dict) else list(range(len(node)))
    if not keys:
        return
    key = dice.choice(keys)
    if isinstance(node[key], (dict, list)) and node[key] and dice.random() < 0.7:
        _spoil(node[key], dice, odd)
    elif isinstance(node, dict) and dice.random() < 0.2:
        node[dice.choice(("extra", "id", key + "s"))] = node.pop(key)
    else:
        node[key] = dice.choice(odd)


async def test_two_thousand_mutated_bodies_never_break_the_server(mill, yard):
    refused = 0
    for _, (kind, body) in zip(range(2000), mutations(seed=20261124), strict=False):
        caller = mill if kind == "spec" else yard
        headers = {"content-type": "application/json"}
        answer = await caller.post(f"/v1/{kind}s", content=body, headers=headers)
        assert answer.status_code in (201, 400, 422), (answer.status_code, body)
        if answer.status_code != 201:
            refused += 1
            problem = assert_problem(answer)
            assert answer.status_code == 400 or problem["errors"]
            assert all(e["reason"] and e["code"] for e in problem["errors"])
    assert refused > 1000


async def test_what_was_accepted_can_be_evaluated_and_read_back(mill, yard):
    for _, (kind, body) in zip(range(300), mutations(seed=7), strict=False):
        caller = mill if kind == "spec" else yard
        answer = await caller.post(f"/v1/{kind}s", content=body, headers={"content-type": "application/json"})
        if answer.status_code == 201:
            posted = json.loads(body)
            pair = {"spec": posted, "lot": examples.LOT} if kind == "spec" else {"spec": examples.SPEC, "lot": posted}
            evaluated = await caller.post("/v1/evaluations", json=pair)
            assert evaluated.status_code == 200, (evaluated.text, body)
            assert (await caller.get(answer.headers["location"])).json() == answer.json()


async def test_a_crash_shows_nothing_and_leaves_a_stack_trace(market, capsys, monkeypatch):
    async with serving(market) as application, client(application) as anyone:

        async def broken() -> tuple[str, str, str]:
            raise RuntimeError("secret detail of the inside")

        object.__setattr__(application.litestar.state.parts, "checks", broken)
        answer = await anyone.get("/health/ready", headers={"x-request-id": "trace-me-1"})
    body = assert_problem(answer, 500, "internal_error")
    assert "secret" not in answer.text
    assert body["errors"] == []
    assert answer.headers["x-request-id"] == "trace-me-1"
    logged = capsys.readouterr().out
    assert "secret detail of the inside" in logged
    assert "trace-me-1" in logged


async def test_a_sane_request_id_is_kept_and_another_replaced(anyone):
    assert (await anyone.get("/health/live", headers={"x-request-id": "a-1"})).headers["x-request-id"] == "a-1"
    for odd in ("", "x" * 65, "a b", "a;b"):
        assert (await anyone.get("/health/live", headers={"x-request-id": odd})).headers["x-request-id"] != odd


async def test_a_key_beyond_its_rate_is_429_with_a_time_to_wait(market):
    party = await market.organisation("recycler", "Busy Yard")
    async with serving(market, rate_limit=1) as application, client(application, party) as busy:
        answers = [await busy.get("/v1/lots") for _ in range(12)]
        assert [a.status_code for a in answers[:10]] == [200] * 10
        assert_problem(answers[-1], 429, "too_many_requests")
        assert int(answers[-1].headers["retry-after"]) >= 1
        other = await market.organisation("recycler", "Calm Yard")
        async with client(application, other) as calm:
            assert (await calm.get("/v1/lots")).status_code == 200


async def test_a_database_that_is_away_is_503_and_live_stays_200(market):
    party = await market.organisation("recycler", "Unlucky Yard")
    async with serving(market) as application, client(application, party) as caller:
        await application.litestar.state.parts.database.pool.close()
        answer = await caller.get("/v1/lots")
        assert_problem(answer, 503, "unavailable")
        assert answer.headers["retry-after"] == "1"
        assert (await caller.get("/health/live")).status_code == 200
        ready = await caller.get("/health/ready")
        assert (ready.status_code, ready.json()) == (
            503,
            {"status": "not_ready", "checks": {"database": "down", "migrations": "unknown", "redis": "down"}},
        )


async def test_head_is_get_without_a_body(anyone):
    head = await anyone.head("/v1/catalogue/forms")
    get = await anyone.get("/v1/catalogue/forms")
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == get.headers["content-length"]
    assert head.headers["etag"] == get.headers["etag"]


async def test_the_type_of_every_problem_leads_to_its_meaning(anyone):
    for code, status in STATUS.items():
        answer = await anyone.get("/problems/" + code.replace("_", "-"))
        body = answer.json()
        assert (answer.status_code, body["code"], body["status"]) == (200, code, status)
        assert body["title"]["en"] != body["title"]["ja"]
    assert_problem(await anyone.get("/problems/no-such-thing"), 404, "not_found")
    assert_problem(await anyone.get("/problems/not_found"), 404, "not_found")
