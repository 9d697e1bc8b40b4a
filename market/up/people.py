"""`admin invite` and `admin sign-in-link`: the operator's way to let somebody in."""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from uuid import UUID

import asyncpg
import msgspec

from market.adapters.db import open_database
from market.commands.documents import told
from market.commands.errors import CommandError, InputError
from market.parties.structs import UserDraft, UserRole
from market.people import founding
from market.people.founding import Forget
from market.people.inviting import Handed
from market.up.installation import Installation, reached
from specs.kit.errors import Invalid, NotFound, Refusal
from specs.kit.tenancy import Database

Making = Callable[[Database], Awaitable[Handed]]


def invite(data: Path, environment: Mapping[str, str], organisation: UUID, *, email: str, name: str, role: str) -> None:
    """Print the link as one JSON document."""
    draft = _draft(email, name, role)
    _print(data, environment, lambda database: founding.invite(database, organisation, draft), "organisation")


def let_in(data: Path, environment: Mapping[str, str], email: str, organisation: UUID | None, forget: Forget) -> None:
    """Print the link as one JSON document."""
    _print(data, environment, lambda database: founding.let_in(database, email, organisation, forget), "such user")


def _print(data: Path, environment: Mapping[str, str], making: Making, missing: str) -> None:
    with reached(data, environment) as (installation, started):
        try:
            handed = asyncio.run(_made(installation, making, migrate=started))
        except NotFound:
            raise CommandError(f"there is no {missing}") from None
        except Invalid as refused:
            raise InputError(
                [f"-{fault.pointer.replace('/', '-')}: {fault.code}" for fault in refused.faults]
            ) from None
        except Refusal as refused:
            raise CommandError(refused.title) from None
    sys.stdout.buffer.write(msgspec.json.format(msgspec.json.encode(handed), indent=2) + b"\n")


async def _made(installation: Installation, making: Making, *, migrate: bool) -> Handed:
    if migrate:
        await installation.migrate()
    settings = installation.settings
    try:
        database = await open_database(settings.database_url, settings.secret, most=1)
        try:
            return await making(database)
        finally:
            await database.close()
    except (OSError, asyncpg.PostgresError) as error:
        raise CommandError(f"the database refused: {error}") from error


def _draft(email: str, name: str, role: str) -> UserDraft:
    roles = [known.value for known in UserRole]
    if role not in roles:
        raise InputError([f"--role: must be one of {', '.join(roles)}"])
    try:
        return msgspec.convert({"email": email.strip(), "name": name.strip(), "role": role}, UserDraft)
    except msgspec.ValidationError as error:
        pointer, reason = told(str(error))
        raise InputError([f"-{pointer.replace('/', '-')}: {reason}" if pointer else reason]) from error
