"""Why an embedded server could not be started, in words for whoever typed the command."""

from pathlib import Path


class EmbeddedError(Exception):
    """The servers cannot run as asked; the text says what to change."""


class DataFolderBusyError(EmbeddedError):
    """Another `capillary` owns the data folder."""

    def __init__(self, data: Path, holder: str) -> None:
        super().__init__(f"{data} is in use by another capillary ({holder}); stop it or choose another --data")


class SocketPathError(EmbeddedError):
    """No private folder gives a socket path that the system accepts."""

    def __init__(self, data: Path, limit: int) -> None:
        super().__init__(f"no socket path of at most {limit} bytes for {data}: set TMPDIR to a short folder")


class StartError(EmbeddedError):
    """A server process ended or did not answer in time."""

    def __init__(self, name: str, why: str, log: Path) -> None:
        super().__init__(f"{name} did not start: {why} (log: {log})")
