"""What every refusal of the API has in common."""

from typing import Any

import httpx

from market.http.statuses import STATUS

INSIDE = ("Traceback", "asyncpg", "select ", "insert ", ".py", "postgresql", "litestar", "msgspec")


def assert_problem(answer: httpx.Response, status: int | None = None, code: str | None = None) -> dict[str, Any]:
    """The body of a problem document (RFC 9457) that shows nothing of the inside."""
    body: dict[str, Any] = answer.json()
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"
    assert set(body) == {"type", "title", "status", "detail", "code", "params", "errors"}
    assert body["type"] == "/problems/" + body["code"].replace("_", "-")
    assert body["status"] == answer.status_code == STATUS[body["code"]]
    assert not any(word in answer.text for word in INSIDE)
    assert status is None or answer.status_code == status
    assert code is None or body["code"] == code
    return body
