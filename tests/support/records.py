"""The records of a JSON document, wherever they stand in it."""

from collections.abc import Iterator


def records(value: object, where: str) -> Iterator[tuple[str, dict[str, object]]]:
    """Every object inside a document, with the path to it."""
    if isinstance(value, dict):
        yield where, value
        for key, inner in value.items():
            yield from records(inner, f"{where}/{key}")
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from records(inner, f"{where}/{number}")
