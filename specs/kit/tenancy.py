"""The unit of work: one transaction, in one tenant, under one role.

The tenant and the role are set for the transaction only. Connections go back to the pool without a reset
query, which is safe because nothing here ever changes the session.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import asyncpg

from specs.kit import clock
from specs.kit.errors import Unavailable

ACQUIRE_SECONDS = 2.0
# a pool may hold connections that died with the server; each attempt drops one
ATTEMPTS = 3
# no connection, or one that broke
LOST = (
    asyncpg.InterfaceError,
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.TooManyConnectionsError,
    # how asyncpg says that the server went away between two answers (MagicStack/asyncpg#784, #1069)
    asyncpg.InternalClientError,
    OSError,
)
# said by a server that ends the session, perhaps before the socket is closed
ENDED = (
    asyncpg.PostgresConnectionError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.InternalClientError,
)
# the same work may succeed when it is tried again: time-outs, deadlocks, plans from before a migration
PASSING = (
    asyncpg.QueryCanceledError,
    asyncpg.LockNotAvailableError,
    asyncpg.DeadlockDetectedError,
    asyncpg.InvalidCachedStatementError,
)


class Role(StrEnum):
    """Whose policies hold in a transaction."""

    TENANT = "capillary_app"
    ENGINE = "capillary_engine"
    COORDINATOR = "capillary_coordinator"
    COUNTERPARTY = "capillary_counterparty"


class Work:
    """One open transaction, or one that `begin` opens. `at` is its instant, `actor` the key or user that asked."""

    __slots__ = ("actor", "at", "begun", "connection", "request_id", "secret", "tenant")

    def __init__(
        self,
        connection: Any,
        tenant: UUID | None,
        secret: bytes,
        *,
        at: datetime,
        actor: UUID | None = None,
        request_id: str | None = None,
        begun: bool = True,
    ) -> None:
        self.begun = begun
        self.connection = connection
        self.tenant = tenant
        self.secret = secret
        self.at = at
        self.actor = actor
        self.request_id = request_id

    @property
    def owner(self) -> UUID:
        """The tenant of a piece of work that must have one."""
        if self.tenant is None:
            raise RuntimeError("this work was opened without a tenant")
        return self.tenant

    async def begin(self) -> None:
        """Open the transaction where the work was taken up without one, else nothing."""
        if not self.begun:
            self.begun = True
            await self.connection.execute(opening(self.tenant, Role.TENANT))

    async def as_role(self, role: Role) -> None:
        """Go on under another role's policies until the transaction ends."""
        await self.connection.execute(f"set local role {role.value}")


class Database:
    """The pool and the secret that signs cursors; opened once by a root."""

    def __init__(self, pool: Any, secret: bytes) -> None:
        self.pool = pool
        self.secret = secret

    @asynccontextmanager
    async def work(
        self,
        tenant: UUID | None,
        *,
        role: Role = Role.TENANT,
        actor: UUID | None = None,
        request_id: str | None = None,
        at: datetime | None = None,
        begin: bool = True,
    ) -> AsyncIterator[Work]:
        """Commits when the block ends, rolls back when it raises.

        Without `begin` it is for a single statement that sets the tenant itself, and so is its own transaction.
        Raises Unavailable when no connection comes, when it breaks, and where trying again may help. After a
        connection broke during the commit nobody knows the outcome: that is what idempotency keys are for.
        """
        connection = await self._begun(opening(tenant, role)) if begin else await self._acquired()
        work = Work(
            connection, tenant, self.secret, at=at or clock.now(), actor=actor, request_id=request_id, begun=begin
        )
        try:
            yield work
            if work.begun:
                await connection.execute("commit")
        except BaseException as error:
            broken = isinstance(error, (*PASSING, *ENDED)) or (isinstance(error, LOST) and _gone(connection))
            if isinstance(error, asyncpg.InternalClientError):
                # its protocol is out of step: neither rollback nor release could speak to it
                with suppress(asyncpg.InterfaceError):
                    connection.terminate()
            # shielded, so that a cancelled request leaks no connection; the pool shields its own release
            await asyncio.shield(self._abandon(connection))
            if broken:
                raise Unavailable from error
            raise
        await self.pool.release(connection)

    async def glance(self, statement: str, *values: Any) -> Any | None:
        """One row, or None, in one round trip: for functions that set the tenant of their own transaction.

        Raises Unavailable. A connection that died with the server is tried again: a read may be.
        """
        for attempt in range(1, ATTEMPTS + 1):
            connection = await self._acquired()
            try:
                return await connection.fetchrow(statement, *values)
            except (*LOST, *PASSING) as lost:
                if attempt == ATTEMPTS:
                    raise Unavailable from lost
            finally:
                await self.pool.release(connection)
        raise Unavailable

    async def _abandon(self, connection: Any) -> None:
        """Roll back; where that fails the release resets or closes the connection."""
        with suppress(asyncpg.PostgresError, TimeoutError, *LOST):
            await connection.execute("rollback", timeout=ACQUIRE_SECONDS)
        await self.pool.release(connection)

    async def _acquired(self) -> Any:
        try:
            return await self.pool.acquire(timeout=ACQUIRE_SECONDS)
        except (TimeoutError, *LOST) as lost:
            raise Unavailable from lost

    async def _begun(self, statement: str) -> Any:
        for attempt in range(1, ATTEMPTS + 1):
            connection = await self._acquired()
            try:
                await connection.execute(statement)
            except LOST as lost:
                await self.pool.release(connection)
                if attempt == ATTEMPTS:
                    raise Unavailable from lost
            except BaseException:
                await self.pool.release(connection)
                raise
            else:
                return connection
        raise Unavailable

    async def close(self) -> None:
        """Wait for the work in hand, then close every connection."""
        await self.pool.close()


def _gone(connection: Any) -> bool:
    """A broken connection leaves the pool by itself, and then refuses even this question."""
    try:
        closed: bool = connection.is_closed()
    except asyncpg.InterfaceError:
        return True
    return closed


def opening(tenant: UUID | None, role: Role) -> str:
    """Begin, tenant and role in one round trip; a UUID and an enum cannot carry SQL."""
    text = "begin"
    if tenant is not None:
        text += f"; select set_config('app.tenant_id', '{tenant}', true)"
    if role is not Role.TENANT:
        text += f"; set local role {role.value}"
    return text
