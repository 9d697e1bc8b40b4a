"""SQL about the second factor of the person that the transaction has become."""

from typing import Any
from uuid import UUID

from specs.kit.tenancy import Work

Row = Any


async def offer(work: Work, person: UUID, sealed: bytes) -> bytes | None:
    """The secret that waits to be confirmed, this one where none does; None where one is confirmed."""
    kept: bytes | None = await work.connection.fetchval(
        """update person set totp_secret = coalesce(totp_secret, $2) where id = $1 and totp_confirmed_at is null
           returning totp_secret""",
        *(person, sealed),
    )
    return kept


async def secret(work: Work, person: UUID, *, confirmed: bool) -> bytes | None:
    """The sealed secret, confirmed or waiting to be."""
    kept: bytes | None = await work.connection.fetchval(
        "select totp_secret from person where id = $1 and (totp_confirmed_at is not null) = $2", person, confirmed
    )
    return kept


async def standing(work: Work, person: UUID) -> Row:
    """Since when a second factor is asked for, how many recovery codes are left, and whether there is a password."""
    return await work.connection.fetchrow(
        """select totp_confirmed_at, cardinality(recovery) as recovery_left, password_hash is not null as has_password
           from person where id = $1""",
        person,
    )


async def confirm(work: Work, person: UUID, counter: int, recovery: list[bytes]) -> bool:
    """False where it was confirmed meanwhile."""
    done = await work.connection.fetchval(
        """update person set totp_confirmed_at = $2, totp_counter = $3, recovery = $4
           where id = $1 and totp_confirmed_at is null returning id""",
        *(person, work.at, counter, recovery),
    )
    return done is not None


async def count(work: Work, person: UUID, counter: int) -> bool:
    """Each step's code passes once, and none before it afterwards (RFC 6238 5.2)."""
    done = await work.connection.fetchval(
        "update person set totp_counter = $2 where id = $1 and totp_counter < $2 returning id", person, counter
    )
    return done is not None


async def spend(work: Work, person: UUID, digest: bytes) -> bool:
    """True for the first to use that recovery code."""
    done = await work.connection.fetchval(
        """update person set recovery = array_remove(recovery, $2) where id = $1 and $2 = any (recovery)
           returning id""",
        *(person, digest),
    )
    return done is not None


async def drop(work: Work, person: UUID) -> None:
    """As if there had never been one; the steps that passed stay passed."""
    await work.connection.execute(
        "update person set totp_secret = null, totp_confirmed_at = null, recovery = '{}' where id = $1", person
    )
