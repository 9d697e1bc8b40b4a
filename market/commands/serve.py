"""`capillary serve`: one API process, told everything by its environment."""

import asyncio
import signal
import socket
from collections.abc import Mapping
from ipaddress import IPv4Network, ip_network

import asyncpg
import msgspec
import uvicorn

from market.adapters.db import check
from market.app import Application, create_app
from market.commands.errors import DatabaseAwayError
from market.commands.listener import BACKLOG, SOCKET_FD, bind
from market.http.protocol import BoundedProtocol
from market.logs import configure
from market.settings import Environment, Settings

GRACE_SECONDS = 5


class _Server(uvicorn.Server):
    """Ends the streams of open pages first: they would last as long as the grace."""

    def __init__(self, config: uvicorn.Config, application: Application) -> None:
        super().__init__(config)
        self._application = application

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._application.end_streams()
        await super().shutdown(sockets)


def serve_api(environment: Mapping[str, str], *, host: str | None, port: int | None) -> None:
    """The API until SIGTERM or SIGINT; requests in flight get five seconds."""
    settings = Settings.from_environment(environment)
    settings = msgspec.structs.replace(settings, host=host or settings.host, port=port or settings.port)
    configure(level=settings.log_level)
    asyncio.run(_refuse_unsafe(settings.database_url))
    application = create_app(settings)
    config = uvicorn.Config(
        application,
        http=BoundedProtocol,
        host=settings.host,
        port=settings.port,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=settings.proxies is not None,
        forwarded_allow_ips=_believed(settings.proxies),
        timeout_graceful_shutdown=GRACE_SECONDS,
        backlog=BACKLOG,
    )
    inherited = Environment(environment).number(SOCKET_FD, 0, low=0, high=65_535)
    listener = socket.socket(fileno=inherited) if inherited else bind(settings.host, settings.port)
    # uvicorn raises the signal that stopped it once more; being told to stop is no failure
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: None)
    with listener:
        _Server(config, application).run(sockets=[listener])


def _believed(proxies: str | None) -> list[str]:
    """The networks of the settings, IPv4 ones also as a socket for both kinds has what comes from them."""
    networks = [ip_network(one.strip()) for one in proxies.split(",")] if proxies else []
    mapped = (f"::ffff:{one.network_address}/{96 + one.prefixlen}" for one in networks if isinstance(one, IPv4Network))
    return [*map(str, networks), *mapped]


async def _refuse_unsafe(database_url: str) -> None:
    """The check of the app's start-up, made first: it fails in one line instead of a stack of lifespans."""
    try:
        connection = await asyncpg.connect(database_url, timeout=10)
        try:
            await check(connection)
        finally:
            await connection.close()
    except (OSError, asyncpg.PostgresError) as error:
        raise DatabaseAwayError(error) from error
