"""What anyone but its author can find of a bid before the opening: nothing, wherever one looks."""

from collections.abc import AsyncIterator, Iterable
from itertools import count
from uuid import UUID

import asyncpg
import httpx
import pytest
import pytest_asyncio

from market.app import Application
from market.http.openapi import tree
from specs.kit.tenancy import Role
from tests.support.api import client
from tests.support.deals import Scene, scene
from tests.support.market import Market
from tests.support.tenders import bid, drafted, invited, opened

# numbers of the scenes, so that what one test opens is not found by the next
_scenes = count(1)
READS = sorted(path for path, methods in tree()["paths"].items() if "get" in methods)


class Sealed:
    """A tender for which the first two of three yards have bid, and what must not be found of the first one's bids."""

    def __init__(self, met: Scene, tender: str, told: list[str], bids: list[dict[str, object]]) -> None:
        self.met = met
        self.tender = tender
        self.bids = bids
        # a price, and words, that stand nowhere else
        self.told = told
        self.traces = [str(one[name]) for one in bids for name in ("id", "digest", "salt")]

    def urls(self) -> Iterable[str]:
        """Every GET with every id that there is, the bids' too."""
        ids = (self.tender, self.met.spec, *self.met.lots, *(str(one["id"]) for one in self.bids))
        for path in READS:
            for one in ids if "{" in path else ids[:1]:
                yield path.replace("{id}", one).replace("{rev}", "1").replace("{code}", "not-found")


@pytest_asyncio.fixture
async def sealed(market: Market, api: Application) -> AsyncIterator[Sealed]:
    async with scene(market, api, yards=3) as met:
        tender = await invited(met)
        number = next(_scenes)
        price, words = 54321 + number / 1000, f"canary {number} of the first yard"
        path, headers = f"/v1/tenders/{tender}/bids", {"idempotency-key": "sealed"}
        draft = drafted(met, price={"amount": price}, message=words)
        first = await met.yard.post(path, json=draft, headers=headers)
        assert first.status_code == 201, first.text
        again = await bid(met, tender, price={"amount": price}, message=words)
        other = await bid(met, tender, 1)
        await met.post(met.yards[1], f"tenders/{tender}/bids/{other['id']}/withdraw")
        yield Sealed(met, tender, [str(price), words], [first.json(), again])


def found(text: str, sought: Iterable[str]) -> list[str]:
    return [one for one in sought if one in text]


async def test_no_answer_to_anyone_else_holds_anything_of_a_bid(sealed: Sealed, api: Application) -> None:
    met = sealed.met
    async with client(api) as anyone:
        others: list[httpx.AsyncClient] = [met.mill, met.coordinator, met.yards[1], met.yards[2], anyone]
        for caller in others:
            for url in sealed.urls():
                answer = await caller.get(url)
                text = answer.text + str(answer.headers)
                leaks = [one for one in found(text, sealed.told + sealed.traces) if one not in url]
                assert leaks == [], url


async def test_its_author_reads_all_of_it_and_the_buyer_after_the_opening(sealed: Sealed, market: Market) -> None:
    path = f"/v1/tenders/{sealed.tender}/bids"
    assert found((await sealed.met.yard.get(path)).text, sealed.told + sealed.traces) == sealed.told + sealed.traces

    await opened(sealed.met, market, sealed.tender)

    for reader in (sealed.met.mill, sealed.met.coordinator):
        assert found((await reader.get(path)).text, sealed.told) == sealed.told


async def test_a_tender_looks_the_same_whether_there_are_bids_or_not(market: Market, sealed: Sealed) -> None:
    met, path = sealed.met, f"/v1/tenders/{sealed.tender}"
    readers = (met.mill, met.coordinator, met.yards[1], met.yards[2])

    before = [(await reader.get(path)) for reader in readers]
    await bid(met, sealed.tender, 2)
    after = [(await reader.get(path)) for reader in readers]

    assert [one.content for one in before] == [one.content for one in after]
    assert [one.headers["etag"] for one in before] == [one.headers["etag"] for one in after]
    for reader in (met.mill, met.coordinator):
        assert (await reader.get(f"{path}/bids")).json()["code"] == "bids_sealed"
        codes = [notice["code"] for notice in (await reader.get("/v1/notices")).json()["items"]]
        assert codes == []


async def test_the_figures_of_the_api_do_not_count_bids(sealed: Sealed, api: Application) -> None:
    withdrawn = f"tenders/{sealed.tender}/bids/{sealed.bids[1]['id']}/withdraw"
    assert (await sealed.met.post(sealed.met.yard, withdrawn))["state"] == "withdrawn"
    async with client(api) as anyone:
        figures = (await anyone.get("/metrics")).text

    assert 'route="/v1/tenders"' in figures
    assert "bids" not in figures


