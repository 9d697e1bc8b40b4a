"""From a key to its principal, remembered for a few seconds so that busy callers cost no query."""

import time
from collections.abc import Callable

from market.parties import secrets
from market.parties.remembered import Remembered
from market.parties.rights import effective
from market.parties.structs import OrganisationKind, Principal, Scope, UserRole
from specs.kit.tenancy import Database


class Authenticator:
    """A key revoked by another process works for a few seconds more in this one."""

    def __init__(self, database: Database, clock: Callable[[], float] = time.monotonic) -> None:
        self._database = database
        self._known = Remembered(self._look_up, clock)
        self.forget = self._known.forget

    async def authenticate(self, key: str) -> Principal | None:
        """The caller, or None for anything that is not a living key."""
        return await self._known.find(secrets.digest(key)) if secrets.well_formed(key) else None

    async def _look_up(self, digest: bytes) -> Principal | None:
        async with self._database.work(None) as work:
            row = await work.connection.fetchrow(
                "select tenant_id, kind, verified, key_id, user_id, role, scopes from authenticate($1)", digest
            )
        if row is None:
            return None
        kind, role = OrganisationKind(row["kind"]), UserRole(row["role"]) if row["role"] else None
        return Principal(
            tenant=row["tenant_id"],
            kind=kind,
            verified=row["verified"],
            key=row["key_id"],
            user=row["user_id"],
            role=role,
            scopes=effective(frozenset(Scope(s) for s in row["scopes"]), kind, role),
        )
