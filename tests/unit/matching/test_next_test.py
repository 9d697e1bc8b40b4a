"""Which single result would settle the most tonnes (rule 14)."""

from itertools import permutations

from matching.evaluation import Evaluation
from matching.next_test import next_best_tests
from matching.values import Basis, Limit
from tests.support.pairs import assay, judged, limit, lot, spec

CU = assay("Cu", 0.1)


def pair(
    tonnes: float, *limits: Limit, results: tuple[object, ...] = (CU,), **rest: object
) -> tuple[float, Evaluation]:
    return tonnes, judged(spec(*limits, **rest), lot(*results))  # type: ignore[arg-type]


def told(*pairs: tuple[float, Evaluation]) -> list[tuple[str, float, int, float]]:
    return [(t.analyte, t.tonnes, t.specs, t.tonnes_helped) for t in next_best_tests(pairs)]


def test_the_result_that_settles_the_most_tonnes_comes_first() -> None:
    pairs = [
        pair(100, limit("Sn", max=0.02)),
        pair(300, limit("Ni", max=0.1)),
        pair(50, limit("Sn", max=0.01), limit("Cu", max=0.2)),
        pair(900, limit("Sn", max=0.02), limit("Ni", max=0.1)),
    ]
    expected = [("Ni", 300, 1, 1200), ("Sn", 150, 2, 1050)]
    assert all(told(*order) == expected for order in permutations(pairs))


def test_a_sum_wants_only_its_open_members() -> None:
    assert told(pair(10, limit("Cr", "Ni", "Cu", max=0.3), results=(CU, assay("Cr", 0.1)))) == [("Ni", 10, 1, 10)]
    loose = (CU, assay("Cr", low=0.1, high=0.4))
    assert told(pair(10, limit("Cr", "Cu", max=0.3), results=loose)) == [("Cr", 10, 1, 10)]


def test_a_result_on_another_basis_wants_the_moisture() -> None:
    wet = assay("Cu", 0.1, basis=Basis.AS_RECEIVED)
    assert told(pair(10, limit("Cu", max=0.3, basis=Basis.DRY), results=(wet,))) == [("moisture", 10, 1, 10)]


def test_no_result_settles_a_limit_that_does_not_say_its_basis() -> None:
    wet = (assay("Cu", 1.0, basis=Basis.AS_RECEIVED), assay("moisture", 5))
    assert told(pair(10, limit("Cu", max=1.02), results=wet)) == []
    assert told(pair(10, limit("Cu", max=1.02), limit("Sn", max=0.1), results=wet)) == [("Sn", 0, 0, 10)]


def test_pairs_that_are_blocked_or_settled_do_not_count() -> None:
    blocked = pair(10, limit("Sn", max=0.02), forms=("bale",))
    out = pair(10, limit("Sn", max=0.02), limit("Cu", max=0.05))
    assert told(blocked, out, pair(10, limit("Cu", max=0.2))) == []
