"""Permits through the wire: declared by a firm, confirmed by a coordinator."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from market.http.examples import PERMIT, PERMIT_CHECK
from specs.kit import clock

TODAY = clock.today(datetime.now(UTC))
# to treat, in Kanagawa, where the lot of the tests lies; `IN_TOKYO` is a number of where it goes
TREATS = PERMIT | {"valid_until": (TODAY + timedelta(days=400)).isoformat()}
IN_TOKYO = "01320654321"


async def declared(caller: httpx.AsyncClient, **changes: Any) -> str:
    """The path of a new permit."""
    made = await caller.post("/v1/permits", json=TREATS | changes)
    assert made.status_code == 201, made.text
    return str(made.headers["location"])


async def confirmed(ministry: httpx.AsyncClient, place: str, **changes: Any) -> httpx.Response:
    """Or refused, by the changes."""
    answer = await ministry.post(f"{place}/check", json=PERMIT_CHECK | changes)
    assert answer.status_code == 200, answer.text
    return answer
