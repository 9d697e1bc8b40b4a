"""The second factor: offered, confirmed by a first code, asked for at every sign-in."""

import msgspec

from market.people import attempts, codes, factor_queries, sealing
from market.people.errors import WrongCode
from market.people.sessions import Sessions
from market.people.structs import Session, Standing, Visitor
from specs.kit import audit
from specs.kit.tenancy import Database, Work


class Offered(msgspec.Struct, frozen=True):
    """What the app is told: as a picture, and as a text to type."""

    picture: str
    typed: str


class Confirmed(msgspec.Struct, frozen=True):
    """The session's new token, and the recovery codes at the one moment when they are shown."""

    token: str
    recovery: tuple[str, ...]


class Factors:
    """One for each process."""

    def __init__(self, database: Database, sessions: Sessions) -> None:
        self._database = database
        self._sessions = sessions

    async def offered(self, session: Session) -> Offered | None:
        """The same until it is confirmed; None where there is a second factor already."""
        async with self._sessions.acting(session) as work:
            sealed = await factor_queries.offer(
                work, session.person, sealing.seal(work.secret, session.person, codes.fresh())
            )
            if sealed is None:
                return None
            secret = sealing.unseal(work.secret, session.person, sealed)
        return Offered(codes.picture(secret, session.email), codes.typed(secret))

    async def confirm(self, session: Session, code: str, visitor: Visitor) -> Confirmed:
        """From now on it is asked for; this session has passed. Raises WrongCode, TooManyAttempts."""
        attempt = attempts.code(session.person, visitor.address)
        await attempt.begin(self._database)
        recovery = codes.recovery_codes()
        async with self._sessions.acting(session, visitor.request_id) as work:
            counter = await self._counter(work, session, code, confirmed=False)
            kept = [codes.recovery_digest(work.secret, one) for one in recovery]
            if counter is None or not await factor_queries.confirm(work, session.person, counter, kept):
                raise WrongCode
            await audit.record(work, "confirm", "second_factor", session.person)
            token = await self._sessions.renew(work, session, second_factor=True)
        await attempt.passed(self._database)
        self._sessions.forget(session.id)
        return Confirmed(token, recovery)

    async def answer(self, session: Session, code: str, visitor: Visitor) -> str:
        """The session's new token: a code of the app, or a recovery code, each once. Raises as `confirm`."""
        attempt = attempts.code(session.person, visitor.address)
        await attempt.begin(self._database)
        async with self._sessions.acting(session, visitor.request_id) as work:
            if session.standing is not Standing.CODE or not await self._right(work, session, codes.plain(code)):
                raise WrongCode
            token = await self._sessions.renew(work, session, second_factor=True)
        await attempt.passed(self._database)
        self._sessions.forget(session.id)
        return token

    async def _right(self, work: Work, session: Session, code: str) -> bool:
        if codes.is_totp(code):
            counter = await self._counter(work, session, code, confirmed=True)
            return counter is not None and await factor_queries.count(work, session.person, counter)
        spent = await factor_queries.spend(work, session.person, codes.recovery_digest(work.secret, code))
        if spent:
            await audit.record(work, "spend", "recovery_code", session.person)
        return spent

    @staticmethod
    async def _counter(work: Work, session: Session, code: str, *, confirmed: bool) -> int | None:
        sealed = await factor_queries.secret(work, session.person, confirmed=confirmed)
        if sealed is None:
            return None
        return codes.counter_of(sealing.unseal(work.secret, session.person, sealed), codes.plain(code), work.at)
