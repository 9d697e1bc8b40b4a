"""What the environment decides, as one frozen value; read by the roots (`market.cli`, `market.up`) only."""

import shlex
from collections.abc import Mapping
from ipaddress import ip_network
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

import msgspec

POSTGRES_SCHEMES = ("postgresql", "postgres")
REDIS_SCHEMES = ("redis", "rediss", "unix")
HTTP_SCHEMES = ("http", "https")
LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
SECURE = ("AUTO", "ALWAYS", "NEVER")
DEMANDING = ("NONE", "COORDINATOR", "ALL")
SECRET_LENGTH = 32
MOST_PORT = 65_535


class SettingsError(Exception):
    """A variable is missing or unusable; the text names it, never its value."""

    def __init__(self, variable: str, why: str) -> None:
        super().__init__(f"{variable} {why}")
        self.variable = variable


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """Addresses and secrets of one installation."""

    # DATABASE_URL: the login of role capillary_app, postgresql://user:password@host/database
    database_url: str
    # REDIS_URL: the doorbell of the workers, redis://, rediss:// or unix://
    redis_url: str
    # CAPILLARY_SECRET: signs cursors, and makes the API keys whose creation may be retried; the same in every process
    secret: str
    # DATABASE_OWNER_URL: the login of role capillary_owner, for migrations
    owner_url: str | None = None
    # MEILISEARCH_URL, MEILISEARCH_KEY: checked and handed on to the children; nothing searches yet
    meilisearch_url: str | None = None
    meilisearch_key: str | None = None
    # CAPILLARY_HOST, CAPILLARY_PORT: where the API listens
    host: str = "127.0.0.1"
    port: int = 8000
    # CAPILLARY_RATE_LIMIT: requests a second for each API key, with a burst of ten times that; 0 is no limit
    rate_limit: int = 500
    # CAPILLARY_SOLVERS: processes of each API and of each worker that solve, 2 GiB of addresses at most for each
    solvers: int = 2
    # CAPILLARY_DOCUMENTS: the folder of uploaded documents, the same for every process; without it none are taken
    documents: str | None = None
    # CAPILLARY_DOCUMENT_MB, CAPILLARY_DOCUMENTS_MB: megabytes of one document, and of all those of an organisation
    document_mb: int = 20
    documents_mb: int = 10_000
    # CAPILLARY_SCAN_COMMAND: reads a document on its standard input, and ends with 0 if it is clean, 1 if it is not
    scan_command: str | None = None
    # CAPILLARY_PROXIES: addresses and networks of the proxies before us, whose X-Forwarded-For and -Proto are believed
    proxies: str | None = None
    # CAPILLARY_COOKIES_SECURE: `auto` marks cookies so where the request came by https, as such a proxy tells
    cookies_secure: str = "AUTO"
    # CAPILLARY_REQUIRE_TOTP: whose people need a second factor, `none`, `coordinator` or `all`
    require_totp: str = "NONE"
    # CAPILLARY_LOG_LEVEL
    log_level: str = "INFO"

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Self:
        """Raises `SettingsError` at the first variable that is missing or unusable. Empty means not set."""
        read = Environment(environment)
        return cls(
            database_url=read.required_url("DATABASE_URL", POSTGRES_SCHEMES),
            redis_url=read.required_url("REDIS_URL", REDIS_SCHEMES),
            secret=read.secret("CAPILLARY_SECRET"),
            owner_url=read.url("DATABASE_OWNER_URL", POSTGRES_SCHEMES),
            meilisearch_url=read.url("MEILISEARCH_URL", HTTP_SCHEMES),
            meilisearch_key=read.text("MEILISEARCH_KEY"),
            host=read.text("CAPILLARY_HOST") or "127.0.0.1",
            port=read.number("CAPILLARY_PORT", 8000, low=1, high=MOST_PORT),
            rate_limit=read.number("CAPILLARY_RATE_LIMIT", 500, low=0, high=1_000_000),
            solvers=read.number("CAPILLARY_SOLVERS", 2, low=1, high=64),
            documents=read.folder("CAPILLARY_DOCUMENTS"),
            document_mb=read.number("CAPILLARY_DOCUMENT_MB", 20, low=1, high=1_000),
            documents_mb=read.number("CAPILLARY_DOCUMENTS_MB", 10_000, low=1, high=1_000_000_000),
            scan_command=read.command("CAPILLARY_SCAN_COMMAND"),
            proxies=read.networks("CAPILLARY_PROXIES"),
            cookies_secure=read.choice("CAPILLARY_COOKIES_SECURE", SECURE, "AUTO"),
            require_totp=read.choice("CAPILLARY_REQUIRE_TOTP", DEMANDING, "NONE"),
            log_level=read.choice("CAPILLARY_LOG_LEVEL", LEVELS, "INFO"),
        )

    def environment(self) -> dict[str, str]:
        """The variables that give this value back: how a parent hands its settings to its children."""
        told = {
            "DATABASE_URL": self.database_url,
            "REDIS_URL": self.redis_url,
            "CAPILLARY_SECRET": self.secret,
            "DATABASE_OWNER_URL": self.owner_url,
            "MEILISEARCH_URL": self.meilisearch_url,
            "MEILISEARCH_KEY": self.meilisearch_key,
            "CAPILLARY_HOST": self.host,
            "CAPILLARY_PORT": str(self.port),
            "CAPILLARY_RATE_LIMIT": str(self.rate_limit),
            "CAPILLARY_SOLVERS": str(self.solvers),
            "CAPILLARY_DOCUMENTS": self.documents,
            "CAPILLARY_DOCUMENT_MB": str(self.document_mb),
            "CAPILLARY_DOCUMENTS_MB": str(self.documents_mb),
            "CAPILLARY_SCAN_COMMAND": self.scan_command,
            "CAPILLARY_PROXIES": self.proxies,
            "CAPILLARY_COOKIES_SECURE": self.cookies_secure,
            "CAPILLARY_REQUIRE_TOTP": self.require_totp,
            "CAPILLARY_LOG_LEVEL": self.log_level,
        }
        return {name: value for name, value in told.items() if value is not None}


