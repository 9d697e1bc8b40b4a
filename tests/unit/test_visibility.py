"""The visibility matrix against the Structs that answers are made of."""

from pathlib import Path
from typing import Any, get_args, get_origin

import msgspec
import pytest

from market.advice.structs import AdviceSeen
from market.blends.structs import LotShare, StoredBlend
from market.deals.account.structs import Account
from market.deals.claims.structs import Claim
from market.deals.contract.structs import Contract
from market.deals.deliveries.structs import Delivery
from market.deals.review.policy import ReviewPolicy
from market.deals.review.structs import Review
from market.deals.samples.structs import Sample, UmpireSample
from market.deals.structs import Deal
from market.documents.structs import Document, DocumentOverseen, DocumentSeen
from market.http.allocations import AllocationRun
from market.http.investments import InvestmentRun
from market.http.jobs import JobFound
from market.http.notices import NoticeShown
from market.insight.structs import Balance, Gaps
from market.parties.rights import WRITERS
from market.parties.structs import ApiKey, IssuedApiKey, Laboratory, Organisation, OrganisationKind, User
from market.parties.visibility import Audience, Level, Matrix, matrix
from market.permits.structs import OverseenPermit, PermitListing
from market.tenders.structs import Bid, ComparedBid, Tender
from market.upgrades.lot_structs import LotUpgrades
from specs.freight.structs import FreightTableFound
from specs.lot.seen import LotSeen
from specs.lot.structs import LotListing
from specs.offer.seen import OfferSeen
from specs.offer.structs import OfferListing
from specs.spec.seen import SpecSeen
from specs.spec.structs import SpecListing
from tests.support.visibility_page import page

ROOT = Path(__file__).parents[2]

# values that are one thing to the matrix, whatever they are made of
WHOLE = {"available", "limits", "max_price", "ask_price", "weights", "quantity.schedule", "title"}
WHOLE |= {"blend", "items", "problem", "fee", "removal", "residue", "claims"}
WHOLE |= {"analytes", "sending", "receiving", "results", "umpire", "settlement", "judged", "seller", "result"}
WHOLE |= {"spec", "legs", "buyer", "approval", "risk", "voided", "rules", "blocked"}
WHOLE |= {"terms", "judged", "wanted", "awards", "lot", "delivered_price"}
WHOLE |= {"asked", "outcome", "allocation", "compared", "flags", "investments", "sources", "table"}
WHOLE |= {"totals", "reasons", "levers"}
WHOLE |= {"dispatch", "receipt", "evaluation", "would_settle", "settlement", "answers", "added", "ruling"}
# where a redacted Struct keeps what the listing calls otherwise
RENAMED = {
    "tonnes": "remaining_tonnes",
    "min_take_tonnes": "quantity.min_take_tonnes",
    "min_lot_tonnes": "quantity.min_lot_tonnes",
    "max_suppliers": "quantity.max_suppliers",
}


def fields(struct: Any, prefix: str = "") -> set[str]:
    """Dotted names of the leaves of a Struct, lists seen through."""
    found = set()
    for field in msgspec.structs.fields(struct):
        name = prefix + field.encode_name
        inner = nested(field.type)
        found |= {name} if inner is None or name in WHOLE else fields(inner, f"{name}.")
    return found


def nested(kind: Any) -> type[msgspec.Struct] | None:
    """The Struct inside a type, through tuples, unions and annotations."""
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return kind
    if get_origin(kind) is dict:
        return None
    return next((inner for arg in get_args(kind) if (inner := nested(arg))), None)


def shown(found: Matrix, name: str, audience: Audience) -> set[str]:
    return {field for field, levels in found.objects[name].items() if levels[audience] is not Level.HIDDEN}


@pytest.mark.parametrize(("name", "struct"), [("spec", SpecListing), ("lot", LotListing)])
def test_every_field_of_a_listing_is_in_the_matrix(name: str, struct: Any) -> None:
    found = matrix()
    deeper = {field for field in found.objects[name] if field == "limits.conditions"}
    assert fields(struct) == shown(found, name, Audience.OWNER) - deeper
    assert shown(found, name, Audience.COORDINATOR) == shown(found, name, Audience.OWNER) | {"organisation_id"}


