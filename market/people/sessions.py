"""Sessions: opened by a sign-in, looked up at every request, ended by whoever has had enough."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from time import monotonic
from typing import Any
from uuid import UUID

from market.parties.remembered import Remembered
from market.parties.rights import SCOPES, effective
from market.parties.structs import OrganisationKind, Principal, UserRole
from market.people import queries, tokens
from market.people.structs import Membership, Session, Standing, Visitor
from specs.kit import audit, ids
from specs.kit.tenancy import Database, Work

# idle ones end after twelve hours: the function `sitting` says so
LIFETIME = timedelta(days=7)
AGENT_LENGTH = 120


class Sessions:
    """One for each process. `demanding` are the kinds whose people need a second factor."""

    def __init__(
        self, database: Database, demanding: frozenset[OrganisationKind], clock: Callable[[], float] = monotonic
    ) -> None:
        self._database = database
        self._demanding = demanding
        self._known = Remembered(self._look_up, clock)
        self.forget = self._known.forget

    async def find(self, token: str | None) -> Session | None:
        """The living session of a cookie; a change made by another process shows within a few seconds."""
        if token is None or not tokens.well_formed(token):
            return None
        return await self._known.find(tokens.digest(token))

    async def holds(self, session: Session) -> bool:
        """Whether what it opened may stay open: it still acts for that organisation, and has lost no right by it.

        Asking is no use of it: an open page keeps nobody signed in.
        """
        principal = session.principal
        async with self.acting(session) as work:
            row = await queries.seated(work, session.id, principal.user)
        if row is None or self._standing(row, principal.kind) is not session.standing:
            return False
        return row["verified"] or not principal.verified

    async def open(self, work: Work, person: UUID, user: UUID, visitor: Visitor) -> str:
        """The token of a new session, for the cookie; the one before ends. `work` acts for the user's tenant."""
        await self._leave(work, visitor.token)
        await queries.become(work, person)
        token, session = tokens.fresh(), ids.new_id()
        await queries.add_session(
            work,
            session,
            person=person,
            user=user,
            digest=tokens.digest(token),
            expires_at=work.at + LIFETIME,
            agent=_shortened(visitor.agent),
        )
        await audit.record(work, "sign_in", "session", session)
        return token

    async def end(self, session: Session, request_id: str | None = None) -> None:
        """Sign out; a second time changes nothing."""
        async with self.acting(session, request_id) as work:
            if await queries.end_session(work, session.id):
                await audit.record(work, "sign_out", "session", session.id)
        self.forget(session.id)

    async def renew(
        self, work: Work, session: Session, *, second_factor: bool = False, member: Membership | None = None
    ) -> str:
        """The same session under a new token, which is what a change of rights asks for; the old one is nobody's."""
        token = tokens.fresh()
        await queries.renew_session(
            work,
            session.id,
            digest=tokens.digest(token),
            second_factor=second_factor,
            tenant=member.tenant if member else session.principal.tenant,
            user=member.user if member else session.principal.user,
        )
        self.forget(session.id)
        return token

    @asynccontextmanager
    async def acting(self, session: Session, request_id: str | None = None) -> AsyncIterator[Work]:
        """One transaction as the person, in the organisation that they act for."""
        principal = session.principal
        async with self._database.work(principal.tenant, actor=principal.actor, request_id=request_id) as work:
            await queries.become(work, session.person)
            yield work

    async def _leave(self, work: Work, token: str | None) -> None:
        """A browser has one session; one of somebody else's at the same browser ends unseen."""
        former = await self.find(token)
        if former is not None:
            await queries.become(work, former.person)
            await queries.end_session(work, former.id)
            self.forget(former.id)

    async def _look_up(self, digest: bytes) -> Session | None:
        async with self._database.work(None) as work:
            row = await queries.sitting(work, digest)
            return None if row is None else self._session(row, work.secret)

    def _session(self, row: Any, secret: bytes) -> Session:
        kind, role = OrganisationKind(row["kind"]), UserRole(row["role"])
        return Session(
            id=row["id"],
            person=row["person_id"],
            email=row["email"],
            name=row["name"],
            language=row["language"],
            organisation=row["organisation"],
            standing=self._standing(row, kind),
            principal=Principal(
                tenant=row["tenant_id"],
                kind=kind,
                verified=row["verified"],
                key=row["id"],
                user=row["user_id"],
                role=role,
                scopes=effective(SCOPES[kind], kind, role),
            ),
            created_at=row["created_at"],
            expires_at=row["expires_at"],
            # of another organisation it is another: a page left open before a switch changes nothing after it
            form_token=tokens.form_token(secret, row["id"].bytes + row["tenant_id"].bytes),
        )

    def _standing(self, row: Any, kind: OrganisationKind) -> Standing:
        if row["totp_confirmed_at"] is None:
            return Standing.ENROL if kind in self._demanding else Standing.OPEN
        return Standing.CODE if row["second_factor_at"] is None else Standing.OPEN


def _shortened(agent: str) -> str:
    return "".join(c for c in agent if c.isprintable())[:AGENT_LENGTH]
