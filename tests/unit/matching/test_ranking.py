"""Matches first by verdict class, score and id; near misses by what they would take (rule 11)."""

from matching.ranking import rank
from matching.values import Verdict
from specs.catalogue.loader import catalogue
from tests.support.pairs import assay, limit, lot, spec

WANTED = spec(limit("Cu", max=0.25), confidence=0.95)
LOTS = {
    "b": lot(assay("Cu", 0.1, uncertainty=0.01)),
    "a": lot(assay("Cu", 0.1, uncertainty=0.01)),
    "worse": lot(assay("Cu", 0.2, uncertainty=0.01)),
    "close": lot(assay("Cu", 0.25)),
    "unknown": lot(),
    "far": lot(assay("Cu", 0.5)),
    "near": lot(assay("Cu", 0.3)),
    "blocked": lot(assay("Cu", 0.1), material="stainless_scrap"),
    "blocked and far": lot(assay("Cu", 0.5), material="stainless_scrap"),
}


def test_matches_come_first_and_near_misses_after_them() -> None:
    found = rank(WANTED, LOTS.items(), catalogue())
    assert [r.id for r in found if not r.near_miss] == ["a", "b", "worse", "close", "unknown"]
    assert [r.id for r in found if r.near_miss] == ["near", "far", "blocked", "blocked and far"]


def test_near_misses_score_nothing_and_say_what_would_help() -> None:
    for ranked in rank(WANTED, LOTS.items(), catalogue()):
        assert (ranked.evaluation.score == 0) is ranked.near_miss
        assert (ranked.evaluation.near_miss is not None) is ranked.near_miss
        assert ranked.near_miss or ranked.evaluation.verdict is not Verdict.OUT


def test_ids_are_ordered_by_code_point() -> None:
    names = ["lot-10", "lot-2", "Lot-1", "ロット", "é"]
    found = rank(WANTED, [(name, LOTS["a"]) for name in names], catalogue())
    assert [r.id for r in found] == sorted(names)
