"""Who called and how, as a proxy tells it: believed of the proxies that the settings name, and of nobody else."""

import httpx
import pytest

from tests.support.api import settings
from tests.support.market import Market
from tests.support.served import served

TOLD = {"x-forwarded-proto": "https", "x-forwarded-for": "203.0.113.9"}


@pytest.mark.parametrize(
    ("proxies", "cookie"),
    [("127.0.0.0/8", "__Host-capillary-visitor="), ("10.0.0.7", "capillary-visitor="), (None, "capillary-visitor=")],
)
def test_cookies_are_marked_where_a_known_proxy_says_https(market: Market, proxies: str | None, cookie: str) -> None:
    with served(settings(market, proxies=proxies)) as server:
        page = httpx.get(f"{server.address}/console/sign-in", headers=TOLD)
    assert page.headers["set-cookie"].startswith(cookie)


def test_behind_a_proxy_one_crowd_keeps_nobody_else_waiting(market: Market) -> None:
    with served(settings(market, proxies="127.0.0.1", rate_limit=1)) as server:
        # what a caller says of itself comes before what the proxy adds
        crowd = [f"198.51.100.{number}, 203.0.113.9" for number in range(30)]
        told = [
            httpx.get(f"{server.address}/console/sign-in", headers=TOLD | {"x-forwarded-for": place}).status_code
            for place in [*crowd, "203.0.113.10"]
        ]
    assert (told[0], 429 in told, told[-1]) == (200, True, 200)


def test_a_proxy_is_known_on_a_socket_of_both_kinds(market: Market) -> None:
    with served(settings(market, proxies="127.0.0.0/8", host="::")) as server:
        page = httpx.get(f"{server.address}/console/sign-in", headers=TOLD)
    assert page.headers["set-cookie"].startswith("__Host-capillary-visitor=")
