"""Who may do what: every operation of the document as every kind of caller, with no cell untested.

`own` is the trader whose listing, key and user are in the paths; `rival` is of the same kind; `partner` is a
verified counterparty with a matching listing, before any match was served; `coordinator` oversees everything.
"""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import pytest_asyncio

from market.app import Application
from market.http import examples
from market.http.examples import (
    ALLOCATION,
    ANSWERS,
    AWARD,
    BLEND,
    DOCUMENT,
    DOCUMENT_CONTENT,
    DOCUMENT_PATCH,
    FREIGHT_TABLE,
    INVESTMENT,
    OFFER,
    OFFER_PATCH,
    OFFERED_STEP,
    PERMIT,
    PERMIT_CHECK,
    PERMIT_PATCH,
    REASON,
    RECEIVING,
    RESULT,
    REVIEW,
    REVIEW_POLICY,
    SAMPLE,
    SENDING,
    SITING,
    UMPIRE,
    UPGRADE,
)
from market.http.openapi import tree
from tests.support.api import client
from tests.support.market import LOT, SPEC, Market
from tests.support.places import NOTHING, drafted_bid, invitation, nothing, pair, place

CALLERS = ("anonymous", "own", "rival", "partner", "coordinator")
PUBLIC = (200, 200, 200, 200, 200)
# acts on a portion or a claim; the one in the paths is none of the deal's
OF_PORTIONS: dict[str, Any] = {
    "call_off_delivery": examples.REASON,
    "dispatch_delivery": examples.DISPATCH,
    "receive_delivery": examples.RECEIPT,
    "accept_delivery": examples.ACCEPTANCE,
    "reject_delivery": examples.REASON,
    "settle_delivery": None,
    "answer_claim": examples.CLAIM_ANSWER,
    "add_claim_evidence": examples.CLAIM_EVIDENCE,
    "settle_claim": None,
    "escalate_claim": None,
    "withdraw_claim": None,
}
# operation: status for each of CALLERS
EXPECTED: dict[str, tuple[int, int, int, int, int]] = {
    **dict.fromkeys(
        (
            "health_live",
            "health_ready",
            "metrics",
            "schema_page",
            "schema_document",
            "list_families",
            "list_materials",
            "list_grades",
            "list_analytes",
            "list_steps",
            "list_regimes",
            "list_units",
            "list_forms",
            "list_prefectures",
            "list_permit_kinds",
        ),
        PUBLIC,
    ),
    "get_problem_kind": PUBLIC,
    "evaluate": (401, 200, 200, 200, 200),
    "blend": (401, 200, 200, 200, 200),
    "upgrade": (401, 200, 200, 200, 200),
    # own is a recycler; the offer in the paths is the works'
    "create_upgrade_offer": (401, 403, 403, 403, 403),
    "list_upgrade_offers": (401, 200, 200, 200, 200),
    "get_upgrade_offer": (401, 200, 200, 200, 200),
    "patch_upgrade_offer": (401, 403, 403, 403, 403),
    "withdraw_upgrade_offer": (401, 403, 403, 403, 403),
    # the table in the paths is the coordinator's
    **dict.fromkeys(
        (
            "list_freight_tables",
            "get_shipped_freight_table",
            "get_freight_table",
            "list_freight_table_revisions",
            "get_freight_table_revision",
        ),
        (401, 200, 200, 200, 200),
    ),
    "create_freight_table": (401, 403, 403, 403, 201),
    "replace_freight_table": (401, 403, 403, 403, 200),
    "withdraw_freight_table": (401, 403, 403, 403, 200),
    "site": (401, 200, 200, 200, 200),
    "allocate": (401, 200, 200, 200, 200),
    # a coordinator's runs over the market; with what they say of others they are nobody else's
    "list_allocations": (401, 403, 403, 403, 200),
    "get_allocation": (401, 403, 403, 403, 200),
    "invest": (401, 200, 200, 200, 200),
    "list_investments": (401, 403, 403, 403, 200),
    "get_investment": (401, 403, 403, 403, 200),
    "upgrade_lot": (401, 200, 404, 403, 403),
    "propose_spec_blends": (401, 403, 403, 200, 403),
    "advise_spec": (401, 403, 403, 200, 403),
    "list_spec_blends": (401, 404, 404, 200, 404),
    "get_blend": (401, 404, 404, 200, 404),
    "list_lot_blends": (401, 200, 404, 404, 404),
    # a document that is neither shared nor linked
    "create_document": (401, 201, 201, 201, 403),
    "list_documents": (401, 200, 200, 200, 200),
    "get_document": (401, 200, 404, 404, 404),
    "patch_document": (401, 200, 404, 404, 403),
    "delete_document": (401, 204, 404, 404, 403),
    "upload_document": (401, 200, 404, 404, 403),
    "download_document": (401, 200, 404, 404, 404),
    # jobs are nobody's but their tenant's
    "list_jobs": (401, 200, 200, 200, 200),
    "get_job": (401, 200, 404, 404, 404),
    "cancel_job": (401, 200, 404, 404, 404),
    # merged for everyone, exact for who oversees
    **dict.fromkeys(("get_balance", "get_balance_table", "get_balance_gaps"), (401, 200, 200, 200, 200)),
    "list_notices": (401, 200, 200, 200, 200),
    "read_notice": (401, 200, 404, 404, 404),
    "read_all_notices": (401, 200, 200, 200, 200),
    "list_specs": (401, 200, 200, 200, 200),
    "list_lots": (401, 200, 200, 200, 200),
    "create_spec": (401, 403, 403, 201, 403),
    "create_lot": (401, 201, 201, 403, 403),
    # the lot in the paths is own's, active; the spec is own's counterpart's: see `places`
    "get_lot": (401, 200, 404, 404, 200),
    "patch_lot": (401, 200, 404, 403, 403),
    "publish_lot": (401, 200, 404, 403, 403),
    "withdraw_lot": (401, 200, 404, 403, 403),
    "list_lot_revisions": (401, 200, 404, 404, 404),
    "get_lot_revision": (401, 200, 404, 404, 404),
    "list_lot_matches": (401, 200, 404, 404, 200),
    "list_lot_next_tests": (401, 200, 404, 404, 200),
    "get_spec": (401, 404, 404, 200, 200),
    "patch_spec": (401, 403, 403, 200, 403),
    "publish_spec": (401, 403, 403, 200, 403),
    "withdraw_spec": (401, 403, 403, 200, 403),
    "list_spec_revisions": (401, 404, 404, 200, 404),
    "get_spec_revision": (401, 404, 404, 200, 404),
    "list_spec_matches": (401, 404, 404, 200, 200),
    # own and partner are the sides of the deal in the paths, which partner opened
    "open_deal": (401, 201, 404, 201, 201),
    "list_deals": (401, 200, 200, 200, 200),
    "get_deal": (401, 200, 404, 200, 200),
    "take_up_deal": (401, 200, 404, 409, 403),
    "decline_deal": (401, 200, 404, 409, 403),
    "withdraw_deal": (401, 200, 404, 200, 403),
    # partner's tender, which own is invited to and which is not over its deadline
    "invite_tender": (401, 403, 403, 201, 403),
    "list_tenders": (401, 200, 200, 200, 200),
    "get_tender": (401, 200, 404, 200, 200),
    "place_bid": (401, 201, 404, 403, 403),
    "list_bids": (401, 200, 404, 409, 409),
    "withdraw_bid": (401, 409, 404, 403, 403),
    "open_tender": (401, 403, 403, 409, 403),
    "split_tender": (401, 403, 403, 409, 403),
    "award_tender": (401, 403, 403, 409, 403),
    "cancel_tender": (401, 403, 403, 200, 403),
    "open_names": (401, 409, 404, 409, 403),
    # the deal is still in review, which a coordinator oversees; the offer in the paths is none of it
    "make_offer": (401, 409, 404, 409, 403),
    "list_offers": (401, 200, 404, 200, 200),
    "accept_offer": (401, 409, 404, 409, 403),
    "retract_offer": (401, 409, 404, 409, 403),
    # the document in the body is nobody's
    "share_deal_document": (401, 404, 404, 404, 403),
    "list_deal_documents": (401, 200, 404, 200, 200),
    "list_deal_events": (401, 200, 404, 200, 200),
    # nothing is agreed, so there is no contract, no account, no portion and no claim
    **dict.fromkeys(("get_contract", "get_account"), (401, 404, 404, 404, 404)),
    **dict.fromkeys(
        ("sign_contract", "cancel_deal", "complete_deal", "plan_delivery", "make_claim"), (401, 409, 404, 409, 403)
    ),
    "resolve_deal": (401, 403, 403, 403, 409),
    **dict.fromkeys(("list_deliveries", "list_claims"), (401, 200, 404, 200, 200)),
    **dict.fromkeys(("get_delivery", "get_claim"), (401, 404, 404, 404, 404)),
    **dict.fromkeys(OF_PORTIONS, (401, 404, 404, 404, 403)),
    # it is not agreed yet; the sample in the paths is none of it
    "request_sample": (401, 409, 404, 409, 403),
    "list_samples": (401, 200, 404, 200, 200),
    "get_sample": (401, 404, 404, 404, 404),
    **dict.fromkeys(
        ("send_sample", "receive_sample", "file_sample_results", "cancel_sample"), (401, 404, 404, 404, 403)
    ),
    "name_umpire": (401, 404, 404, 404, 404),
    "list_laboratories": (401, 200, 200, 200, 200),
    # of laboratories only
    **dict.fromkeys(("list_umpire_samples", "get_umpire_sample", "file_umpire_results"), (401, 403, 403, 403, 403)),
    # it is not in review yet, nor returned
    "review_deal": (401, 403, 403, 403, 409),
    "resubmit_deal": (401, 409, 404, 409, 403),
    "list_deal_reviews": (401, 200, 404, 200, 200),
    "list_reviews": (401, 403, 403, 403, 200),
    "count_reviews": (401, 403, 403, 403, 200),
    "get_review_policy": (401, 403, 403, 403, 200),
    "put_review_policy": (401, 403, 403, 403, 200),
    "list_organisations": (401, 200, 200, 200, 200),
    "get_organisation": (401, 200, 404, 404, 200),
    "verify_organisation": (401, 403, 403, 403, 200),
    "unverify_organisation": (401, 403, 403, 403, 200),
    # the permit in the paths is own's
    "create_permit": (401, 201, 201, 201, 403),
    "list_permits": (401, 200, 200, 200, 200),
    "get_permit": (401, 200, 404, 404, 200),
    "patch_permit": (401, 200, 404, 404, 403),
    "withdraw_permit": (401, 200, 404, 404, 403),
    "check_permit": (401, 403, 403, 403, 200),
    "list_users": (401, 200, 200, 200, 200),
    "create_user": (401, 201, 201, 201, 201),
    "get_user": (401, 200, 404, 404, 404),
    # the person in the paths has no login yet
    "invite_user": (401, 200, 404, 404, 404),
    "reset_user": (401, 409, 404, 404, 404),
    "list_api_keys": (401, 200, 200, 200, 200),
    "create_api_key": (401, 201, 201, 201, 201),
    "get_api_key": (401, 200, 404, 404, 404),
    "revoke_api_key": (401, 204, 404, 404, 404),
}
OPERATIONS = {
    operation["operationId"]: (method, path, operation)
    for path, methods in tree()["paths"].items()
    for method, operation in methods.items()
}
PATCHES = {
    "patch_spec": {"title": "changed"},
    "patch_lot": {"title": "changed"},
    "patch_upgrade_offer": OFFER_PATCH,
    "patch_permit": PERMIT_PATCH,
    "put_review_policy": REVIEW_POLICY,
    "patch_document": DOCUMENT_PATCH,
    "replace_freight_table": FREIGHT_TABLE,
}
BODIES: dict[str, dict[str, Any]] = {
    **OF_PORTIONS,
    "cancel_deal": REASON,
    "plan_delivery": examples.DELIVERY,
    "make_claim": examples.CLAIM,
    "resolve_deal": examples.RESOLUTION,
    "evaluate": {"spec": SPEC, "lot": LOT},
    "blend": BLEND,
    "upgrade": UPGRADE,
    "site": SITING,
    "allocate": ALLOCATION,
    "invest": INVESTMENT,
    "upgrade_lot": {},
    "propose_spec_blends": {},
    "advise_spec": {},
    "create_upgrade_offer": OFFERED_STEP,
    "create_permit": PERMIT,
    "check_permit": PERMIT_CHECK,
    "make_offer": OFFER,
    "share_deal_document": {"document_id": NOTHING},
    "award_tender": AWARD,
    "cancel_tender": REASON,
    "decline_deal": REASON,
    "review_deal": REVIEW,
    "resubmit_deal": ANSWERS,
    "withdraw_deal": REASON,
    "create_freight_table": FREIGHT_TABLE,
    "request_sample": SAMPLE,
    "send_sample": SENDING,
    "receive_sample": RECEIVING,
    "file_sample_results": RESULT,
    "file_umpire_results": RESULT,
    "name_umpire": UMPIRE,
    "cancel_sample": REASON,
    "create_spec": SPEC,
    "create_lot": LOT,
    "create_api_key": {"name": "one more"},
    "create_document": DOCUMENT,
    **PATCHES,
}


