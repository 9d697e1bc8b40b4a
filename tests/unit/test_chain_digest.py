"""The canonical form of an event: two that differ in any field never have the same."""

import hashlib
from datetime import UTC, datetime
from uuid import UUID

import pytest

from specs.kit import proof

EVENT = {
    "chain": UUID(int=1),
    "seq": 2,
    "at": datetime(2026, 11, 25, 3, 0, 0, 1, tzinfo=UTC),
    "actor_tenant": UUID(int=3),
    "actor": None,
    "action": "offer",
    "object_kind": "deal",
    "object_id": UUID(int=4),
    "audience": [UUID(int=3), UUID(int=5)],
    "payload_digest": b"p" * 32,
    "previous": b"q" * 32,
    "request_id": None,
}


def test_the_canonical_form_is_every_field_behind_its_length():
    sixteen, eight = b"\0\0\0\x10", b"\0\0\0\x08"
    written = b"".join(
        (
            b"capillary.chain.1",
            sixteen + UUID(int=1).bytes,
            eight + b"\0\0\0\0\0\0\0\x02",
            eight + (848_890_800_000_001).to_bytes(8, "big"),
            sixteen + UUID(int=3).bytes,
            b"\xff\xff\xff\xff",
            b"\0\0\0\x05offer",
            b"\0\0\0\x04deal",
            sixteen + UUID(int=4).bytes,
            b"\0\0\0\x20" + UUID(int=3).bytes + UUID(int=5).bytes,
            b"\0\0\0\x20" + b"p" * 32,
            b"\0\0\0\x20" + b"q" * 32,
            b"\xff\xff\xff\xff",
        )
    )
    assert proof.digest(EVENT) == hashlib.sha256(written).digest()


@pytest.mark.parametrize(
    "change",
    [
        {"chain": UUID(int=2)},
        {"seq": 3},
        {"at": datetime(2026, 11, 25, 3, 0, 0, 2, tzinfo=UTC)},
        {"actor_tenant": None, "actor": UUID(int=3)},
        {"action": "offerd", "object_kind": "eal"},
        {"object_id": UUID(int=5)},
        {"audience": [UUID(int=5), UUID(int=3)]},
        {"audience": []},
        {"payload_digest": b"r" * 32},
        {"previous": None},
        {"request_id": ""},
    ],
)
def test_a_change_of_any_field_changes_the_digest(change):
    assert proof.digest(EVENT | change) != proof.digest(EVENT)
