"""Keys, roles and tags that would give away more than their holder has."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import msgspec
import pytest

from market.app import Application
from market.matches.current import Current
from market.matches.service import Matches
from market.parties import keys
from market.parties.authentication import Authenticator
from market.parties.errors import ScopeNotAllowed
from market.parties.structs import ApiKeyDraft, Principal, Scope
from specs.catalogue.loader import catalogue
from specs.kit.idempotency import keyed
from specs.kit.wire import encode
from specs.lot.service import LOTS
from tests.support.api import client, serving
from tests.support.market import AT, Market
from tests.support.matched import in_year, lots_for, patch, publish_lot, publish_spec, specs_for

pytestmark = pytest.mark.servers
REQUEST = keyed("/v1/api-keys", "1", b"{}")


@pytest.fixture(scope="module")
async def app(market: Market) -> AsyncIterator[Application]:
    async with serving(market) as application:
        yield application


async def caller(market: Market, key: str) -> Principal | None:
    return await Authenticator(market.database).authenticate(key)


async def made(market: Market, by: Principal, draft: ApiKeyDraft, **how: Any) -> dict[str, Any]:
    async with market.work(by.tenant, **how) as work:
        found: dict[str, Any] = msgspec.json.decode((await keys.create(work, by, draft, REQUEST)).body)
    return found


async def test_a_narrow_key_that_repeats_a_request_is_not_given_the_wider_key(market: Market) -> None:
    firm = await market.organisation()
    maker = await caller(market, firm.api_key)
    assert maker is not None
    await made(market, maker, ApiKeyDraft(name="all rights"))
    narrow = msgspec.structs.replace(maker, scopes=frozenset({Scope.KEYS_WRITE}))
    with pytest.raises(ScopeNotAllowed):
        await made(market, narrow, ApiKeyDraft(name="all rights"))


async def test_a_request_repeated_after_its_day_does_not_bring_a_revoked_secret_back(market: Market) -> None:
    firm = await market.organisation()
    maker = await caller(market, firm.api_key)
    assert maker is not None
    first = await made(market, maker, ApiKeyDraft(name="k"))
    async with market.work(firm.id) as work:
        await keys.revoke(work, msgspec.convert(first["id"], type(firm.id)))
    later = await made(market, maker, ApiKeyDraft(name="k"), at=AT + timedelta(days=2))
    assert later["id"] != first["id"]
    assert later["api_key"] != first["api_key"]
    assert await caller(market, first["api_key"]) is None
    assert await caller(market, later["api_key"]) is not None


async def test_a_temporary_table_does_not_stand_in_for_ours_behind_row_security(market: Market) -> None:
    mill = await market.organisation("manufacturer", "Mill")
    await publish_spec(market, mill)
    nobody = uuid4()
    async with market.database.pool.acquire() as connection:
        within = connection.transaction()
        await within.start()
        await connection.execute("create temp table organisation (id uuid, kind text, verified_at timestamptz)")
        await connection.execute(
            "create temp table jurisdiction (tenant_id uuid, everything boolean, prefecture text, member_id uuid)"
        )
        await connection.execute("insert into organisation values ($1, 'coordinator', now())", nobody)
        await connection.execute("insert into jurisdiction values ($1, true, null, null)", nobody)
        await connection.execute("grant select on organisation, jurisdiction to public")
        await connection.execute("select set_config('app.tenant_id', $1, true)", str(nobody))
        await connection.execute("set local role capillary_coordinator")
        seen = await connection.fetchval("select count(*) from public.spec")
        await within.rollback()
    assert seen == 0


async def test_every_function_names_the_temporary_schema_last(market: Market) -> None:
    async with market.superuser() as connection:
        rows = await connection.fetch(
            "select proname, proconfig from pg_proc where pronamespace = 'public'::regnamespace"
        )
    assert rows
    assert {row["proname"] for row in rows if row["proconfig"] != ["search_path=pg_catalog, public, pg_temp"]} == set()


async def test_the_tag_of_a_redacted_listing_does_not_count_its_changes(market: Market, app: Application) -> None:
    year = in_year(2051)
    mill = await market.organisation("manufacturer", "Mill")
    yard = await market.organisation("recycler", "Yard")
    spec = await publish_spec(market, mill, **year["spec"])
    lot = await publish_lot(market, yard, 0.1, **year["lot"])
    async with client(app, mill) as http, client(app, yard) as own:
        assert (await http.get(f"/v1/specs/{spec}/matches")).json()["items"]
        before = await http.get(f"/v1/lots/{lot}")
        await patch(market, LOTS, yard, lot, ask_price={"amount": 41000, "currency": "JPY", "per": "t"})
        after = await http.get(f"/v1/lots/{lot}")
        assert (await own.get(f"/v1/lots/{lot}")).headers["etag"] == '"2"'
    assert before.status_code == after.status_code == 200
    assert before.content == after.content
    assert before.headers["etag"] == after.headers["etag"]


@pytest.mark.parametrize("language", ["en", "ja"])
async def test_the_seller_is_not_told_texts_that_the_buyer_wrote_where_codes_belong(
    market: Market, language: str
) -> None:
    matches = Matches(Current(catalogue()))
    year = in_year(2052 if language == "en" else 2053)
    mill = await market.organisation("manufacturer", "Mill")
    yard = await market.organisation("recycler", "Yard")
    wanted = {"required_documents": ["sds", "Secret Motors form 7"], "refused_hazards": ["Secret Motors dust"]}
    limit = {"analytes": ["Cu"], "max": 0.25, "unit": "%", "conditions": {"load_kg": 2.16, "Secret Motors rig": 1}}
    spec = await publish_spec(market, mill, **(year["spec"] | wanted | {"limits": [limit]}))
    lot = await publish_lot(market, yard, 0.1, **(year["lot"] | {"hazards": ["Secret Motors dust"], "documents": []}))
    told = await specs_for(market, matches, yard, lot, near_misses=True, language=language)
    (miss,) = (item for item in told.items if item.spec.id == spec)
    assert b"Secret Motors" not in encode(miss)
    assert [b.code for b in miss.evaluation.blockers] == [
        "hazard_refused_unnamed", "document_missing", "document_missing_unnamed"
    ]  # fmt: skip
    assert miss.evaluation.limits[0].conditions == {"load_kg": 2.16}
    assert all(b.reason not in ("", b.code) for b in miss.evaluation.blockers)
    asked = await lots_for(market, matches, mill, spec, near_misses=True)
    assert b"Secret Motors form 7" in encode(asked)


async def test_a_head_request_stays_one_to_the_server(app: Application) -> None:
    """Which else misses the body that the headers announce, drops the connection and logs a stack trace."""
    scope = {
        "type": "http", "http_version": "1.1", "method": "HEAD", "scheme": "http", "path": "/health/live",
        "raw_path": b"/health/live", "query_string": b"", "root_path": "", "headers": [], "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80), "state": {},
    }  # fmt: skip
    sent: list[Any] = []

    async def receive() -> Any:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    await app(scope, receive, send)
    assert scope["method"] == "HEAD"
    assert sent[0]["status"] == 200
    assert b"".join(message.get("body", b"") for message in sent) == b""