@pytest.mark.parametrize(("name", "struct"), [("spec", SpecSeen), ("lot", LotSeen)])
def test_the_other_side_is_shown_what_the_matrix_says(name: str, struct: Any) -> None:
    found = matrix()
    place = "location" if name == "lot" else "delivery.location"
    seen = set()
    for field in fields(struct):
        if field.startswith("location."):
            seen.add(f"{place}.prefecture")
        else:
            seen.add(RENAMED.get(field, field))
    assert seen == shown(found, name, Audience.COUNTERPARTY) - {"limits.conditions"}


def test_an_offer_is_shown_as_the_matrix_says() -> None:
    found = matrix()
    assert fields(OfferListing) == shown(found, "upgrade_offer", Audience.OWNER)
    seen = fields(OfferSeen) - {"location.region"} | {"yield", "removal"}
    assert seen == shown(found, "upgrade_offer", Audience.COUNTERPARTY)


def test_a_permit_is_shown_as_the_matrix_says() -> None:
    found = matrix()
    assert fields(PermitListing) == shown(found, "permit", Audience.OWNER)
    assert fields(OverseenPermit) == shown(found, "permit", Audience.COORDINATOR)


@pytest.mark.parametrize(
    ("audience", "struct"),
    [
        (Audience.OWNER, Document),
        (Audience.COUNTERPARTY, DocumentSeen),
        (Audience.COORDINATOR, DocumentOverseen),
    ],
)
def test_a_document_is_shown_as_the_matrix_says(audience: Audience, struct: Any) -> None:
    assert fields(struct) == shown(matrix(), "document", audience)


@pytest.mark.parametrize(
    ("audience", "struct"),
    [(Audience.OWNER, Bid), (Audience.COUNTERPARTY, ComparedBid), (Audience.COORDINATOR, ComparedBid)],
)
def test_a_bid_is_shown_as_the_matrix_says(audience: Audience, struct: Any) -> None:
    assert fields(struct) == shown(matrix(), "bid", audience)


@pytest.mark.parametrize(
    ("name", "struct"),
    [
        ("organisation", Organisation),
        ("laboratory", Laboratory),
        ("user", User),
        ("api_key", IssuedApiKey),
        ("blend", StoredBlend),
        ("lot_share", LotShare),
        ("advice", AdviceSeen),
        ("deal", Deal),
        ("contract", Contract),
        ("account", Account),
        ("delivery", Delivery),
        ("claim", Claim),
        ("sample", Sample),
        ("umpire_sample", UmpireSample),
        ("review", Review),
        ("tender", Tender),
        ("review_policy", ReviewPolicy),
        ("job", JobFound),
        ("allocation_run", AllocationRun),
        ("notice", NoticeShown),
        ("lot_upgrades", LotUpgrades),
        ("investment_run", InvestmentRun),
        ("freight_table", FreightTableFound),
        ("balance", Balance),
        ("balance_gaps", Gaps),
    ],
)
def test_every_field_of_what_is_shown_whole_or_not_at_all_is_in_the_matrix(name: str, struct: Any) -> None:
    assert fields(struct) == set(matrix().objects[name])


def test_a_key_is_listed_without_what_is_shown_once() -> None:
    once = {field for field, levels in matrix().objects["api_key"].items() if levels[Audience.OWNER] is Level.ONCE}
    assert fields(ApiKey) == set(matrix().objects["api_key"]) - once


def test_a_rival_is_shown_nothing() -> None:
    found = matrix()
    assert [name for name in found.objects if shown(found, name, Audience.RIVAL)] == []


def test_every_cell_is_filled() -> None:
    found = matrix()
    assert set(found.kinds) == set(OrganisationKind)
    assert set(found.levels) == set(Level)
    assert set(found.audiences) == set(Audience)
    for name, rows in found.objects.items():
        assert all(set(levels) == set(Audience) for levels in rows.values()), name
        assert all(name in objects for objects in found.kinds.values())


def test_who_owns_listings_is_who_may_write_them() -> None:
    found = matrix()
    for name, kinds in WRITERS.items():
        assert {kind for kind, objects in found.kinds.items() if Audience.OWNER in objects[name]} == kinds


def test_the_page_in_the_documents_is_the_matrix() -> None:
    committed = (ROOT / "docs" / "visibility.md").read_text(encoding="utf-8")
    assert committed == page(matrix()), "run `make visibility` and commit the result"