async def readable(connection: asyncpg.Connection, role: str) -> dict[str, list[str]]:
    """The columns of each table that a role may read."""
    rows = await connection.fetch(
        """select c.relname, a.attname from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0
           where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'v', 'm') and not a.attisdropped
             and has_column_privilege($1, c.oid, a.attnum, 'select') order by 1, 2""",
        role,
    )
    tables: dict[str, list[str]] = {}
    for row in rows:
        tables.setdefault(row["relname"], []).append(row["attname"])
    return tables


async def seen(market: Market, tenant: UUID | None, role: Role) -> dict[str, str]:
    """Everything that SQL shows a tenant under a role, by table; bytes in hexadecimal."""
    async with market.superuser() as connection:
        tables = await readable(connection, role.value)
    texts = {}
    async with market.work(tenant, role=role) as work:
        for table, columns in tables.items():
            named = ", ".join(f't."{column}"' for column in columns)
            rows = await work.connection.fetch(f"select row({named})::text as whole from {table} t")
            texts[table] = "\n".join(row["whole"] for row in rows)
    return texts


async def test_no_table_shows_a_bid_to_another_tenant_or_to_a_coordinator(sealed: Sealed, market: Market) -> None:
    mill, coordinator, yard, *others = (party.id for party in sealed.met.parties)
    readers = [(tenant, role) for tenant in (mill, *others) for role in (Role.TENANT, Role.COUNTERPARTY)]
    readers += [(coordinator, role) for role in (Role.TENANT, Role.COORDINATOR)]
    for tenant, role in readers:
        for table, text in (await seen(market, tenant, role)).items():
            assert found(text, sealed.told + sealed.traces) == [], (role, table)
    own = await seen(market, yard, Role.TENANT)
    assert {table for table, text in own.items() if found(text, sealed.told[1:])} == {"bid"}
    assert sealed.traces[1] in own["chain_payload"]


async def test_the_engine_itself_reads_digests_only_of_what_is_shut(sealed: Sealed, market: Market) -> None:
    for table, text in (await seen(market, None, Role.ENGINE)).items():
        sought = sealed.told + [str(one[name]) for one in sealed.bids for name in ("id", "salt")]
        assert found(text, sought) == [], table
    async with market.superuser() as connection:
        whole = await connection.fetchval(
            "select string_agg(b::text, '') from bid b where tender_id = $1", sealed.tender
        )
    assert found(whole, sealed.told) == sealed.told


async def test_the_engine_reads_no_bid_of_a_tender_that_was_cancelled(sealed: Sealed, market: Market) -> None:
    await sealed.met.post(sealed.met.mill, f"tenders/{sealed.tender}/cancel", {"reason": "Nothing is needed."})

    assert found((await seen(market, None, Role.ENGINE))["bid"], sealed.told) == []
    mill = sealed.met.parties[0].id
    assert found((await seen(market, mill, Role.TENANT))["bid"], sealed.told) == []


async def test_no_log_line_holds_anything_of_a_bid(sealed: Sealed, capsys: pytest.CaptureFixture[str]) -> None:
    price, words = 65432.109, "canary in a log"
    placed = await bid(sealed.met, sealed.tender, price={"amount": price}, message=words)
    wrong = drafted(sealed.met, price={"amount": price, "currency": "USD"}, message=words)
    await sealed.met.post(sealed.met.yard, f"tenders/{sealed.tender}/bids", wrong, 422)

    logged = capsys.readouterr()
    text = logged.out + logged.err
    assert "/v1/tenders/{id" in text
    assert found(text, [str(price), words, *(str(placed[name]) for name in ("id", "digest", "salt"))]) == []


async def test_sql_of_an_author_changes_nothing_after_the_opening(sealed: Sealed, market: Market) -> None:
    await opened(sealed.met, market, sealed.tender)
    yard = sealed.met.parties[2].id
    copied = """insert into bid (tenant_id, id, tender_id, seller_tenant, lot_id, lot_rev, no, state, price, kg, min_kg,
      salt, sealed, digest, evaluation, created_at)
    select tenant_id, gen_random_uuid(), tender_id, seller_tenant, lot_id, lot_rev, no + 1, 'withdrawn', price, kg,
      min_kg, salt, sealed, digest, evaluation, created_at from bid where tender_id = $1 limit 1"""
    for statement in (copied, "update bid set state = 'withdrawn', closed_at = now() where tender_id = $1"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError, match="row-level security"):
            async with market.work(yard) as work:
                await work.connection.execute(statement, sealed.tender)
