"""The port of the API. `up` opens it and hands it down, so that an API that is restarted refuses nobody."""

import errno
import socket
import time

from market.commands.errors import CommandError

SOCKET_FD = "CAPILLARY_SOCKET_FD"
BACKLOG = 2048


def bind(host: str, port: int, *, patience: float = 0.0) -> socket.socket:
    """A listening TCP socket; port 0 takes a free one. A busy port is tried again for `patience` seconds."""
    deadline = time.monotonic() + patience
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except OSError as error:
        raise CommandError(f"cannot listen on {host}: {error.strerror or error}") from error
    while True:
        listener = socket.socket(family, kind, protocol)
        try:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(address)
            listener.listen(BACKLOG)
        except OSError as error:
            listener.close()
            if error.errno != errno.EADDRINUSE or time.monotonic() > deadline:
                why = f"cannot listen on {host} port {port}: {error.strerror}"
                raise CommandError(f"{why}; choose another --port") from error
            time.sleep(0.1)
        else:
            return listener