@pytest_asyncio.fixture(scope="module")
async def callers(market: Market, api: Application) -> AsyncIterator[dict[str, httpx.AsyncClient]]:
    parties = {
        "own": await market.organisation("recycler", "Own Yard"),
        "rival": await market.organisation("recycler", "Rival Yard"),
        "partner": await market.organisation("manufacturer", "Partner Mill"),
        "coordinator": await market.organisation("coordinator", "The Ministry"),
        "works": await market.organisation("processor", "The Works"),
    }
    found = {"anonymous": client(api)} | {name: client(api, party) for name, party in parties.items()}
    found["own"].headers["x-organisation"] = str(parties["own"].id)
    yield found
    for one in found.values():
        await one.aclose()


def test_every_operation_has_a_row_and_every_row_an_operation():
    assert set(EXPECTED) == set(OPERATIONS)


@pytest.mark.parametrize("operation", list(EXPECTED))
@pytest.mark.parametrize("caller", CALLERS)
async def test_each_operation_answers_each_caller_as_the_matrix_says(callers, operation, caller):
    method, path, described = OPERATIONS[operation]
    url = await place(callers, operation, path)
    body = BODIES.get(operation)
    if operation == "create_user":
        body = {"email": f"{caller}@example.com", "name": "New Person"}
    if operation == "open_deal":
        body = await pair(callers)
    if operation == "invite_tender":
        body = await invitation(callers)
    if operation == "place_bid":
        body = await drafted_bid(callers, url)
    headers = {"if-match": "*"} if operation in PATCHES else {}
    sent: dict[str, Any] = {"content": DOCUMENT_CONTENT} if operation == "upload_document" else {"json": body}
    answer = await callers[caller].request(method.upper(), url, **sent, headers=headers)
    assert answer.status_code == EXPECTED[operation][CALLERS.index(caller)], answer.text
    assert str(answer.status_code) in described["responses"]
    if operation == "unverify_organisation" and answer.status_code == 200:
        assert (await callers[caller].post(url.replace("unverify", "verify"))).status_code == 200


