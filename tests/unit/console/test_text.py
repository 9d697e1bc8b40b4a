"""Both languages say the same things, with the same holes."""

import json
import re
from collections import Counter
from enum import StrEnum
from importlib import resources
from string import Formatter

import pytest

from market.console.balance.asked import Measure
from market.console.maps import Told
from market.console.text import texts, word
from market.deals.machine import Act, Actor, Status, Turn
from market.deals.offers.structs import OfferState
from market.deals.review.policy import DealOrigin
from market.deals.review.structs import RejectReason
from market.deals.structs import RiskCode
from market.parties.structs import OrganisationKind, Scope, UserRole
from market.permits.structs import Attestation
from matching.permits.permit import Outcome
from matching.permits.validity import State
from matching.values import Basis, CustodyModel, LegalStatus, Origin, Statistic, Verdict
from specs.freight.structs import Standing
from specs.listing.structs import Status as ListingStatus

NAMED: dict[str, type[StrEnum]] = {
    "verdict": Verdict,
    "actor": Actor,
    "turn": Turn,
    "act": Act,
    "kind": OrganisationKind,
    "measure": Measure,
    "told": Told,
    "permit_state": State,
    "permit_outcome": Outcome,
    "attestation": Attestation,
    "deal_origin": DealOrigin,
    "scope": Scope,
    "role": UserRole,
    "reject": RejectReason,
    "risk": RiskCode,
    "offer_state": OfferState,
    "legal_status": LegalStatus,
    "custody_model": CustodyModel,
    "source_origin": Origin,
    "basis": Basis,
    "statistic": Statistic,
    "freight_standing": Standing,
}
# a key that is put together (`"policy.first_told." ~ code`) is found by the tests that render it
_ASKED = re.compile(r"""\bt\(\s*["']([a-z_]+\.[a-z0-9_.]+)["']\s*[,)]""")


def _holes(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_both_languages_have_the_same_texts() -> None:
    assert texts("en").keys() == texts("ja").keys()


@pytest.mark.parametrize(
    "folder", [("market.console", "locales"), ("market.http", "locales"), ("matching", "messages")]
)
def test_no_file_of_texts_says_a_key_twice(folder: tuple[str, str]) -> None:
    files = [file for file in _files(resources.files(folder[0]).joinpath(folder[1])) if file.name.endswith(".json")]
    assert files
    twice: list[str] = []
    for file in files:
        keys = json.loads(file.read_text("utf-8"), object_pairs_hook=lambda pairs: Counter(key for key, _ in pairs))
        twice += [f"{file.name}: {key}" for key, n in keys.items() if n > 1]
    assert not twice


def test_both_languages_fill_the_same_holes() -> None:
    assert {k: _holes(v) for k, v in texts("en").items()} == {k: _holes(v) for k, v in texts("ja").items()}


def test_japanese_texts_are_japanese() -> None:
    kept = {key for key, value in texts("ja").items() if value.isascii() and len(value) > 12}
    assert not kept


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize(("kind", "code"), [(k, c) for k, codes in NAMED.items() for c in codes])
def test_every_code_that_people_read_has_a_word(kind: str, code: StrEnum, language: str) -> None:
    told = word(language, kind, code.value)  # type: ignore[arg-type]
    assert told
    assert "_" not in told
    assert language == "en" or told != code.value


@pytest.mark.parametrize("code", [*Status, *ListingStatus])
def test_every_status_has_a_word(code: StrEnum) -> None:
    assert f"words.status.{code.value}" in texts("en")


def test_every_text_that_a_template_asks_for_is_written() -> None:
    folder = resources.files("market.console").joinpath("templates")
    asked = {key for file in _files(folder) for key in _ASKED.findall(file.read_text("utf-8"))}
    assert asked
    assert asked <= texts("en").keys()


def _files(folder):
    for item in folder.iterdir():
        yield from _files(item) if item.is_dir() else [item]
