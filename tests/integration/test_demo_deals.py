"""What the demo's deals look like to those who work on them, asked by the API."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from market.adapters.file_store import FileStore
from market.adapters.stripper import ChildStripper
from market.app import Application
from market.demo.load import load
from market.demo.parties import organisation_id
from market.demo.report import DemoReport
from market.demo.scenes import scenes
from market.documents.contents import Contents, Limits
from tests.support.api import client, serving
from tests.support.market import Market
from tests.support.postgres import Cluster

STANDING = {
    "proposed": 1,
    "in_review": 8,
    "returned": 1,
    "negotiating": 2,
    "agreed": 1,
    "sampling": 1,
    "delivering": 2,
    "completed": 1,
    "rejected": 1,
}
MEGABYTES = 10_000_000
# enough that a loading is in the middle of its scenes
SOME_DEALS = 3


async def _load(market: Market, keys: Path) -> DemoReport:
    async with market.owner() as owner:
        store = FileStore(keys.parent / "documents")
        contents = Contents(store, Limits(MEGABYTES, MEGABYTES), ChildStripper())
        return await load(market.database, owner, keys, contents=contents)


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo") / "demo-keys.json"


@pytest_asyncio.fixture(scope="module")
async def report(market: Market, keys: Path) -> DemoReport:
    return await _load(market, keys)


@pytest_asyncio.fixture(scope="module")
async def api(market: Market, keys: Path, report: DemoReport) -> AsyncIterator[Application]:
    assert report.deals
    async with serving(market, documents=str(keys.parent / "documents")) as application:
        yield application


class Asker:
    """Asks as any party of the demo, by its code."""

    def __init__(self, application: Application, report: DemoReport) -> None:
        self._application = application
        self._keys = {party.id: party.api_key for party in report.parties}

    async def get(self, code: str, path: str, status: int = 200, language: str = "en") -> dict[str, Any]:
        key = f"Bearer {self._keys[organisation_id(code)]}"
        async with client(self._application, **{"authorization": key, "accept-language": language}) as caller:
            answer = await caller.get(f"/v1/{path}")
        assert answer.status_code == status, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def items(self, code: str, path: str) -> list[dict[str, Any]]:
        return list((await self.get(code, path))["items"])

    async def deal(self, code: str, **wanted: str) -> dict[str, Any]:
        """The only deal of a party that is like that, whole."""
        found = [one for one in await self.items(code, "deals") if wanted.items() <= one.items()]
        assert len(found) == 1, (code, wanted, [one["status"] for one in found])
        return await self.get(code, f"deals/{found[0]['id']}")


@pytest.fixture
def ask(api: Application, report: DemoReport) -> Asker:
    return Asker(api, report)


def test_every_scene_is_told_and_the_deals_stand_in_all_states(report: DemoReport) -> None:
    assert (report.deals_new, report.untold) == (len(scenes()), {})
    assert report.deals == STANDING


async def test_the_ministry_finds_eight_deals_to_review_for_many_reasons(ask: Asker) -> None:
    counts = await ask.get("ministry", "reviews/counts")
    assert (counts["waiting"], counts["overdue"], counts["returned"]) == (8, 1, 1)
    reasons = {
        "low_probability",
        "assays_missing",
        "hazardous_stream",
        "battery_stream",
        "permit_ending",
        "first_deal",
        "price_unusual",
        "far_apart",
        "limits_relaxed",
        "opened_by_coordinator",
    }
    assert reasons <= {code for code, deals in counts["by_reason"].items() if deals}
    queue = await ask.items("ministry", "reviews")
    assert len(queue) == counts["waiting"]
    heaviest = {one["risk"]["reasons"][0]["code"] for one in queue}
    assert {"hazardous_stream", "battery_stream", "price_unusual", "limits_relaxed", "assays_missing"} <= heaviest
    assert len({one["material"] for one in queue}) >= 6


async def test_the_prefecture_finds_only_what_touches_it(ask: Asker) -> None:
    queue = await ask.items("kanagawa", "reviews")
    assert len(queue) == 3
    assert all("JP-14" in one["prefectures"] for one in queue)


async def test_the_consortium_finds_the_deal_that_it_proposed_and_has_rejected_another(ask: Asker) -> None:
    assert [one["opened_as"] for one in await ask.items("consortium", "reviews")] == ["coordinator"]
    rejected = await ask.deal("consortium", status="rejected")
    review = (await ask.items("consortium", f"deals/{rejected['id']}/reviews"))[0]
    assert (review["act"], review["reason_code"]) == ("reject", "evidence")


async def test_the_late_review_was_escalated_and_told(ask: Asker) -> None:
    late = [one for one in await ask.items("ministry", "reviews") if one["overdue"]]
    assert [one["material"] for one in late] == ["al_alloy_ingot"]
    events = await ask.items("ministry", f"deals/{late[0]['id']}/events")
    assert [event["act"] for event in events] == ["escalate", "take_up", "open"]
    told = {notice["code"] for notice in await ask.items("ministry", "notices?limit=200")}
    assert {"review_waiting", "review_overdue"} <= told


async def test_what_was_returned_has_its_questions_and_waits_for_both_sides(ask: Asker) -> None:
    returned = await ask.deal("magnets", status="returned")
    assert returned["turn"] == "both"
    assert len((await ask.items("magnets", f"deals/{returned['id']}/reviews"))[0]["questions"]) == 2


async def test_a_buyer_sees_its_deals_in_every_state(ask: Asker) -> None:
    found = Counter(one["status"] for one in await ask.items("keihin-eaf", "deals"))
    assert found == {"completed": 1, "delivering": 2, "sampling": 1, "negotiating": 1, "in_review": 2}
    assert (await ask.get("keihin-eaf", "notices"))["unread"] > 0


async def test_a_seller_sees_its_own_deals_only(ask: Asker) -> None:
    own = [one for one in await ask.items("kawasaki-metal", "deals") if one["origin"] != "blend"]
    assert [(one["status"], one["side"]) for one in own] == [
        ("negotiating", "seller"),
        ("agreed", "seller"),
        ("completed", "seller"),
    ]


async def test_offers_were_made_in_rounds_and_one_relaxes_a_limit(ask: Asker) -> None:
    prices = await ask.deal("kibi-resin", status="negotiating")
    assert len(await ask.items("kibi-resin", f"deals/{prices['id']}/offers")) == 3
    limits = await ask.deal("kawasaki-metal", status="negotiating")
    newest, *before = await ask.items("kawasaki-metal", f"deals/{limits['id']}/offers")
    assert (newest["state"], newest["terms"]["relaxations"]) == ("standing", [{"limit": 0, "relax_to": 0.27}])
    assert [one["state"] for one in before] == ["superseded", "superseded"]


async def test_a_portion_was_settled_and_the_next_rejected(ask: Asker) -> None:
    deal = await ask.deal("tsurumi-yard", status="delivering")
    portions = await ask.items("tsurumi-yard", f"deals/{deal['id']}/deliveries")
    assert [one["state"] for one in portions] == ["rejected", "settled"]
    assert portions[0]["evaluation"]["verdict"] == "out_of_specification"


async def test_a_claim_is_open_and_can_still_be_answered(ask: Asker) -> None:
    deal = await ask.deal("hiratsuka-press", status="delivering")
    claim = (await ask.items("hiratsuka-press", f"deals/{deal['id']}/claims"))[0]
    assert (claim["state"], claim["turn"], claim["kind"]) == ("open", "seller", "contamination")
    assert "answer" in claim["allowed"]


async def test_the_laboratory_has_decided_one_sample_and_is_asked_for_another(ask: Asker) -> None:
    assert [(one["state"], one["turn"]) for one in await ask.items("laboratory", "samples")] == [
        ("with_umpire", "umpire"),
        ("settled", "nobody"),
    ]
    deal = await ask.deal("ichihara-scrap", status="sampling")
    settled = (await ask.items("ichihara-scrap", f"deals/{deal['id']}/samples"))[1]
    assert [result["side"] for result in settled["results"]] == ["buyer", "seller", "umpire"]


async def test_documents_lie_before_both_sides_and_a_claim_has_its_evidence(ask: Asker) -> None:
    for reader in ("ministry", "cathode", "iyo-battery"):
        deal = await ask.deal(reader, material="lib_pack")
        shown = await ask.items(reader, f"deals/{deal['id']}/documents")
        assert [(one["kind"], one["by"], one["state"]) for one in shown] == [("inspection", "seller", "ready")]
    claimed = await ask.deal("hiratsuka-press", status="delivering")
    claim = (await ask.items("hiratsuka-press", f"deals/{claimed['id']}/claims"))[0]
    assert len(claim["evidence"]) == 1


@pytest.mark.parametrize("language", ["en", "ja"])
async def test_the_ministry_can_read_all_of_every_deal(ask: Asker, language: str) -> None:
    deals = await ask.items("ministry", "deals?limit=200")
    assert len(deals) == sum(STANDING.values())
    parts = ("offers", "events", "reviews", "samples", "deliveries", "claims", "documents")
    for deal in deals:
        whole = await ask.get("ministry", f"deals/{deal['id']}", language=language)
        if whole["status"] != "proposed":
            assert all(reason["reason"] for reason in whole["risk"]["reasons"])
        for part in parts:
            await ask.get("ministry", f"deals/{deal['id']}/{part}", language=language)


async def test_the_proposed_blend_is_of_several_recyclers(ask: Asker) -> None:
    blend = await ask.deal("bay-steel", origin="blend")
    assert blend["status"] == "proposed"
    assert len(blend["legs"]) >= 2


async def test_a_tender_waits_for_bids_and_its_two_are_sealed(ask: Asker) -> None:
    tender = (await ask.items("north-bar", "tenders"))[0]
    assert tender["status"] == "open"
    sealed = await ask.get("north-bar", f"tenders/{tender['id']}/bids", status=409)
    assert sealed["code"] == "bids_sealed"
    for bidder in ("soka-metal", "tsurumi-yard"):
        assert [one["state"] for one in await ask.items(bidder, f"tenders/{tender['id']}/bids")] == ["standing"]


async def test_the_processor_offers_two_steps(ask: Asker) -> None:
    steps = {one["step"] for one in await ask.items("low-copper-sorting", "upgrade-offers")}
    assert steps == {"BALLISTIC_LOWCU", "HAND_PICKING"}


async def test_every_chain_of_the_demo_is_whole(market: Market, report: DemoReport) -> None:
    async with market.superuser() as connection:
        backwards = await connection.fetchval(
            "select count(*) from chain_event e join chain_event f on f.chain = e.chain and f.seq = e.seq + 1"
            " where f.at < e.at"
        )
    assert report.deals
    assert backwards == 0


async def test_a_second_loading_leaves_every_deal_as_it_is(market: Market, keys: Path, report: DemoReport) -> None:
    async def stood() -> list[Any]:
        async with market.superuser() as connection:
            return list(await connection.fetch("select id, version, status from deal order by id"))

    before = await stood()
    again = await _load(market, keys)
    assert (again.deals_new, again.deals) == (0, report.deals)
    assert await stood() == before


async def test_a_loading_that_dies_in_the_middle_is_completed_by_the_next(postgres: Cluster, tmp_path: Path) -> None:
    async with _fresh(postgres) as market:
        loading = asyncio.create_task(_load(market, tmp_path / "keys.json"))
        while await _deals(market) < SOME_DEALS:
            assert not loading.done()
            await asyncio.sleep(0.005)
        loading.cancel()
        with pytest.raises(asyncio.CancelledError):
            await loading
        assert SOME_DEALS <= await _deals(market) < sum(STANDING.values())
        after = await _load(market, tmp_path / "keys.json")
        assert 0 < after.deals_new < len(scenes())
        assert (after.deals, after.untold) == (STANDING, {})


@asynccontextmanager
async def _fresh(postgres: Cluster) -> AsyncIterator[Market]:
    async with postgres.database() as (name, database):
        yield Market(postgres, name, database)


async def _deals(market: Market) -> int:
    async with market.superuser() as connection:
        return int(await connection.fetchval("select count(*) from deal"))