async def test_a_key_without_the_scope_is_refused_everywhere(callers, api):
    made = await callers["own"].post("/v1/api-keys", json={"name": "blind", "scopes": ["organisations:read"]})
    async with client(api, authorization=f"Bearer {made.json()['api_key']}") as blind:
        for operation, (method, path, described) in OPERATIONS.items():
            scope = described.get("x-scope")
            url = nothing(path).replace("{id}", NOTHING)
            answer = await blind.request(method.upper(), url, headers={"if-match": "*"})
            if scope is None or scope == "organisations:read":
                assert answer.status_code in (200, 404), operation
            else:
                assert (answer.status_code, answer.json()["code"]) == (403, "missing_scope"), operation


async def test_a_revoked_key_opens_nothing_any_more(callers, api, market):
    made = await callers["own"].post("/v1/api-keys", json={"name": "short-lived"})
    body = made.json()
    assert body["api_key"].startswith("cap_")
    read = await callers["own"].get(made.headers["location"])
    assert "api_key" not in read.json()
    assert body["api_key"] not in (await callers["own"].get("/v1/api-keys")).text
    async with client(api, authorization=f"Bearer {body['api_key']}") as revoked:
        assert (await revoked.get("/v1/lots")).status_code == 200
        assert (await callers["own"].delete(made.headers["location"])).status_code == 204
        assert (await callers["own"].delete(made.headers["location"])).status_code == 204
        assert (await revoked.get("/v1/lots")).status_code == 401
