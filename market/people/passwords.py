"""Passwords: argon2id (RFC 9106), hashed beside the event loop and few at a time.

One hash takes 64 MiB and about 50 ms of a core. A flood of sign-ins waits its turn, and is refused once the queue is
long, so that it eats neither the memory nor the threads that others need.
"""

import asyncio
import functools
import itertools
import unicodedata
from collections.abc import Callable
from importlib import resources
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from market.people.errors import WeakPassword
from matching.faults import Fault
from specs.kit.errors import Unavailable

SHORTEST, LONGEST = 12, 200
# of an address or a name, parts shorter than this are in too many words
TELLING = 4
AT_ONCE = 2
MOST_WAITING = 64
Result = TypeVar("Result")


class Passwords:
    """One for each process."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._waiting = 0
        # what an unknown address is compared with, for as long as a known one
        self._decoy = self._hasher.hash("a password that nobody has")

    async def hashed(self, password: str) -> str:
        """Raises Unavailable where too many wait."""
        return await self._in_turn(functools.partial(self._hasher.hash, normal(password)))

    async def fits(self, password: str, kept: str | None) -> bool:
        """Whether it is the password that was kept; without one it takes as long to say no. Raises Unavailable."""
        right = await self._in_turn(functools.partial(self._verify, kept or self._decoy, normal(password)))
        return right and kept is not None

    def outdated(self, kept: str) -> bool:
        """Whether a hash was made with other parameters than today's."""
        return self._hasher.check_needs_rehash(kept)

    def _verify(self, kept: str, password: str) -> bool:
        try:
            return self._hasher.verify(kept, password)
        except (VerificationError, InvalidHashError):
            return False

    async def _in_turn(self, work: Callable[[], Result]) -> Result:
        if self._waiting >= MOST_WAITING:
            raise Unavailable
        self._waiting += 1
        try:
            async with self._turns:
                # a caller who leaves must not let the next one in beside the thread that still hashes
                return await asyncio.shield(asyncio.get_running_loop().run_in_executor(None, work))
        finally:
            self._waiting -= 1


def normal(password: str) -> str:
    """The same characters however a keyboard composes them; cut where nobody types on."""
    return unicodedata.normalize("NFKC", password[: LONGEST * 4])


def check(password: str, email: str, name: str) -> None:
    """Raises WeakPassword with every reason: NIST SP 800-63B asks for length and for nothing that is easily guessed."""
    text = normal(password).casefold()
    faults = []
    if len(text) < SHORTEST:
        faults.append(Fault("/password", "password_short", {"limit": SHORTEST}))
    if len(text) > LONGEST:
        faults.append(Fault("/password", "password_long", {"limit": LONGEST}))
    told = {email, email.partition("@")[0], *name.split(), "capillary"}
    if any(len(part) >= TELLING and part.casefold() in text for part in told):
        faults.append(Fault("/password", "password_tells", {}))
    if len(set(text)) < TELLING or text in common() or _runs(text):
        faults.append(Fault("/password", "password_common", {}))
    if faults:
        raise WeakPassword(faults=faults)


def _runs(text: str) -> bool:
    """Whether every character follows the one before, as in abcdefghijkl and 109876543210."""
    steps = {ord(b) - ord(a) for a, b in itertools.pairwise(text)}
    return steps <= {1, -9} or steps <= {-1, 9}


@functools.cache
def common() -> frozenset[str]:
    """The commonest passwords that are long enough to pass otherwise."""
    text = resources.files("market.people").joinpath("common_passwords.txt").read_text(encoding="utf-8")
    return frozenset(line for line in text.splitlines() if line and not line.startswith("#"))
