"""Refusals point into the document; a form may have blank rows between the filled ones, and other numbers."""

import contextlib
from collections.abc import Iterator, Sequence

import msgspec

from market.console.typed import Typed
from market.http.refusal import Refusal
from specs.kit.errors import Invalid


@contextlib.contextmanager
def as_typed(typed: Typed, tables: Sequence[str]) -> Iterator[None]:
    """Raises what is raised inside, with the numbers of rows as they stand in the form."""
    try:
        yield
    except Refusal as refused:
        errors = tuple(
            msgspec.structs.replace(error, pointer=pointed(typed, tables, error.pointer)) for error in refused.errors
        )
        raise Refusal(refused.code, refused.params, errors=errors, headers=refused.headers) from None
    except Invalid as refused:
        faults = [
            msgspec.structs.replace(fault, pointer=pointed(typed, tables, fault.pointer) or "")
            for fault in refused.faults
        ]
        raise Invalid(refused.params, faults=faults) from None


def pointed(typed: Typed, tables: Sequence[str], pointer: str | None) -> str | None:
    """The third filled row of the document may be the fifth of the form."""
    for table in tables:
        if pointer is None or not pointer.startswith(f"{table}/"):
            continue
        number, slash, rest = pointer.removeprefix(f"{table}/").partition("/")
        filled = [row for row in typed.rows(table) if typed.filled(table, row)]
        if number.isdigit() and int(number) < len(filled):
            return f"{table}/{filled[int(number)]}{slash}{rest}"
    return pointer
