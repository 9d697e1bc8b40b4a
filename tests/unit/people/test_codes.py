"""Codes of the second factor."""

import base64
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from market.people import codes

# RFC 6238 appendix B: the SHA-1 secret, an instant, and the last six digits of its code
SECRET = b"12345678901234567890"
VECTORS = [(59, "287082"), (1_111_111_109, "081804"), (1_234_567_890, "005924"), (20_000_000_000, "353130")]


@pytest.mark.parametrize(("seconds", "code"), VECTORS)
def test_the_vectors_of_the_standard_pass(seconds: int, code: str) -> None:
    assert codes.counter_of(SECRET, code, datetime.fromtimestamp(seconds, UTC)) == seconds // 30


@pytest.mark.parametrize(("off", "passes"), [(-60, False), (-30, True), (0, True), (30, True), (60, False)])
def test_a_clock_may_be_off_by_one_step(off: int, passes: bool) -> None:
    at = datetime.fromtimestamp(1_234_567_890, UTC) + timedelta(seconds=off)
    assert (codes.counter_of(SECRET, "005924", at) is not None) == passes


@pytest.mark.parametrize("typed", ["005 924", "００５９２４", "005-924"])
def test_codes_are_read_as_people_type_them(typed: str) -> None:
    assert codes.plain(typed) == "005924"


def test_the_app_is_told_the_secret_who_it_is_for_and_by_whom() -> None:
    told = urlsplit(codes.address(SECRET, "a+b@steel.example"))
    assert (told.scheme, told.netloc, told.path) == ("otpauth", "totp", "/Capillary:a%2Bb%40steel.example")
    assert parse_qs(told.query)["secret"] == [base64.b32encode(SECRET).decode()]


def test_the_picture_needs_neither_a_request_nor_a_style() -> None:
    drawn = codes.picture(SECRET, "a@steel.example")
    assert drawn.startswith("data:image/svg+xml")
    assert "style" not in drawn


def test_recovery_codes_differ_and_are_read_without_their_dashes() -> None:
    made = codes.recovery_codes()
    assert len(set(made)) == codes.RECOVERY
    assert all(codes.plain(code).isalnum() and not codes.is_totp(codes.plain(code)) for code in made)
    secret = b"a secret of the tests"
    assert codes.recovery_digest(secret, made[0].upper().replace("-", " ")) == codes.recovery_digest(secret, made[0])
    assert codes.recovery_digest(b"another", made[0]) != codes.recovery_digest(secret, made[0])
