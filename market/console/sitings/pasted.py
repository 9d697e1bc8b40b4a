"""An instance as people paste it: tables of a spreadsheet with a row of names above, or the JSON that a program posts.

Whatever is in a cell goes into the document as it is, so that the API's own checks name what is wrong with it.
"""

import csv
import io
import unicodedata
from collections.abc import Mapping
from typing import Any, Final

import msgspec

TABLES: Final = ("sites", "customers", "suppliers")
_TEXTS: Final = frozenset({"id", "prefecture"})
_OPTIONS: Final = ("jpy_per_t_km", "sea_jpy_per_t_km", "max_open")


def document(fields: Mapping[str, str]) -> bytes:
    """The instance of a form: its `json` where that is filled, else its tables and options."""
    if fields.get("json", "").strip():
        return fields["json"].encode()
    made: dict[str, Any] = {name: rows(fields.get(name, "")) for name in TABLES if fields.get(name, "").strip()}
    made |= {name: _value(fields[name]) for name in _OPTIONS if fields.get(name, "").strip()}
    if fields.get("changes") == "true":
        made["changes"] = True
    return msgspec.json.encode(made)


def rows(text: str) -> list[dict[str, Any]]:
    """Tabs of a pasted spreadsheet, or commas; empty cells are left out."""
    first = text.lstrip("\ufeff\r\n").partition("\n")[0]
    lines = csv.reader(io.StringIO(text.lstrip("\ufeff")), delimiter="\t" if "\t" in first else ",")
    filled = [[cell.strip() for cell in line] for line in lines if any(cell.strip() for cell in line)]
    if not filled:
        return []
    names, *found = filled
    return [
        {
            name: cell if name in _TEXTS else _value(cell)
            for name, cell in zip(names, line, strict=False)
            if name and cell
        }
        for line in found
    ]


def table(names: tuple[str, ...], found: list[dict[str, Any]]) -> str:
    """The other way round, with commas."""
    text = io.StringIO()
    writer = csv.DictWriter(text, names, lineterminator="\n")
    writer.writeheader()
    writer.writerows(found)
    return text.getvalue()


def _value(text: str) -> Any:
    """A number, also one with wide digits or thousands separators; what is none stays as it is."""
    plain = unicodedata.normalize("NFKC", text).strip().replace(",", "")
    try:
        number = float(plain)
    except ValueError:
        return text.strip()
    return int(number) if number.is_integer() and plain.lstrip("+-").isdigit() else number
