"""The demo is loaded through the services, once; its keys work and stay."""

import asyncio
import json
import stat
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from market.demo import queries
from market.demo.load import load
from market.demo.parties import organisation_id
from market.demo.preview import preview
from market.demo.report import DemoReport
from market.demo.scenes import scenes
from market.demo.story import demo
from market.matches.current import Current
from market.matches.service import Matches
from market.parties.authentication import Authenticator
from matching.engine import Disclosure
from specs.catalogue.loader import catalogue
from specs.kit import clock
from tests.support.market import AT, Market

STORY = demo(clock.today(AT))
LATER = AT + timedelta(days=300)


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo") / "demo-keys.json"


def _mode(file: Path) -> int:
    return stat.S_IMODE(file.stat().st_mode)


def _lose(file: Path) -> None:
    file.unlink()


def _spoil(file: Path, text: bytes) -> None:
    file.write_bytes(text)


def _kept(file: Path) -> dict[str, object]:
    kept = json.loads(file.read_bytes())
    assert isinstance(kept, dict)
    return kept


async def _load(market: Market, keys: Path, at: datetime = AT) -> DemoReport:
    async with market.owner() as owner:
        return await load(market.database, owner, keys, at)


async def test_a_first_loading_publishes_everything_and_a_second_nothing(market: Market, keys: Path) -> None:
    first = await _load(market, keys)
    assert (first.specs_new, first.lots_new) == (first.specs, first.lots) == (len(STORY.specs), len(STORY.lots))
    assert (first.deals_new, first.untold) == (len(scenes()), {})
    again = await _load(market, keys)
    assert (again.specs_new, again.lots_new, again.deals_new, again.untold) == (0, 0, 0, {})
    assert (again.best, again.near, again.parties, again.deals) == (first.best, first.near, first.parties, first.deals)
    async with market.superuser() as connection:
        counted = await connection.fetchrow(
            "select (select count(*) from spec where status = 'active') as specs,"
            " (select count(*) from lot where status = 'active') as lots,"
            " (select count(*) from organisation where verified_at is not null) as parties,"
            " (select count(*) from outbox where rev = 1) as told"
        )
    assert dict(counted) == {
        "specs": len(STORY.specs),
        "lots": len(STORY.lots),
        "parties": len(STORY.parties),
        "told": len(STORY.specs) + len(STORY.lots),
    }


async def test_the_keys_are_kept_for_their_owner_only_and_authenticate(market: Market, keys: Path) -> None:
    report = await _load(market, keys)
    assert _mode(keys) == 0o600
    authenticator = Authenticator(market.database)
    for party in report.parties:
        principal = await authenticator.authenticate(party.api_key)
        assert principal is not None
        assert (principal.tenant, principal.kind, principal.verified) == (party.id, party.kind, True)
    assert [party.kind for party in report.parties[:3]] == ["manufacturer", "recycler", "coordinator"]


async def test_a_lost_keys_file_means_new_keys_and_no_new_listings(market: Market, keys: Path) -> None:
    before = await _load(market, keys)
    _lose(keys)
    after = await _load(market, keys)
    assert (after.specs_new, after.lots_new) == (0, 0)
    assert not {p.api_key for p in before.parties} & {p.api_key for p in after.parties}
    assert [p.id for p in after.parties] == [p.id for p in before.parties]


@pytest.mark.parametrize("text", [b"", b"[]", b'{"bay-steel": 1}', b"\x00", b'{"\xff": 1}'])
async def test_a_broken_keys_file_is_replaced(market: Market, keys: Path, text: bytes) -> None:
    _spoil(keys, text)
    await _load(market, keys)
    assert len(_kept(keys)) == len(STORY.parties)


async def test_two_loadings_at_once_make_one_demo(market: Market, tmp_path: Path) -> None:
    both = await asyncio.gather(*(_load(market, tmp_path / "keys.json") for _ in range(2)))
    assert (both[0].parties, both[0].deals) == (both[1].parties, both[1].deals)
    assert (0, 0, 0) in {(report.specs_new, report.lots_new, report.deals_new) for report in both}
    async with market.superuser() as connection:
        assert await connection.fetchval("select count(*) from lot where status = 'active'") == len(STORY.lots)


async def test_after_its_windows_have_passed_the_demo_is_published_anew(market: Market, keys: Path) -> None:
    await _load(market, keys)
    async with market.superuser() as connection:
        await connection.execute("update spec set status = 'expired'")
        await connection.execute("update lot set status = 'expired'")
    later = await _load(market, keys, LATER)
    assert (later.specs_new, later.lots_new) == (later.specs, later.lots)
    assert (later.deals_new, later.untold) == (len(scenes()), {})


async def test_the_coordinators_oversee_what_the_demo_says(market: Market, keys: Path) -> None:
    await _load(market, keys)
    async with market.superuser() as connection:
        rows = await connection.fetch("select tenant_id, everything, prefecture, member_id from jurisdiction")
    found = {(row["tenant_id"], row["everything"], row["prefecture"], row["member_id"]) for row in rows}
    members = next(party.members for party in STORY.parties if party.code == "consortium")
    assert found == {
        (organisation_id("ministry"), True, None, None),
        (organisation_id("kanagawa"), False, "JP-14", None),
        *((organisation_id("consortium"), False, None, organisation_id(code)) for code in members),
    }


async def test_the_market_shows_the_matches_that_the_engine_previews(market: Market, keys: Path) -> None:
    report = await _load(market, keys, LATER)
    matches = Matches(Current(catalogue()))
    authenticator = Authenticator(market.database)
    parties = {party.id: party.api_key for party in report.parties}
    for board in preview(demo(clock.today(LATER)), catalogue(), Disclosure.BANDED):
        tenant = organisation_id(board.spec.party)
        principal = await authenticator.authenticate(parties[tenant])
        assert principal is not None
        async with market.work(tenant, at=LATER) as work:
            ids = await queries.open_listings(work, "spec")
            page = await matches.of_spec(work, principal, ids[board.spec.spec.title or ""], limit=200)
        shown = [item.evaluation.verdict for item in page.items]
        assert sorted(shown) == sorted(r.evaluation.verdict for r in board.matches), board.spec.code
