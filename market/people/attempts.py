"""Back-off at the door: for each address of e-mail, known or not, and for each address on the network.

An attempt counts before its outcome is known, so twenty at once are twenty. From the one that uses up what is free
each failure doubles the wait, from 30 seconds to 15 minutes; a day without one forgets. Because the rows stand for
what was typed and not for whom we know, the answer tells nobody who is known here. A browser where the address was
let in before has a row of its own instead: nobody is kept out of it by what others typed.
"""

import hashlib
from uuid import UUID

import structlog

from market.people import browsers
from market.people.errors import TooManyAttempts
from market.people.structs import Visitor
from specs.kit.tenancy import Database

log = structlog.get_logger(__name__)

OF_PERSON = 5
# an office of many sits behind one
OF_ADDRESS = 30


class Attempt:
    """One attempt: `begin` before anything is compared, `passed` in any case that it was right."""

    def __init__(self, keys: dict[bytes, int]) -> None:
        self._keys, self._free = list(keys), list(keys.values())

    async def begin(self, database: Database) -> None:
        """In a transaction of its own, so that no lock is held while a password is hashed. Raises TooManyAttempts."""
        async with database.work(None) as work:
            until = await work.connection.fetchval(
                "select sign_in_attempted($1, $2, $3)", self._keys, self._free, work.at
            )
            if until is not None:
                log.warning("people.locked", until=until.isoformat())
                raise TooManyAttempts({"retry_after": max(1, int((until - work.at).total_seconds() + 0.999))})

    async def passed(self, database: Database) -> None:
        """The person's failures are forgotten, and the network address has one fewer."""
        async with database.work(None) as work:
            await work.connection.execute("select sign_in_passed($1, $2)", self._keys, self._free)


def password(secret: bytes, email: str, visitor: Visitor) -> Attempt:
    """To sign in with a password."""
    browser = browsers.known(secret, email, visitor.browser)
    if browser is not None:
        return Attempt({_key("browser", browser): OF_PERSON})
    return Attempt({_key("email", email.lower()): OF_PERSON, _key("address", visitor.address): OF_ADDRESS})


def code(person: UUID, address: str) -> Attempt:
    """To pass the second factor."""
    return Attempt({_key("code", str(person)): OF_PERSON, _key("address", address): OF_ADDRESS})


def _key(kind: str, value: str) -> bytes:
    return hashlib.sha256(f"{kind}\0{value}".encode()).digest()
