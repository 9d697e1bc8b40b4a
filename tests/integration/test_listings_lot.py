"""Lots from draft to withdrawal, on a real database."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest

from specs.kit.errors import Invalid, NotFound, VersionMismatch
from specs.listing.errors import BelowReserved, ListingClosed, NotADraft, WindowPassed
from specs.listing.structs import Filters, Status
from specs.lot.service import LOTS
from specs.lot.structs import LotListing, LotPage, LotRevision
from specs.spec.service import SPECS
from specs.spec.structs import SpecListing
from tests.support.market import AT, LOT, SPEC, Market, lot, spec

READ_ONLY = ("id", "rev", "status", "remaining_tonnes", "created_at", "updated_at", "published_at", "expires_on")


def seen(body: bytes) -> Any:
    """A body without the ids of assays."""
    document = msgspec.json.decode(body)
    for assay in document.get("assays", ()):
        assay.pop("id")
    return document


async def test_a_created_lot_reads_back_as_it_was_posted(market: Market) -> None:
    firm = await market.organisation()
    async with market.work(firm.id) as work:
        made = await LOTS.create(work, lot())
    async with market.work(firm.id) as work:
        read = await LOTS.read(work, made.id)
    assert msgspec.json.decode(read.body) == msgspec.json.decode(made.body)
    assert (read.rev, read.version, made.status) == (1, 1, 201)
    listed = msgspec.json.decode(read.body, type=LotListing)
    assert listed.status is Status.DRAFT
    assert listed.remaining_tonnes == 120
    assert listed.expires_on.isoformat() == "2027-02-28"
    document = seen(read.body)
    assert {k: document[k] for k in LOT} == msgspec.json.decode(msgspec.json.encode(LOT))


async def test_a_created_spec_reads_back_as_it_was_posted(market: Market) -> None:
    firm = await market.organisation("manufacturer")
    async with market.work(firm.id) as work:
        made = await SPECS.create(work, spec(), publish=True)
        read = await SPECS.read(work, made.id)
    document = msgspec.json.decode(read.body)
    assert {k: document[k] for k in SPEC} == SPEC
    listed = msgspec.json.decode(read.body, type=SpecListing)
    assert listed.status is Status.ACTIVE
    assert listed.published_at == AT


async def test_money_keeps_every_digit(market: Market) -> None:
    firm = await market.organisation()
    posted = msgspec.json.encode(LOT).replace(b"45000.1", b"45000.1000000000001")
    async with market.work(firm.id) as work:
        made = await LOTS.create(work, msgspec.json.decode(posted, type=type(lot())))
        changed = await LOTS.patch(work, made.id, b'{"title": "other"}', None)
        read = await LOTS.read(work, made.id)
    assert b"45000.1000000000001" in made.body
    assert b"45000.1000000000001" in changed.body
    assert b"45000.1000000000001" in read.body


async def test_every_fault_of_a_lot_is_named_at_once(market: Market) -> None:
    firm = await market.organisation()
    bad = lot(material="moon_rock", available={"from": "2027-02-01", "until": "2027-01-01"})
    async with market.work(firm.id) as work:
        with pytest.raises(Invalid) as refused:
            await LOTS.create(work, bad)
    pointers = {fault.pointer for fault in refused.value.faults}
    assert "/material" in pointers
    assert any(p.startswith("/available") for p in pointers)


async def test_a_patch_merges_and_the_old_revision_stays_readable(market: Market) -> None:
    firm = await market.organisation()
    async with market.work(firm.id) as work:
        made = await LOTS.create(work, lot())
        patch = b'{"title": null, "quantity": {"tonnes": 90.5}, "documents": []}'
        changed = await LOTS.patch(work, made.id, patch, (made.version,))
        first = msgspec.json.decode(await LOTS.revision(work, made.id, 1), type=LotRevision)
        listed = msgspec.json.decode(changed.body, type=LotListing)
        read = await LOTS.read(work, made.id)
    assert msgspec.json.decode(read.body) == msgspec.json.decode(changed.body)
    assert (changed.rev, changed.version) == (2, 2)
    assert listed.title is None
    assert (listed.quantity.tonnes, listed.quantity.min_take_tonnes) == (90.5, 20)
    assert listed.documents == ()
    assert first.content.quantity.tonnes == 120
    assert first.content.title == LOT["title"]


@pytest.mark.parametrize("field", [*READ_ONLY, "version", "organisation_id", "tenant_id"])
async def test_a_patch_of_a_read_only_field_is_refused(market: Market, field: str) -> None:
    firm = await market.organisation()
    async with market.work(firm.id) as work:
        made = await LOTS.create(work, lot())
        with pytest.raises(msgspec.ValidationError, match="unknown field"):
            await LOTS.patch(work, made.id, msgspec.json.encode({field: "x"}), None)


@pytest.mark.parametrize("patch", [b"[]", b"3", b'"x"', b'{"material": null}', b'{"quantity": 3}'])
async def test_a_patch_to_another_shape_is_refused(market: Market, patch: bytes) -> None:
    firm = await market.organisation()
    async with market.work(firm.id) as work:
        made = await LOTS.create(work, lot())
        with pytest.raises(msgspec.ValidationError):
            await LOTS.patch(work, made.id, patch, None)


@pytest.mark.parametrize("patch", [b"", b"{", b'{"title": NaN}', b'{"a":' * 5000 + b"1" + b"}" * 5000, b'"\\ud800"'])
async def test_a_patch_that_is_no_json_is_refused(market: Market, patch: bytes) -> None:
    firm = await market.organisation()
    async with market.work(firm.id) as work:
        made = await LOTS.create(work, lot())
        with pytest.raises(msgspec.DecodeError):
            await LOTS.patch(work, made.id, patch, None)


async def test_a_stale_version_is_refused(market: Market) -> None:
    firm = await market.organisation()
    async with market.work(firm.id) as work:
        made = await LOTS.create(work, lot())
        await LOTS.patch(work, made.id, b'{"title": "a"}', (1,))
        with pytest.raises(VersionMismatch):
            await LOTS.patch(work, made.id, b'{"title": "b"}', (1,))
        with pytest.raises(VersionMismatch):
            await LOTS.publish(work, made.id, (1,))
        assert (await LOTS.publish(work, made.id, (1, 2))).version == 3


async def test_assays_keep_their_ids_while_they_do_not_change(market: Market) -> None:
    firm = await market.organisation()
    cu, _, ni = LOT["assays"]
    async with market.work(firm.id) as work:
        made = await LOTS.create(work, lot())
        before = msgspec.json.decode(made.body, type=LotListing).assays
        patch = msgspec.json.encode({"assays": [ni, cu | {"value": 0.23}]})
        after = msgspec.json.decode((await LOTS.patch(work, made.id, patch, None)).body, type=LotListing).assays
        rows = await work.connection.fetch("select id, rev_added, rev_removed from assay where lot_id = $1", made.id)
    assert after[0].id == before[2].id
    assert after[1].id not in {a.id for a in before}
    ends = {row["id"]: (row["rev_added"], row["rev_removed"]) for row in rows}
    assert ends == {
        before[0].id: (1, 2),
        before[1].id: (1, 2),
        before[2].id: (1, None),
        after[1].id: (2, None),
    }


async def test_equal_assays_keep_different_ids(market: Market) -> None:
    firm = await market.organisation()
    samples = [{"analyte": "Cu", "value": 0.2, "unit": "%", "sample": s} for s in ("a", "b")]
    async with market.work(firm.id) as work:
        made = await LOTS.create(work, lot(assays=samples))
        first = msgspec.json.decode(made.body, type=LotListing).assays
        again = await LOTS.patch(work, made.id, msgspec.json.encode({"assays": samples[::-1]}), None)
        second = msgspec.json.decode(again.body, type=LotListing).assays
    assert [a.id for a in second] == [first[1].id, first[0].id]


async def test_assays_may_come_back_with_their_ids(market: Market) -> None:
    firm = await market.organisation()
    async with market.work(firm.id) as work:
        made = await LOTS.create(work, lot())
        assays = msgspec.json.decode(made.body)["assays"]
        more = [*assays, {"analyte": "Mo", "value": 0.01, "unit": "%"}]
        changed = await LOTS.patch(work, made.id, msgspec.json.encode({"assays": more}), None)
    assert [a["id"] for a in msgspec.json.decode(changed.body)["assays"]][:3] == [a["id"] for a in assays]


async def test_an_id_on_a_changed_or_strange_assay_is_refused(market: Market) -> None:
    firm = await market.organisation()
    async with market.work(firm.id) as work:
        made = await LOTS.create(work, lot())
        assays = msgspec.json.decode(made.body)["assays"]
        assays[0]["value"] = 0.01
        assays[1]["id"] = str(uuid4())
        with pytest.raises(Invalid) as refused:
            await LOTS.patch(work, made.id, msgspec.json.encode({"assays": assays}), None)
    assert [(f.pointer, f.code) for f in refused.value.faults] == [
        ("/assays/0/id", "assay_changed"),
        ("/assays/1/id", "unknown_assay"),
    ]


async def test_publishing_is_for_drafts_within_their_window(market: Market) -> None:
    firm = await market.organisation()
    async with market.work(firm.id) as work:
        made = await LOTS.create(work, lot())
        published = await LOTS.publish(work, made.id)
        with pytest.raises(NotADraft):
            await LOTS.publish(work, made.id)
        late = await LOTS.create(work, lot(available={"from": "2026-11-01", "until": "2026-11-23"}))
        with pytest.raises(WindowPassed):
            await LOTS.publish(work, late.id)
        today = await LOTS.create(work, lot(available={"from": "2026-11-01", "until": "2026-11-24"}))
        await LOTS.publish(work, today.id)
    listed = msgspec.json.decode(published.body, type=LotListing)
    assert (listed.status, listed.published_at, published.rev, published.version) == (Status.ACTIVE, AT, 1, 2)


async def test_a_window_ends_with_the_japanese_day(market: Market) -> None:
    firm = await market.organisation()
    window = {"from": "2026-11-01", "until": "2026-11-24"}
    async with market.work(firm.id, at=datetime(2026, 11, 24, 14, 59, tzinfo=UTC)) as work:
        await LOTS.create(work, lot(available=window), publish=True)
    async with market.work(firm.id, at=datetime(2026, 11, 24, 15, 0, tzinfo=UTC)) as work:
        with pytest.raises(WindowPassed):
            await LOTS.create(work, lot(available=window), publish=True)


async def test_a_withdrawn_lot_does_not_change_any_more(market: Market) -> None:
    firm = await market.organisation()
    async with market.work(firm.id) as work:
        made = await LOTS.create(work, lot(), publish=True)
        gone = await LOTS.withdraw(work, made.id)
        assert msgspec.json.decode(gone.body)["status"] == "cancelled"
        with pytest.raises(ListingClosed):
            await LOTS.withdraw(work, made.id)
        with pytest.raises(ListingClosed):
            await LOTS.patch(work, made.id, b"{}", None)
        with pytest.raises(NotADraft):
            await LOTS.publish(work, made.id)


async def test_an_active_listing_cannot_be_patched_into_the_past(market: Market) -> None:
    firm = await market.organisation()
    past = b'{"available": {"from": "2026-01-01", "until": "2026-02-01"}}'
    async with market.work(firm.id) as work:
        draft = await LOTS.create(work, lot())
        await LOTS.patch(work, draft.id, past, None)
        active = await LOTS.create(work, lot(), publish=True)
        with pytest.raises(WindowPassed):
            await LOTS.patch(work, active.id, past, None)


async def test_what_is_not_there_is_not_found(market: Market) -> None:
    firm = await market.organisation()
    async with market.work(firm.id) as work:
        for call in (
            LOTS.read(work, uuid4()),
            LOTS.patch(work, uuid4(), b"{}", None),
            LOTS.publish(work, uuid4()),
            LOTS.revisions(work, uuid4(), 10),
            LOTS.revision(work, uuid4(), 1),
        ):
            with pytest.raises(NotFound):
                await call


async def test_reservations_lower_what_remains(market: Market) -> None:
    firm = await market.organisation()
    async with market.work(firm.id) as work:
        made = await LOTS.create(work, lot(), publish=True)
    hour = timedelta(hours=1)
    now = datetime.now(UTC)
    await reserve(market, firm.id, made.id, (10_000, "committed", None), (5_000, "held", now + hour))
    await reserve(
        market, firm.id, made.id, (7_000, "held", now - hour), (9_000, "released", None), (1, "delivered", None)
    )
    async with market.work(firm.id) as work:
        read = msgspec.json.decode((await LOTS.read(work, made.id)).body, type=LotListing)
        page = msgspec.json.decode(await LOTS.page(work, Filters(), 10), type=LotPage)
        with pytest.raises(BelowReserved) as refused:
            await LOTS.patch(work, made.id, b'{"quantity": {"tonnes": 15, "min_take_tonnes": 1}}', None)
        less = await LOTS.patch(work, made.id, b'{"quantity": {"tonnes": 16, "min_take_tonnes": 1}}', None)
    assert read.remaining_tonnes == page.items[0].remaining_tonnes == 104.999
    assert refused.value.params == {"reserved_tonnes": 15.001}
    assert msgspec.json.decode(less.body)["remaining_tonnes"] == 0.999


async def reserve(market: Market, tenant: UUID, lot_id: UUID, *rows: tuple[int, str, datetime | None]) -> None:
    async with market.superuser() as connection:
        await connection.executemany(
            "insert into reservation (tenant_id, id, lot_id, kg, state, expires_at) values ($1, $2, $3, $4, $5, $6)",
            [(tenant, uuid4(), lot_id, *row) for row in rows],
        )
