"""What a PostgreSQL that restarts, refuses or drops us looks like: nothing is wrong with the work, try again."""

import asyncpg
from asyncpg.exceptions import OperatorInterventionError

from specs.kit.errors import Unavailable

DATABASE_GONE = (
    OSError,
    TimeoutError,
    Unavailable,
    asyncpg.InterfaceError,
    asyncpg.PostgresConnectionError,
    asyncpg.InternalClientError,
    # shutting down, starting up, crashed
    OperatorInterventionError,
)
