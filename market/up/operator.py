"""`admin` and `demo`: what the operator does to an installation, running or not."""

import asyncio
import sys
from collections.abc import Mapping
from pathlib import Path

import asyncpg
import msgspec

from market import storage
from market.adapters.db import open_database, schema_version
from market.commands.documents import told
from market.commands.errors import CommandError, InputError
from market.demo.keys import KEYS_FILE
from market.demo.report import DemoReport
from market.migrations import HEAD
from market.parties.founding import create_organisation
from market.parties.structs import NewOrganisation, OrganisationDraft, OrganisationKind
from market.up import welcome
from market.up.installation import Installation, reached
from specs.catalogue.loader import catalogue


def create(
    data: Path, environment: Mapping[str, str], *, kind: str, name: str, prefecture: str | None, verified: bool
) -> None:
    """Print the new organisation, its key included, as one JSON document; the key is shown nowhere again."""
    draft = _draft(kind, name, prefecture)
    with reached(data, environment) as (installation, started):
        founded = asyncio.run(_founded(installation, draft, verified=verified, migrate=started))
    sys.stdout.buffer.write(msgspec.json.format(msgspec.json.encode(founded), indent=2) + b"\n")


def load_demo(data: Path, environment: Mapping[str, str]) -> None:
    """Load the demo, or find it loaded; show its matches and keys."""
    with reached(data, environment) as (installation, started):
        report = asyncio.run(loaded(installation, migrate=started))
    welcome.story(report)
    welcome.keys(report, None, installation)
    welcome.doors(report, None)


async def loaded(installation: Installation, *, migrate: bool = False) -> DemoReport:
    """The demo, through the services that every party uses; a second time changes nothing."""
    from market.demo.load import load  # noqa: PLC0415 - only the demo needs every service, and the solver

    if migrate:
        await installation.migrate()
    settings = installation.settings
    try:
        owner = await asyncpg.connect(installation.owner_url, timeout=10)
        try:
            database = await open_database(settings.database_url, settings.secret, most=2)
            try:
                keys_file = installation.folder.path / KEYS_FILE
                return await load(database, owner, keys_file, contents=storage.contents(settings))
            finally:
                await database.close()
        finally:
            await owner.close()
    except (OSError, asyncpg.PostgresError) as error:
        raise CommandError(f"the database refused: {error}") from error


def _draft(kind: str, name: str, prefecture: str | None) -> OrganisationDraft:
    kinds = [known.value for known in OrganisationKind]
    if kind not in kinds:
        raise InputError([f"--kind: must be one of {', '.join(kinds)}"])
    if prefecture is not None and prefecture not in catalogue().prefectures:
        raise InputError([f"--prefecture: {prefecture!r} is no prefecture; write it as JP-13"])
    if not name.strip() or not name.isprintable():
        raise InputError(["--name: must be a printable text"])
    given = {"kind": kind, "name": name.strip(), "prefecture": prefecture}
    try:
        return msgspec.convert({k: v for k, v in given.items() if v is not None}, OrganisationDraft)
    except msgspec.ValidationError as error:
        pointer, reason = told(str(error))
        raise InputError([f"-{pointer.replace('/', '-')}: {reason}" if pointer else reason]) from error


async def _founded(
    installation: Installation, draft: OrganisationDraft, *, verified: bool, migrate: bool
) -> NewOrganisation:
    if migrate:
        await installation.migrate()
    try:
        connection = await asyncpg.connect(installation.owner_url, timeout=10)
        try:
            if await schema_version(connection) != HEAD:
                raise CommandError("the database has another schema than this program; run `capillary migrate`")
            return await create_organisation(connection, draft, verified=verified)
        finally:
            await connection.close()
    except (OSError, asyncpg.PostgresError) as error:
        raise CommandError(f"the database refused: {error}") from error
