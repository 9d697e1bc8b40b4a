"""The second factor: offered, confirmed by a first code, asked for at every sign-in."""

import msgspec

from market.people import attempts, code_checks, codes, factor_queries, sealing
from market.people.errors import WrongCode
from market.people.proofs import Asked, Given, Proofs, to_set
from market.people.sessions import Sessions
from market.people.structs import Session, Standing, Visitor
from specs.kit import audit
from specs.kit.tenancy import Database


class Offered(msgspec.Struct, frozen=True):
    """What the app is told: as a picture, and as a text to type; and what confirming it asks for."""

    picture: str
    typed: str
    asked: Asked


class Confirmed(msgspec.Struct, frozen=True):
    """The session's new token, and the recovery codes at the one moment when they are shown."""

    token: str
    recovery: tuple[str, ...]


class Factors:
    """One for each process."""

    def __init__(self, database: Database, sessions: Sessions, proofs: Proofs) -> None:
        self._database = database
        self._sessions = sessions
        self._proofs = proofs

    async def offered(self, session: Session) -> Offered | None:
        """The same until it is confirmed; None where there is a second factor already."""
        async with self._sessions.acting(session) as work:
            sealed = await factor_queries.offer(
                work, session.person, sealing.seal(work.secret, session.person, codes.fresh())
            )
            if sealed is None:
                return None
            secret = sealing.unseal(work.secret, session.person, sealed)
            asked = to_set(session, await factor_queries.standing(work, session.person), work.at)
        return Offered(codes.picture(secret, session.email), codes.typed(secret), asked)

    async def confirm(self, session: Session, code: str, given: Given, visitor: Visitor) -> Confirmed:
        """From now on it is asked for; this session has passed.

        Raises WrongCode, WrongPassword, NotJustOpened, TooManyAttempts.
        """
        await self._proofs.to_set(session, given, visitor)
        attempt = attempts.code(session.person, visitor.address)
        await attempt.begin(self._database)
        recovery = codes.recovery_codes()
        async with self._sessions.acting(session, visitor.request_id) as work:
            counter = await code_checks.counter_of(work, session.person, code, confirmed=False)
            kept = [codes.recovery_digest(work.secret, one) for one in recovery]
            if counter is None or not await factor_queries.confirm(work, session.person, counter, kept):
                raise WrongCode
            await audit.record(work, "confirm", "second_factor", session.person)
            token = await self._sessions.renew(work, session, second_factor=True)
        await attempt.passed(self._database)
        self._sessions.forget(session.id)
        return Confirmed(token, recovery)

    async def answer(self, session: Session, code: str, visitor: Visitor) -> str:
        """The session's new token: for a code of the app, or a recovery code, each once.

        Raises WrongCode, TooManyAttempts.
        """
        attempt = attempts.code(session.person, visitor.address)
        await attempt.begin(self._database)
        async with self._sessions.acting(session, visitor.request_id) as work:
            if session.standing is not Standing.CODE or not await code_checks.passes(work, session.person, code):
                raise WrongCode
            token = await self._sessions.renew(work, session, second_factor=True)
        await attempt.passed(self._database)
        self._sessions.forget(session.id)
        return token
