"""What stands in the fields of a form, as texts by the pointers of what they fill: read, changed, shown again.

A form with rows is drawn from this alone, so that adding a row or a refusal never costs anyone a word.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from market.http.refusal import FieldError, Refusal

_ROW: Final = re.compile(r"[0-9]{1,4}", re.ASCII)
# a table in a row of a table, and its parts
_DEEPEST: Final = 8
_COUNT: Final = re.compile(r"[0-9]{1,9}", re.ASCII)


# the most that any table of ours holds, and a few that are blank; a page of more is slow for everybody
MOST_ROWS: Final = 600
# characters: five hundred results of a line each; every cell of them is tried as a number and as a unit
MOST_PASTED: Final = 30_000
Fields = Sequence[tuple[str, str]]


class Typed:
    """`values` by pointer; several where a name is repeated. Names that are no pointers are kept as they are."""

    def __init__(self, values: Mapping[str, tuple[str, ...]] | None = None) -> None:
        self.values: dict[str, tuple[str, ...]] = dict(values or {})

    @classmethod
    def of_form(cls, items: Iterable[tuple[str, str]]) -> "Typed":
        """From the fields of a request, whatever kind stands behind the colon.

        Raises Refusal where a table has more rows than any of ours.
        """
        told: dict[str, list[str]] = {}
        for name, text in items:
            told.setdefault(name.partition(":")[0], []).append(text)
        made = cls({pointer: tuple(texts) for pointer, texts in told.items()})
        crowded = made._crowded()
        if crowded is not None:
            many = FieldError(pointer=crowded, code="too_many_items", params={"limit": MOST_ROWS})
            raise Refusal("invalid_body", errors=(many,))
        return made

    def _crowded(self) -> str | None:
        """The pointer of a table with more than `MOST_ROWS`, if there is one."""
        tables: dict[str, set[str]] = {}
        for name in self.values:
            at = ""
            for part in name.split("/", _DEEPEST)[1:]:
                if _ROW.fullmatch(part):
                    tables.setdefault(at, set()).add(part)
                at = f"{at}/{part}"
        return next((at for at, rows in tables.items() if len(rows) > MOST_ROWS), None)

    @classmethod
    def of_document(cls, document: Any) -> "Typed":
        """From the JSON values of a stored document."""
        made = cls()
        made._fill("", document)
        return made

    def _fill(self, at: str, value: Any) -> None:
        if isinstance(value, dict):
            for name, inner in value.items():
                self._fill(f"{at}/{name}", inner)
        elif isinstance(value, list) and any(isinstance(inner, dict | list) for inner in value):
            for i, inner in enumerate(value):
                self._fill(f"{at}/{i}", inner)
        elif isinstance(value, list):
            self.values[at] = tuple(map(str, value))
        elif value is not None and value is not False:
            self.values[at] = ("true" if value is True else said(value),)

    def text(self, pointer: str) -> str:
        """What stands in a field; nothing where it is not there."""
        return next(iter(self.values.get(pointer, ())), "")

    def pasted(self, name: str) -> str:
        """A table as it was pasted. Raises Refusal where it is longer than any that a form takes."""
        text = self.text(name)
        if len(text) > MOST_PASTED:
            long = FieldError(pointer=f"/{name}", code="text_too_long", params={"limit": MOST_PASTED})
            raise Refusal("invalid_body", errors=(long,))
        return text

    def count(self, name: str) -> int:
        """What a page of ours wrote as a number; 0, which counts nothing, where somebody wrote something else."""
        text = self.text(name)
        return int(text) if _COUNT.fullmatch(text) else 0

    def put(self, pointer: str, *texts: str) -> None:
        """Fill a field."""
        self.values[pointer] = texts

    def chosen(self, pointer: str) -> tuple[str, ...]:
        """What is ticked, or one a line."""
        return tuple(
            line.strip() for text in self.values.get(pointer, ()) for line in text.splitlines() if line.strip()
        )

    def rows(self, pointer: str) -> list[int]:
        """The numbers of a table's rows, in order; a row may have a table of its own."""
        table = f"{pointer}/"
        found = {name.removeprefix(table).partition("/")[0] for name in self.values if name.startswith(table)}
        return sorted(int(row) for row in found if _ROW.fullmatch(row))

    def by_row(self, pointer: str) -> dict[int, list[tuple[str, str]]]:
        """The fields of each row of a table, in one pass."""
        table = f"{pointer}/"
        found: dict[int, list[tuple[str, str]]] = {}
        for name, text in self.items():
            row = name.removeprefix(table).partition("/")[0]
            if name.startswith(table) and _ROW.fullmatch(row):
                found.setdefault(int(row), []).append((name, text))
        return found

    def filled(self, pointer: str, row: int) -> bool:
        """Whether anything was written into a row."""
        at = f"{pointer}/{row}/"
        return any(text.strip() for name, texts in self.values.items() if name.startswith(at) for text in texts)

    def drop(self, pointer: str, row: int) -> None:
        """Take a row out."""
        at = f"{pointer}/{row}/"
        self.values = {name: texts for name, texts in self.values.items() if not name.startswith(at)}

    def next_row(self, pointer: str) -> int:
        """The number of a row to be added."""
        return max(self.rows(pointer), default=-1) + 1

    def items(self) -> list[tuple[str, str]]:
        """As a request would bring them, without kinds."""
        return [(name, text) for name, texts in self.values.items() for text in texts]


def percent(share: str) -> str:
    """A share as it is typed: 96 of 0.96."""
    return said(Decimal(share) * 100)


def said(value: Any) -> str:
    """A number as people would type it, anything else as it is."""
    if isinstance(value, float):
        return f"{value:.12g}" if abs(value) < 1e12 else str(value)
    if isinstance(value, Decimal):
        digits = f"{value:f}"
        return digits.rstrip("0").rstrip(".") if "." in digits else digits
    return str(value)
