"""Rules that the database itself keeps: broken on purpose, and counted, so that none is left out."""

from collections.abc import Sequence
from typing import Any, Final

import asyncpg
import pytest

from tests.support.market import Market

CHECK = asyncpg.CheckViolationError
UNIQUE = asyncpg.UniqueViolationError
FOREIGN = asyncpg.ForeignKeyViolationError
NULL = asyncpg.NotNullViolationError

# names of the constraints that the tests of this process have met
BROKEN: Final[set[str]] = set()
# tables whose rules have a module of their own: of the life of a deal, of samples, and of people
DEALT: Final = (
    "deal",
    "deal_leg",
    "deal_lot",
    "offer",
    "review",
    "review_policy",
    "delivery",
    "claim",
)
SAMPLED: Final = ("sample", "sample_result")
PEOPLED: Final = ("person", "console_session", "sign_in_link", "sign_in_attempt")


async def breaks(market: Market, error: type[Exception], statement: str, *values: Any) -> None:
    """By someone whom no policy stops."""
    async with market.superuser() as connection:
        with pytest.raises(error) as broken:
            await connection.execute(statement, *values)
    BROKEN.add(getattr(broken.value, "constraint_name", ""))


async def unbroken(market: Market, tables: Sequence[str] = ()) -> set[str]:
    """Checks of these tables, or of all that have no module of their own, that no test has broken yet."""
    async with market.superuser() as connection:
        rows = await connection.fetch(
            """select conname from pg_constraint where contype = 'c' and connamespace = 'public'::regnamespace
               and (conrelid::regclass::text = any ($1)) = $2""",
            tables or (*DEALT, *SAMPLED, *PEOPLED),
            bool(tables),
        )
    return {row[0] for row in rows} - BROKEN
