"""Each rule that the database itself keeps, broken once by someone whom no policy stops."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest

from specs.lot.service import LOTS
from specs.spec.service import SPECS
from tests.support.balance_rows import WRONG_BALANCE
from tests.support.constraints import CHECK, FOREIGN, NULL, UNIQUE, breaks, unbroken
from tests.support.document_rows import RIGHT_DOCUMENTS, WRONG_DOCUMENTS
from tests.support.market import Market, lot, spec
from tests.support.statements import (
    BLEND,
    RIGHT,
    SHARE,
    WRONG_PERMITS,
    put_event,
    put_job,
    put_notice,
    put_offer,
    put_permit,
)
from tests.support.table_rows import WRONG_TABLES, put_edition
from tests.support.tender_rows import RIGHT_TENDERS, WRONG_TENDERS

LISTING = {
    "rev": 0,
    "version": 0,
    "status": "sold",
    "published_at": None,
    "window_until": date(2026, 1, 1),
    "kg": -1,
    "visibility": "secret",
    "prefecture": "Tokyo",
    "lat": 91.0,
    "lon": None,
    "currency": None,
    "content": "[]",
}


async def parties(market: Market) -> tuple[UUID, UUID]:
    """A mill with an active spec and a yard with an active lot; their (tenant) ids."""
    mill, yard = await market.organisation("manufacturer"), await market.organisation()
    async with market.work(mill.id) as work:
        await SPECS.create(work, spec(), publish=True)
    async with market.work(yard.id) as work:
        await LOTS.create(work, lot(), publish=True)
    return mill.id, yard.id


@pytest.mark.parametrize("table", ["spec", "lot"])
@pytest.mark.parametrize(("column", "value"), LISTING.items())
async def test_a_listing_keeps_its_rules(market: Market, table: str, column: str, value: Any) -> None:
    mill, yard = await parties(market)
    tenant = mill if table == "spec" else yard
    await breaks(market, CHECK, f"update {table} set {column} = $2 where tenant_id = $1", tenant, value)


@pytest.mark.parametrize("table", ["spec", "lot"])
@pytest.mark.parametrize("price", ["-1", "NaN", "Infinity", "-Infinity"])
async def test_a_price_is_a_finite_amount(market: Market, table: str, price: str) -> None:
    mill, yard = await parties(market)
    tenant = mill if table == "spec" else yard
    await breaks(market, CHECK, f"update {table} set price = $2 where tenant_id = $1", tenant, Decimal(price))


@pytest.mark.parametrize("table", ["spec", "lot"])
async def test_revisions_count_from_one(market: Market, table: str) -> None:
    mill, yard = await parties(market)
    statement = f"update {table}_revision set rev = 0 where tenant_id = $1"
    await breaks(market, CHECK, statement, mill if table == "spec" else yard)


@pytest.mark.parametrize("lat", [float("nan"), float("inf")])
async def test_a_point_is_on_the_globe(market: Market, lat: float) -> None:
    _, yard = await parties(market)
    await breaks(market, CHECK, "update lot set lat = $2 where tenant_id = $1", yard, lat)


async def test_a_listing_belongs_to_an_organisation(market: Market) -> None:
    _, yard = await parties(market)
    await breaks(market, FOREIGN, "update lot set tenant_id = $2 where tenant_id = $1", yard, uuid4())


@pytest.mark.parametrize(
    ("error", "columns", "values"),
    [
        (CHECK, "lot_id, kg, state", "$2, 0, 'held'"),
        (CHECK, "lot_id, kg, state", "$2, 1, 'lost'"),
        (CHECK, "kg, state", "1, 'held'"),
        (CHECK, "lot_id, spec_id, kg, state", "$2, $2, 1, 'held'"),
        (FOREIGN, "lot_id, kg, state", "gen_random_uuid(), 1, 'held'"),
    ],
)
async def test_a_reservation_keeps_its_rules(market: Market, error: type[Exception], columns: str, values: str) -> None:
    _, yard = await parties(market)
    async with market.superuser() as connection:
        lot_id = await connection.fetchval("select id from lot where tenant_id = $1", yard)
    values = values.replace("$2", f"'{lot_id}'")
    statement = f"insert into reservation (tenant_id, id, {columns}) values ($1, gen_random_uuid(), {values})"
    await breaks(market, error, statement, yard)


async def test_a_reservation_cannot_point_at_another_tenants_lot(market: Market) -> None:
    mill, yard = await parties(market)
    async with market.superuser() as connection:
        lot_id = await connection.fetchval("select id from lot where tenant_id = $1", yard)
    statement = (
        "insert into reservation (tenant_id, id, lot_id, kg, state) values ($1, gen_random_uuid(), $2, 1, 'held')"
    )
    await breaks(market, FOREIGN, statement, mill, lot_id)


@pytest.mark.parametrize(
    ("column", "value"),
    [("rev_removed", 1), ("rev_added", 0), ("position", -1)],
)
async def test_an_assay_keeps_its_rules(market: Market, column: str, value: int) -> None:
    _, yard = await parties(market)
    await breaks(market, CHECK, f"update assay set {column} = $2 where tenant_id = $1", yard, value)


async def test_a_revision_is_written_once(market: Market) -> None:
    _, yard = await parties(market)
    statement = "insert into lot_revision select * from lot_revision where tenant_id = $1"
    await breaks(market, UNIQUE, statement, yard)


MATCH = """insert into match (spec_tenant, spec_id, lot_tenant, lot_id, spec_rev, lot_rev, verdict, probability, score,
  engine, catalogue, freight, evaluated_at)