class Environment:
    """Typed reads of environment variables; every error names its variable."""

    def __init__(self, variables: Mapping[str, str]) -> None:
        self._variables = variables

    def text(self, name: str) -> str | None:
        """None where the variable is missing or blank."""
        return self._variables.get(name, "").strip() or None

    def url(self, name: str, schemes: tuple[str, ...]) -> str | None:
        """None where missing; the scheme is one of `schemes`."""
        value = self.text(name)
        if value is None:
            return None
        try:
            scheme, hosts, *_ = urlsplit(value)
        except ValueError:
            scheme, hosts = "", ""
        if scheme not in schemes:
            raise SettingsError(name, f"must be a URL that starts with {' or '.join(s + '://' for s in schemes)}")
        # several hosts are PostgreSQL's way to name a standby
        if not all(map(_has_a_port, hosts.rpartition("@")[2].split(","))):
            raise SettingsError(name, f"must name a port from 1 to {MOST_PORT}, or none")
        return value

    def required_url(self, name: str, schemes: tuple[str, ...]) -> str:
        """As `url`, and it must be there."""
        value = self.url(name, schemes)
        if value is None:
            raise SettingsError(name, "is not set (`capillary up` needs none: it starts its own servers)")
        return value

    def secret(self, name: str) -> str:
        """A text of at least 32 characters."""
        value = self.text(name)
        if value is None:
            raise SettingsError(name, "is not set; make one with: openssl rand -hex 32")
        if len(value) < SECRET_LENGTH:
            raise SettingsError(
                name, f"is shorter than {SECRET_LENGTH} characters; make one with: openssl rand -hex 32"
            )
        return value

    def folder(self, name: str) -> str | None:
        """An absolute path, for processes start in different folders; None where missing."""
        value = self.text(name)
        if value is not None and not Path(value).is_absolute():
            raise SettingsError(name, "must be an absolute path")
        return value

    def command(self, name: str) -> str | None:
        """A command line as a shell would split it; None where missing."""
        value = self.text(name)
        try:
            shlex.split(value or "")
        except ValueError:
            raise SettingsError(name, "must be a command line whose quotes are closed") from None
        return value

    def networks(self, name: str) -> str | None:
        """Addresses and networks with commas between them; None where missing."""
        value = self.text(name)
        try:
            for one in value.split(",") if value else ():
                ip_network(one.strip())
        except ValueError:
            raise SettingsError(name, "must be addresses or networks, such as 10.0.0.7, 10.1.0.0/16") from None
        return value

    def number(self, name: str, default: int, *, low: int, high: int) -> int:
        """A whole number in plain digits between `low` and `high`, both included."""
        value = self.text(name)
        if value is None:
            return default
        if not (value.isascii() and value.isdigit() and len(value) <= 10 and low <= int(value) <= high):
            raise SettingsError(name, f"must be a whole number from {low} to {high}")
        return int(value)

    def choice(self, name: str, words: tuple[str, ...], default: str) -> str:
        """One of `words`, in any case."""
        value = (self.text(name) or default).upper()
        if value not in words:
            raise SettingsError(name, f"must be one of {', '.join(words)}")
        return value


def _has_a_port(host: str) -> bool:
    """Whether `host`, `host:5432` or `[::1]:5432` names a usable port, or leaves it open."""
    _, colon, port = host.rpartition(":")
    if not colon or host.endswith("]"):
        return True
    return port.isascii() and port.isdigit() and len(port) <= 5 and 1 <= int(port) <= MOST_PORT
