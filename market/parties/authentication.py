"""From a key to its principal, remembered for a few seconds so that busy callers cost no query."""

import time
from collections import OrderedDict
from collections.abc import Callable
from uuid import UUID

from market.parties import secrets
from market.parties.rights import effective
from market.parties.structs import OrganisationKind, Principal, Scope, UserRole
from specs.kit.tenancy import Database

SECONDS = 5.0
MOST = 10_000


class Authenticator:
    """A key revoked by another process works for at most `SECONDS` more in this one; unknown ones are not kept."""

    def __init__(self, database: Database, clock: Callable[[], float] = time.monotonic) -> None:
        self._database = database
        self._clock = clock
        self._known: OrderedDict[bytes, tuple[float, Principal]] = OrderedDict()
        self._forgotten: dict[UUID, float] = {}

    def forget(self, key: UUID) -> None:
        """Look the key up at every use until nothing learnt before its revocation can still be remembered."""
        now = self._clock()
        self._forgotten = {k: until for k, until in self._forgotten.items() if until > now} | {key: now + SECONDS}

    async def authenticate(self, key: str) -> Principal | None:
        """The caller, or None for anything that is not a living key."""
        if not secrets.well_formed(key):
            return None
        digest = secrets.digest(key)
        found = self._known.get(digest)
        if found is not None and found[0] > self._clock() and found[1].key not in self._forgotten:
            return found[1]
        self._known.pop(digest, None)
        principal = await self._look_up(digest)
        if principal is not None and principal.key not in self._forgotten:
            self._known[digest] = (self._clock() + SECONDS, principal)
            if len(self._known) > MOST:
                self._known.popitem(last=False)
        return principal

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
