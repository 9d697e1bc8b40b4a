"""What the database is asked."""

from collections.abc import Iterator
from contextlib import contextmanager

from specs.kit.tenancy import Work


@contextmanager
def asked(work: Work) -> Iterator[list[str]]:
    """The statements of a transaction from here on, in order."""
    statements: list[str] = []
    with work.connection.query_logger(lambda record: statements.append(record.query)):
        yield statements
