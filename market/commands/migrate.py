"""`capillary migrate`: the newest schema, as the owner."""

import asyncio
from collections.abc import Mapping

import asyncpg

from market.adapters.db import REFUSED, migrate
from market.commands.errors import DatabaseAwayError
from market.settings import POSTGRES_SCHEMES, Environment


def migrate_database(environment: Mapping[str, str]) -> None:
    """As DATABASE_OWNER_URL, else as DATABASE_URL where that role may."""
    read = Environment(environment)
    url = read.url("DATABASE_OWNER_URL", POSTGRES_SCHEMES) or read.required_url("DATABASE_URL", POSTGRES_SCHEMES)
    try:
        asyncio.run(migrate(url))
    except (OSError, asyncpg.PostgresConnectionError, *REFUSED) as error:
        raise DatabaseAwayError(error) from error
