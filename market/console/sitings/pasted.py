"""An instance as people paste it: tables of a spreadsheet with a row of names above, or the JSON that a program posts.

Whatever is in a cell goes into the document as it is, so that the API's own checks name what is wrong with it.
"""

import csv
import io
import unicodedata
from collections.abc import Mapping
from typing import Any, Final

import msgspec

from specs.catalogue.loader import catalogue

TABLES: Final = ("sites", "customers", "suppliers")
# what people write above a column, folded
_HEADS: Final = {
    "name": "id",
    "latitude": "lat",
    "longitude": "lon",
    "fixed cost": "fixed_cost",
    "名称": "id",
    "都道府県": "prefecture",
    "緯度": "lat",
    "経度": "lon",
    "能力": "capacity",
    "固定費": "fixed_cost",
    "歩留まり": "yield",
    "需要": "demand",
    "供給": "supply",
}
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
    heads, *found = filled
    names = [_head(text) for text in heads]
    return [
        {name: _read(name, cell) for name, cell in zip(names, line, strict=False) if name and cell} for line in found
    ]


def table(names: tuple[str, ...], found: list[dict[str, Any]]) -> str:
    """The other way round, with commas."""
    text = io.StringIO()
    writer = csv.DictWriter(text, names, lineterminator="\n")
    writer.writeheader()
    writer.writerows(found)
    return text.getvalue()


def _read(name: str, cell: str) -> Any:
    """A prefecture by its name too; ids stay as they are written."""
    if name == "prefecture":
        folded = cell.casefold()
        named = (one for one in catalogue().prefectures.values() if folded in (one.name_ja, one.name_en.casefold()))
        return next((one.code for one in named), cell)
    return cell if name == "id" else _value(cell)


def _head(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).casefold()
    return _HEADS.get(folded, folded)


def _value(text: str) -> Any:
    """A number, also one with wide digits or thousands separators; what is none stays as it is."""
    plain = unicodedata.normalize("NFKC", text).strip().replace(",", "")
    try:
        number = float(plain)
    except ValueError:
        return text.strip()
    return int(number) if number.is_integer() and plain.lstrip("+-").isdigit() else number
