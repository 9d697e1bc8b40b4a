"""Which passwords are taken, and how they are kept."""

import asyncio
import unicodedata

import pytest
from argon2 import PasswordHasher

from market.people import passwords
from market.people.errors import WeakPassword
from market.people.passwords import MOST_WAITING, Passwords
from specs.kit.errors import Unavailable

# the rules are the same at any cost
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


def refused(password: str) -> set[str]:
    with pytest.raises(WeakPassword) as error:
        passwords.check(password, "hanako.sato@steel.example", "佐藤 花子 / Hanako Sato")
    return {fault.code for fault in error.value.faults}


@pytest.mark.parametrize(
    "password", ["seven blue gondolas", "二十四の瞳と銀河鉄道の夜", "x7#Kq!vP2$mZ", "a" * 11 + "bcdefgh"]
)
def test_twelve_characters_that_nobody_guesses_are_enough(password: str) -> None:
    passwords.check(password, "hanako.sato@steel.example", "佐藤 花子 / Hanako Sato")


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("eleven char", "password_short"),
        ("long " * 41, "password_long"),
        ("Hanako and seven gondolas", "password_tells"),
        ("seven HANAKO.SATO gondolas", "password_tells"),
        ("capillary gondolas", "password_tells"),
        ("Password1234", "password_common"),
        ("qwertyuiop12", "password_common"),
        ("aaaaaaaaaaaaaaa", "password_common"),
        ("abababababababab", "password_common"),
        ("abcdefghijklmnop", "password_common"),
        ("987654321098765", "password_common"),
        ("１２３４５６７８９０１２", "password_common"),
    ],
)
def test_what_others_would_try_is_refused(password: str, code: str) -> None:
    assert code in refused(password)


def test_every_common_password_would_pass_the_other_rules() -> None:
    assert {p for p in passwords.common() if len(p) < passwords.SHORTEST or p != p.casefold()} == set()


async def test_a_password_fits_however_it_was_composed() -> None:
    kept = await Passwords(CHEAP).hashed("パスカルのガス灯と犬")
    assert await Passwords(CHEAP).fits(unicodedata.normalize("NFD", "パスカルのガス灯と犬"), kept)


async def test_another_password_does_not_fit_nor_does_any_where_none_was_kept() -> None:
    hashing = Passwords(CHEAP)
    kept = await hashing.hashed("seven blue gondolas")
    assert not await hashing.fits("seven blue gondolaz", kept)
    assert not await hashing.fits("a password that nobody has", None)


async def test_what_is_kept_is_argon2id_with_a_salt_of_its_own() -> None:
    hashing = Passwords(CHEAP)
    first, second = await hashing.hashed("seven blue gondolas"), await hashing.hashed("seven blue gondolas")
    assert first.startswith("$argon2id$")
    assert first != second


async def test_a_hash_of_other_parameters_is_outdated() -> None:
    kept = await Passwords(CHEAP).hashed("seven blue gondolas")
    assert not Passwords(CHEAP).outdated(kept)
    assert Passwords().outdated(kept)


async def test_a_flood_is_refused_once_the_queue_is_full() -> None:
    hashing = Passwords(CHEAP)
    flood = await asyncio.gather(*(hashing.hashed("seven") for _ in range(MOST_WAITING + 10)), return_exceptions=True)
    assert sum(isinstance(one, Unavailable) for one in flood) == 10
    assert (await hashing.hashed("seven")).startswith("$argon2id$")
