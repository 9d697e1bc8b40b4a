"""A change by a session comes from our own pages."""

import pytest

from market.http import origin
from market.http.call import Call
from market.http.refusal import Refusal

WANTED = "the token of the session"


def asked(given: str | None = WANTED, **headers: str) -> None:
    """Raises Refusal."""
    sent = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": "http", "headers": [(b"host", b"capillary.test:8000"), *sent]}
    origin.check(Call(scope), given, WANTED)  # type: ignore[arg-type]  # as much of a scope as is looked at


@pytest.mark.parametrize(
    "headers",
    [
        {"sec_fetch_site": "same-origin"},
        {"sec_fetch_site": "same-origin", "origin": "null"},
        {"sec_fetch_site": "none"},
        {"origin": "http://capillary.test:8000"},
        # a proxy may have taken the TLS off
        {"origin": "https://capillary.test:8000"},
        {"origin": "null"},
        {},
    ],
)
def test_our_own_pages_pass(headers: dict[str, str]) -> None:
    asked(**headers)


@pytest.mark.parametrize(
    "headers",
    [
        {"sec_fetch_site": "cross-site"},
        {"sec_fetch_site": "same-site"},
        {"sec_fetch_site": "cross-site", "origin": "http://capillary.test:8000"},
        {"origin": "http://evil.example"},
        {"origin": "http://capillary.test:8001"},
        {"origin": "http://capillary.test:8000.evil.example"},
        {"origin": "capillary.test:8000"},
        {"origin": "http://capillary.test:8000@evil.example"},
        {"origin": "http://["},
    ],
)
def test_other_sites_are_refused_even_with_the_token(headers: dict[str, str]) -> None:
    with pytest.raises(Refusal, match="csrf"):
        asked(**headers)


@pytest.mark.parametrize("given", [None, "", "another token", WANTED + " ", "é"])
def test_without_the_token_nothing_passes(given: str | None) -> None:
    with pytest.raises(Refusal, match="csrf"):
        asked(given, sec_fetch_site="same-origin")
