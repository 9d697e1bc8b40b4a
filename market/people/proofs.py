"""That it is still the person who sits there: asked for anew by whatever changes how they sign in.

The present password, where there is one. Who has none came by a one-time link: one that has just been used is proof
enough to set up what is not there yet, but not to give up the second factor; after that, a code of the second factor.
"""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

import msgspec

from market.people import attempts, code_checks, factor_queries, queries
from market.people.errors import NotJustOpened, WrongCode, WrongPassword
from market.people.passwords import Passwords
from market.people.sessions import Sessions
from market.people.structs import Session, Visitor
from specs.kit.tenancy import Database

# since the link was used: long enough to read the page and to find the telephone
JUST: Final = timedelta(minutes=10)


class Asked(StrEnum):
    """By what the person is known again; `LINK` that none of it is at hand, and a new link must be used."""

    PASSWORD = "password"  # noqa: S105 - the name of a kind of proof
    CODE = "code"
    NOTHING = "nothing"
    LINK = "link"


class Given(msgspec.Struct, frozen=True):
    """What was typed; which of it counts is not for the visitor to choose."""

    password: str = ""
    code: str = ""


class Proofs:
    """One for each process."""

    def __init__(self, database: Database, sessions: Sessions, hashing: Passwords) -> None:
        self._database = database
        self._sessions = sessions
        self._hashing = hashing

    async def to_set(self, session: Session, given: Given, visitor: Visitor) -> None:
        """A password, or a second factor. Raises WrongPassword, WrongCode, NotJustOpened, TooManyAttempts."""
        async with self._sessions.acting(session) as work:
            asked = to_set(session, await factor_queries.standing(work, session.person), work.at)
        await self._check(asked, session, given, visitor)

    async def to_drop(self, session: Session, given: Given, visitor: Visitor) -> None:
        """The second factor. Raises as `to_set`."""
        async with self._sessions.acting(session) as work:
            asked = to_drop(await factor_queries.standing(work, session.person))
        await self._check(asked, session, given, visitor)

    async def _check(self, asked: Asked, session: Session, given: Given, visitor: Visitor) -> None:
        match asked:
            case Asked.PASSWORD:
                await self._password(session, given.password, visitor)
            case Asked.CODE:
                await self._code(session, given.code, visitor)
            case Asked.LINK:
                raise NotJustOpened({"minutes": int(JUST.total_seconds() // 60)})

    async def _password(self, session: Session, password: str, visitor: Visitor) -> None:
        attempt = attempts.password(self._database.secret, session.email, visitor)
        await attempt.begin(self._database)
        async with self._sessions.acting(session) as work:
            kept = await queries.password_hash(work, session.person)
        if not await self._hashing.fits(password, kept):
            raise WrongPassword
        await attempt.passed(self._database)

    async def _code(self, session: Session, code: str, visitor: Visitor) -> None:
        attempt = attempts.code(session.person, visitor.address)
        await attempt.begin(self._database)
        async with self._sessions.acting(session, visitor.request_id) as work:
            if not await code_checks.passes(work, session.person, code):
                raise WrongCode
        await attempt.passed(self._database)


def to_set(session: Session, standing: factor_queries.Row, at: datetime) -> Asked:
    """What setting a password, or a second factor, asks for; a session without a password was opened by a link."""
    if standing["has_password"]:
        return Asked.PASSWORD
    if at - session.created_at <= JUST:
        return Asked.NOTHING
    return to_drop(standing)


def to_drop(standing: factor_queries.Row) -> Asked:
    """What giving up the second factor asks for."""
    if standing["has_password"]:
        return Asked.PASSWORD
    return Asked.LINK if standing["totp_confirmed_at"] is None else Asked.CODE