select s.tenant_id, s.id, l.tenant_id, l.id, 1, 1, {verdict}, {probability}, {score}, '1', 'c', 'f', now()
from spec s, lot l where s.tenant_id = $1 and l.tenant_id = $2"""


@pytest.mark.parametrize(
    "wrong",
    [{"verdict": "'maybe'"}, {"probability": "1.1"}, {"probability": "'NaN'"}, {"score": "-0.1"}, {"score": "'NaN'"}],
)
async def test_a_match_keeps_its_rules(market: Market, wrong: dict[str, str]) -> None:
    mill, yard = await parties(market)
    right = {"verdict": "'in_specification'", "probability": "0.9", "score": "0.5"}
    await breaks(market, CHECK, MATCH.format(**(right | wrong)), mill, yard)
    async with market.superuser() as connection:
        assert await connection.execute(MATCH.format(**right), mill, yard) == "INSERT 0 1"


async def test_nobody_is_matched_with_itself(market: Market) -> None:
    firm = await market.organisation("processor")
    async with market.work(firm.id) as work:
        await SPECS.create(work, spec())
        await LOTS.create(work, lot())
    statement = MATCH.format(verdict="'in_specification'", probability="1", score="1")
    await breaks(market, CHECK, statement, firm.id, firm.id)


GRANT = (
    "insert into access_grant (viewer_tenant, object_kind, object_id, owner_tenant, why) values ($1, $2, $3, $4, $5)"
)


@pytest.mark.parametrize(("kind", "why"), [("deal", "match"), ("lot", "curiosity")])
async def test_a_grant_keeps_its_rules(market: Market, kind: str, why: str) -> None:
    mill, yard = await parties(market)
    await breaks(market, CHECK, GRANT, mill, kind, uuid4(), yard, why)


async def test_nobody_needs_a_grant_for_its_own(market: Market) -> None:
    mill, _ = await parties(market)
    await breaks(market, CHECK, GRANT, mill, "spec", uuid4(), mill, "match")


@pytest.mark.parametrize(
    ("error", "statement"),
    [
        (CHECK, "update organisation set kind = 'broker' where id = $1"),
        (CHECK, "update organisation set name = '' where id = $1"),
        (CHECK, "update organisation set prefecture = 'JP-1' where id = $1"),
        (CHECK, "update api_key set digest = 'short' where tenant_id = $1"),
        (CHECK, "update api_key set scopes = '{}' where tenant_id = $1"),
        (CHECK, "insert into app_user values ($1, gen_random_uuid(), 'No At', 'x', 'admin')"),
        (CHECK, "insert into app_user values ($1, gen_random_uuid(), 'A@B.jp', 'x', 'admin')"),
        (CHECK, "insert into app_user values ($1, gen_random_uuid(), 'a@b.jp', 'x', 'king')"),
        (CHECK, "insert into jurisdiction (tenant_id, id) values ($1, gen_random_uuid())"),
        (CHECK, "insert into jurisdiction values ($1, gen_random_uuid(), true, 'JP-13', null)"),
        (CHECK, "insert into jurisdiction values ($1, gen_random_uuid(), false, 'Tokyo', null)"),
        (CHECK, "update organisation set version = 0 where id = $1"),
        (FOREIGN, "insert into jurisdiction values ($1, gen_random_uuid(), false, null, gen_random_uuid())"),
        (CHECK, "insert into idempotency values ($1, '/', '', sha256(''), 200, '{}', '', now())"),
        (CHECK, "insert into idempotency values ($1, '/', 'k', 'x', 200, '{}', '', now())"),
        (CHECK, "insert into matched values ($1, gen_random_uuid(), 'deal', 1, '1', 'c', now(), 'f')"),
        (CHECK, "insert into outbox (tenant_id, topic, object_id, rev, attempts) values ($1, 't', $1, 1, -1)"),
        (NULL, "insert into audit_event (tenant_id, at, action) values ($1, now(), 'x')"),
        (CHECK, put_offer(version="0")),
        (CHECK, put_offer(status="'draft'")),
        (CHECK, put_offer(prefecture="'Tokyo'")),
        (CHECK, put_offer(content="'[]'")),
        (CHECK, put_event(seq="0", previous="sha256('')")),
        (CHECK, put_event(previous="sha256('')")),
        (CHECK, put_event(digest="'x'")),
        (CHECK, put_event(audience="array[$1::uuid, null]")),
        (CHECK, "insert into chain_payload values ($1, 1, 'x', null)"),
        (CHECK, "insert into chain_payload values ($1, 1, 'x', '[]')"),
        (CHECK, put_notice(params="'[]'")),
        (UNIQUE, put_notice(dedupe="'d'") + ", " + put_notice(dedupe="'d'").rpartition(" values ")[2]),
        *((CHECK, put_permit(**wrong)) for wrong in WRONG_PERMITS),
        *((CHECK, statement) for statement in WRONG_TABLES),
        # these lack a spec or a tender only
        *((FOREIGN, statement) for statement in RIGHT_TENDERS),
        *((CHECK, statement) for statement in WRONG_TENDERS),
        *((CHECK, statement) for statement in WRONG_BALANCE),
        (FOREIGN, put_edition()),
    ],
)
async def test_parties_and_the_kit_keep_their_rules(market: Market, error: type[Exception], statement: str) -> None:
    firm = await market.organisation()
    await breaks(market, error, statement, firm.id)


@pytest.mark.parametrize(
    ("state", "wrong"),
    [
        ("queued", {"input": "null"}),
        ("cancelled", {"input": "'x'"}),
        ("running", {"lease_until": "null"}),
        ("queued", {"lease_until": "now()"}),
        ("done", {"result": "null"}),
        ("running", {"result": "'x'"}),
        ("failed", {"problem": "null"}),
        ("done", {"problem": "'{}'"}),
        ("done", {"finished_at": "null", "expires_at": "null"}),
        ("queued", {"finished_at": "now()", "expires_at": "now()"}),
        ("done", {"expires_at": "null"}),
        ("queued", {"state": "'asleep'", "input": "null"}),
        ("queued", {"version": "0"}),
        ("queued", {"progress": "'NaN'"}),
        ("queued", {"progress": "1.1"}),
        ("queued", {"attempts": "-1"}),
    ],
)
async def test_a_job_keeps_its_rules(market: Market, state: str, wrong: dict[str, str]) -> None:
    firm = await market.organisation()
    async with market.superuser() as connection:
        await connection.execute(put_job(state, {}), firm.id)
    await breaks(market, CHECK, put_job(state, wrong), firm.id)


@pytest.mark.parametrize(
    ("error", "wrong"),
    [
        (CHECK, {"rev": "0"}),
        (CHECK, {"place": "0"}),
        (CHECK, {"content": "'[]'"}),
        (FOREIGN, {"spec": "gen_random_uuid()"}),
    ],
)
async def test_a_blend_keeps_its_rules(market: Market, error: type[Exception], wrong: dict[str, str]) -> None:
    mill, _ = await parties(market)
    await breaks(market, error, BLEND.format(**RIGHT | wrong), mill)
    async with market.superuser() as connection:
        await connection.execute(BLEND.format(**RIGHT), mill)
    await breaks(market, UNIQUE, BLEND.format(**RIGHT), mill)


@pytest.mark.parametrize(
    ("error", "wrong"), [(CHECK, {"rev": "0"}), (CHECK, {"kg": "0"}), (FOREIGN, {"tenant": "gen_random_uuid()"})]
)
async def test_a_share_keeps_its_rules(market: Market, error: type[Exception], wrong: dict[str, str]) -> None:
    mill, yard = await parties(market)
    async with market.superuser() as connection:
        await connection.execute(BLEND.format(**RIGHT), mill)
    right = {"tenant": "l.tenant_id", "rev": "1", "kg": "1"}
    await breaks(market, error, SHARE.format(**right | wrong), mill, yard)


@pytest.mark.parametrize(("error", "wrong"), WRONG_DOCUMENTS)
async def test_documents_their_links_and_shares_keep_their_rules(market: Market, error: str, wrong: str) -> None:
    parties = {"firm": (await market.organisation()).id, "other": (await market.organisation()).id}
    async with market.superuser() as connection:
        for right in RIGHT_DOCUMENTS:
            await connection.execute(right.format(**parties))
    await breaks(market, {"check": CHECK, "foreign": FOREIGN}[error], wrong.format(**parties))


async def test_an_address_is_used_once_in_an_organisation(market: Market) -> None:
    one, other = await market.organisation(), await market.organisation()
    statement = "insert into app_user values ($1, gen_random_uuid(), 'a@b.jp', 'x', 'admin')"
    async with market.superuser() as connection:
        await connection.execute(statement, one.id)
        await connection.execute(statement, other.id)
    await breaks(market, UNIQUE, statement, one.id)


async def test_every_check_is_broken_by_a_test_of_this_module(market: Market) -> None:
    assert await unbroken(market) == set()
