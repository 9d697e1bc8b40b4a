"""The database and its logins in an embedded cluster; the roles are `market/migrations/roles.sql`."""

import hashlib
from importlib.resources import files

from market.adapters.embedded.folder import Secrets

SUPERUSER = "capillary_super"
OWNER = "capillary_owner"
APP = "capillary_app"
DATABASE = "capillary"
# Databases that PostgreSQL makes for itself, open to every login unless told otherwise.
BUILT_IN = ("postgres", "template1")


def roles_file() -> str:
    """Idempotent statements for the database `capillary`."""
    return (files("market.migrations") / "roles.sql").read_text()


def roles_version() -> str:
    """Changes when the roles file does, so that an older data folder is brought up to date."""
    return hashlib.sha256(roles_file().encode()).hexdigest()


def database_sql() -> tuple[str, ...]:
    """For a new cluster, in database `postgres`; each statement alone, CREATE DATABASE refuses company."""
    return (
        f"CREATE DATABASE {DATABASE}",
        *(f"REVOKE ALL ON DATABASE {name} FROM PUBLIC" for name in BUILT_IN),
    )


def logins_sql(secrets: Secrets) -> tuple[str, ...]:
    """In database `capillary`, at the first start and when the roles file has changed. Passwords are URL-safe."""
    return (
        roles_file(),
        f"ALTER ROLE {SUPERUSER} PASSWORD '{secrets.superuser}'",
        f"ALTER ROLE {OWNER} LOGIN PASSWORD '{secrets.owner}'",
        f"ALTER ROLE {APP} LOGIN PASSWORD '{secrets.app}'",
        f"ALTER DATABASE {DATABASE} OWNER TO {OWNER}",
        f"REVOKE ALL ON DATABASE {DATABASE} FROM PUBLIC",
        f"GRANT CONNECT, TEMPORARY ON DATABASE {DATABASE} TO {APP}",
    )
