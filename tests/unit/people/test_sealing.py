"""A sealed secret opens for its person and its installation only."""

from uuid import uuid4

import pytest

from market.people.sealing import BrokenSealError, seal, unseal

SECRET = b"a secret of the tests, 32 or longer"
PLAIN = b"12345678901234567890"


def test_a_secret_comes_back_and_does_not_show() -> None:
    person = uuid4()
    sealed = seal(SECRET, person, PLAIN)
    assert unseal(SECRET, person, sealed) == PLAIN
    assert PLAIN not in sealed
    assert seal(SECRET, person, PLAIN) != sealed


def test_it_opens_neither_for_another_person_nor_by_another_secret() -> None:
    person = uuid4()
    sealed = seal(SECRET, person, PLAIN)
    with pytest.raises(BrokenSealError):
        unseal(SECRET, uuid4(), sealed)
    with pytest.raises(BrokenSealError):
        unseal(SECRET + b"!", person, sealed)


@pytest.mark.parametrize("at", [0, 15, 16, 35, 36, 67])
def test_a_changed_byte_anywhere_breaks_it(at: int) -> None:
    person = uuid4()
    sealed = bytearray(seal(SECRET, person, PLAIN))
    sealed[at] ^= 1
    with pytest.raises(BrokenSealError):
        unseal(SECRET, person, bytes(sealed))


@pytest.mark.parametrize("length", [0, 10, 47])
def test_what_is_too_short_to_be_sealed_is_refused(length: int) -> None:
    with pytest.raises(BrokenSealError):
        unseal(SECRET, uuid4(), bytes(length))


def test_no_more_is_sealed_than_one_digest_hides() -> None:
    with pytest.raises(ValueError, match="33"):
        seal(SECRET, uuid4(), bytes(33))
