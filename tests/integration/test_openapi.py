"""The published OpenAPI document is complete, current, and its examples work."""

import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
import pytest_asyncio

from market.app import Application
from market.http.openapi import document, tree
from market.http.refusal import PROBLEM_TYPE
from market.http.statuses import STATUS
from tests.support.api import client
from tests.support.market import Market

ROOT = Path(__file__).parents[2]
TREE = tree()


def operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in TREE["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def test_the_committed_document_is_the_one_that_the_app_writes():
    committed = (ROOT / "openapi" / "openapi.json").read_bytes()
    assert committed == document(), "run `make openapi` and commit the result"


def test_every_operation_says_what_it_is_and_how_it_fails():
    ids = [operation["operationId"] for _, _, operation in operations()]
    assert len(ids) == len(set(ids))
    for path, method, operation in operations():
        assert operation["summary"], path
        assert operation["tags"], path
        failures = {code for code in operation["responses"] if code[0] in "45"}
        assert {"400", "405", "429", "500"} <= failures, path
        if path.startswith("/v1/") and not path.startswith("/v1/catalogue/"):
            assert operation["security"] == [{"api_key": []}], path
            assert {"401", "403"} <= failures, path
        assert "{" not in path or "404" in failures, path
        if method == "post":
            assert any(p["name"] == "Idempotency-Key" for p in operation["parameters"]), path
        if method == "patch":
            assert {"412", "428", "415", "413"} <= failures, path
            (if_match,) = [p for p in operation["parameters"] if p["name"] == "If-Match"]
            assert if_match["required"] is True
        assert "requestBody" not in operation or _has_example(operation), path


def _has_example(operation: dict[str, Any]) -> bool:
    return all(media["examples"] for media in operation["requestBody"]["content"].values())


def test_problems_have_one_media_type_and_every_status_a_response():
    responses = TREE["components"]["responses"]
    assert set(responses) >= {str(int(status)) for status in STATUS.values()}
    for response in responses.values():
        assert list(response["content"]) == [PROBLEM_TYPE]


def test_every_reference_leads_somewhere():
    for ref in re.findall(rb'"\$ref": "#/([^"]+)"', document()):
        node: Any = TREE
        for step in ref.decode().split("/"):
            node = node[step]
        assert node


def test_what_is_posted_allows_no_unknown_field_and_bounds_every_text_and_list():
    for name in ("Spec", "Lot", "Limit", "Assay", "Price", "Place", "Portion", "UserDraft", "ApiKeyDraft", "LotPatch"):
        schema = TREE["components"]["schemas"][name]
        assert schema["additionalProperties"] is False
        for text in _nodes(schema):
            if text.get("type") == "string" and not {"enum", "format"} & text.keys():
                assert "maxLength" in text or "pattern" in text, (name, text)


def _nodes(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        yield node
        for value in node.values():
            yield from _nodes(value)
    elif isinstance(node, list):
        for value in node:
            yield from _nodes(value)


def test_each_body_names_the_schema_of_its_own_method():
    for path, one in (("/v1/specs", "Spec"), ("/v1/lots", "Lot")):
        posted = TREE["paths"][path]["post"]["requestBody"]["content"]["application/json"]["schema"]
        patched = TREE["paths"][path + "/{id}"]["patch"]["requestBody"]["content"]["application/json"]["schema"]
        assert posted == {"$ref": f"#/components/schemas/{one}"}
        assert patched == {"$ref": f"#/components/schemas/{one}Patch"}


def test_a_merge_patch_requires_nothing_and_cannot_remove_what_is_required():
    patch = TREE["components"]["schemas"]["LotPatch"]
    assert "required" not in patch
    assert patch["properties"]["quantity"] == {"$ref": "#/components/schemas/SupplyPatch"}
    assert patch["properties"]["title"]["anyOf"][0] == {"type": "null"}


@pytest_asyncio.fixture(scope="module")
async def callers(market: Market, api: Application) -> AsyncIterator[dict[str, httpx.AsyncClient]]:
    found = {}
    for kind in ("processor", "coordinator"):
        found[kind] = client(api, await market.organisation(kind, f"Example {kind}"))
    yield found
    for one in found.values():
        await one.aclose()


# those of deals, tenders, of an umpire and of a check need others: `test_http_deals` and its like replay them
OF_TWO = ("/v1/deals", "/v1/tenders", "/v1/samples", "/v1/permits/{id}/check")


@pytest.mark.parametrize(
    "path",
    [path for path, _, operation in operations() if "requestBody" in operation and not path.startswith(OF_TWO)],
)
async def test_the_examples_of_a_path_are_accepted(callers, path):
    for method, operation in TREE["paths"][path].items():
        for media_type, media in operation.get("requestBody", {}).get("content", {}).items():
            for example in media["examples"].values():
                caller = callers["coordinator" if operation.get("x-kinds") == ["coordinator"] else "processor"]
                body = example["value"] if isinstance(example["value"], str) else msgspec.json.encode(example["value"])
                answer = await _replay(caller, method, path, media_type, body)
                assert str(answer.status_code) in operation["responses"]
                assert answer.status_code in (200, 201), answer.text


def test_every_link_gives_its_operation_all_of_its_path_parameters():
    paths = {operation["operationId"]: path for path, _, operation in operations()}
    given = {
        (operation["operationId"], link["operationId"]): set(link["parameters"])
        for _, _, operation in operations()
        for answer in operation["responses"].values()
        for link in answer.get("links", {}).values()
    }
    assert given
    assert given == {link: set(re.findall(r"{(\w+)}", paths[link[1]])) for link in given}


async def _replay(
    caller: httpx.AsyncClient, method: str, path: str, media_type: str, body: str | bytes
) -> httpx.Response:
    url, headers = path, {"content-type": media_type}
    if method == "put":
        headers["if-match"] = "*"
    if "{id}" in path:
        collection, _, rest = path.partition("/{id}")
        create = TREE["paths"][collection]["post"]["requestBody"]["content"]["application/json"]
        made = await caller.post(collection, json=create["examples"]["typical"]["value"])
        url = made.headers["location"] + rest
        if method in ("patch", "put"):
            headers["if-match"] = made.headers["etag"]
        elif method == "post":
            assert (await caller.post(f"{made.headers['location']}/publish")).status_code == 200
    return await caller.request(method, url, content=body, headers=headers)


async def test_the_schema_page_needs_nothing_from_elsewhere(callers):
    page = await callers["processor"].get("/schema")
    assert page.status_code == 200
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert not re.search(r"(?:src|href)=['\"]?(?:https?:)?//", page.text)
    assert "<script" not in page.text
    for _, _, operation in operations():
        assert f"id='{operation['operationId']}'" in page.text


async def test_the_document_is_served_as_it_is_committed(callers):
    served = await callers["processor"].get("/schema/openapi.json")
    assert (served.status_code, served.content) == (200, document())


async def test_metrics_count_by_route_template_and_never_by_path(callers, api):
    await callers["processor"].get("/v1/specs/01900000-0000-7000-8000-000000000000")
    await callers["processor"].get("/v1/nowhere/at/all")
    text = (await callers["processor"].get("/metrics")).text
    assert 'capillary_http_requests_total{method="GET",route="/v1/specs/{id}",status="404"}' in text
    assert 'route="-",status="404"' in text
    assert "01900000" not in text
    assert "nowhere" not in text
    for name in ("capillary_outbox_age_seconds ", "capillary_queue_depth NaN", "capillary_http_request_seconds"):
        assert name in text


async def test_ready_forgives_a_missing_redis_and_says_so(callers):
    ready = await callers["processor"].get("/health/ready")
    assert (ready.status_code, ready.json()) == (
        200,
        {"status": "ready", "checks": {"database": "up", "migrations": "current", "redis": "down"}},
    )
