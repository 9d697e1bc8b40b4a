"""PostgreSQL: the pool, what is refused at start-up, and the migrations."""

from importlib.resources import files
from typing import Any

import asyncpg

from market.migrations import HEAD
from specs.kit.tenancy import Database

OWNER = "capillary_owner"
# any constant: two processes that migrate at once take turns
MIGRATION_LOCK = 0x6361_7069
# a server that answers and lets nobody in: waiting would not help
REFUSED = (asyncpg.InvalidAuthorizationSpecificationError, asyncpg.InvalidCatalogNameError)


class StartupRefusedError(RuntimeError):
    """The database, or the role that we log in as, would break a promise."""


class Connection(asyncpg.Connection):  # type: ignore[misc]  # asyncpg ships no types
    """No reset query on release: nothing sets anything beyond its own transaction."""

    __slots__ = ()

    def get_reset_query(self) -> str:
        return ""


async def open_database(dsn: str, secret: str | bytes, *, most: int = 16, least: int = 1) -> Database:
    """Connect as `capillary_app` and refuse what is unsafe. Raises StartupRefusedError."""
    pool = await asyncpg.create_pool(
        dsn,
        min_size=least,
        max_size=most,
        connection_class=Connection,
        server_settings={
            "application_name": "capillary",
            "jit": "off",
            "statement_timeout": "20s",
            "idle_in_transaction_session_timeout": "30s",
            "timezone": "UTC",
        },
    )
    try:
        async with pool.acquire() as connection:
            await check(connection)
    except BaseException:
        await pool.close()
        raise
    return Database(pool, secret.encode() if isinstance(secret, str) else secret)


async def check(connection: Any) -> None:
    """Refuse a role above row-level security, commits that are not durable, and another schema than ours."""
    role = await connection.fetchrow(
        """select r.rolname, r.rolsuper, r.rolbypassrls,
                  exists (select from pg_class c where c.relowner = r.oid and c.relkind in ('r', 'p', 'v', 'm', 'S')
                          and c.relnamespace = 'public'::regnamespace) as owns,
                  exists (select from pg_roles o where o.rolname = $1
                          and pg_has_role(r.oid, o.oid, 'member')) as is_owner,
                  current_setting('synchronous_commit') as durable
           from pg_roles r where r.rolname = session_user""",
        OWNER,
    )
    if role["rolsuper"] or role["rolbypassrls"]:
        raise StartupRefusedError(f"role {role['rolname']} bypasses row-level security; log in as capillary_app")
    if role["owns"] or role["is_owner"]:
        raise StartupRefusedError(f"role {role['rolname']} owns the tables; log in as capillary_app")
    if role["durable"] == "off":
        raise StartupRefusedError("synchronous_commit is off: acknowledged writes could be lost")
    found = await schema_version(connection)
    if found is None:
        raise StartupRefusedError("the database has no schema yet; run `capillary migrate`")
    if found != HEAD:
        raise StartupRefusedError(f"the schema is at {found}, this program needs {HEAD}; run `capillary migrate`")


async def schema_version(connection: Any) -> str | None:
    """The migration that the database is at, None before the first."""
    if await connection.fetchval("select to_regclass('public.alembic_version')") is None:
        return None
    version: str | None = await connection.fetchval("select version_num from alembic_version")
    return version


async def migrate(dsn: str, target: str = "head") -> None:
    """Bring the schema to `target` (a revision older than the current one downgrades).

    Logs in with an owner's or administrator's DSN; makes the roles where it may. Two at once take turns.
    """
    guard = await asyncpg.connect(dsn)
    try:
        await guard.execute(f"select pg_advisory_lock({MIGRATION_LOCK})")
        await _ensure_roles(guard)
        await _run(dsn, target, await schema_version(guard))
    finally:
        await guard.close()


async def _ensure_roles(connection: Any) -> None:
    may_create = await connection.fetchval(
        "select rolsuper or rolcreaterole from pg_roles where rolname = session_user"
    )
    if may_create:
        await connection.execute((files("market.migrations") / "roles.sql").read_text())
    elif not await connection.fetchval(
        "select exists (select from pg_roles where rolname = $1) and pg_has_role(session_user, $1, 'member')", OWNER
    ):
        raise StartupRefusedError(f"this login is not {OWNER} and may not create roles")


async def _run(dsn: str, target: str, current: str | None) -> None:
    # imported here: serving and working never need them, and the command line starts faster
    from alembic import command  # noqa: PLC0415 - see above
    from alembic.config import Config  # noqa: PLC0415 - see above
    from sqlalchemy import Connection as SyncConnection  # noqa: PLC0415 - see above
    from sqlalchemy.ext.asyncio import create_async_engine  # noqa: PLC0415 - see above
    from sqlalchemy.pool import NullPool  # noqa: PLC0415 - see above

    async def connect() -> Any:
        connection = await asyncpg.connect(dsn)
        await connection.execute(f"set role {OWNER}")
        return connection

    def run(connection: SyncConnection) -> None:
        config = Config()
        config.set_main_option("script_location", "market:migrations")
        config.attributes["connection"] = connection
        back = target == "base" or (target != "head" and current is not None and target < current)
        (command.downgrade if back else command.upgrade)(config, target)

    engine = create_async_engine("postgresql+asyncpg://", async_creator=connect, poolclass=NullPool)
    try:
        async with engine.connect() as connection:
            await connection.run_sync(run)
    finally:
        await engine.dispose()
