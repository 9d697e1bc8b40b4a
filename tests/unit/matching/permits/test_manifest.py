"""Manifest numbers: a wrong form is a fault, a wrong check digit on paper a doubt, and electronic ones have none."""

import pytest

from matching.permits.manifest import DOUBTS, manifest_faults


@pytest.mark.parametrize(
    ("number", "electronic", "codes"),
    [
        ("00004079692", False, []),
        ("00004079695", False, ["manifest_check_digit"]),
        ("00004079695", True, []),
        ("0000407969", False, ["manifest_number_form"]),
        ("0000407969２", True, ["manifest_number_form"]),
    ],
)
def test_a_manifest_number_is_checked_by_the_rule_of_its_medium(number, electronic, codes):
    assert [f.code for f in manifest_faults("/manifest", number, electronic=electronic)] == codes


def test_a_check_digit_is_only_doubted():
    found = next(manifest_faults("/manifest", "00004079695", electronic=False))
    assert found.code in DOUBTS
    assert found.params == {"digit": "5", "wanted": "2"}
