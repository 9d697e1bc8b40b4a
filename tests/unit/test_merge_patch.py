"""RFC 7396: the examples of its appendix, and what must hold for any document."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specs.kit.wire import encode, merged, plain

EXAMPLES = [
    ({"a": "b"}, {"a": "c"}, {"a": "c"}),
    ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
    ({"a": "b"}, {"a": None}, {}),
    ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}),
    ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
    ({"a": "c"}, {"a": ["b"]}, {"a": ["b"]}),
    ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
    ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
    (["a", "b"], ["c", "d"], ["c", "d"]),
    ({"a": "b"}, ["c"], ["c"]),
    ({"a": "foo"}, None, None),
    ({"a": "foo"}, "bar", "bar"),
    ({"e": None}, {"a": 1}, {"e": None, "a": 1}),
    ([1, 2], {"a": "b", "c": None}, {"a": "b"}),
    ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
]
documents = st.recursive(
    st.booleans() | st.integers(-9, 9) | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=8,
)


@pytest.mark.parametrize(("target", "patch", "result"), EXAMPLES)
def test_the_examples_of_the_rfc(target: Any, patch: Any, result: Any) -> None:
    assert merged(target, patch) == result


@given(documents, documents)
def test_a_patch_twice_is_a_patch_once(target: Any, patch: Any) -> None:
    once = merged(target, patch)
    assert merged(once, patch) == once


@given(documents, documents)
def test_merging_changes_neither_side(target: Any, patch: Any) -> None:
    before = repr((target, patch))
    merged(target, patch)
    assert repr((target, patch)) == before


def test_numbers_pass_through_unchanged() -> None:
    document = b'{"a":0.10,"b":12345678901234567.89,"c":3,"d":1e-7}'
    assert plain(encode(plain(document))) == plain(document)
    assert b"12345678901234567.89" in encode(plain(document))
