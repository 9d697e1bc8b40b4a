"""Test conditions in one field: "230 °C, 2.16 kg"; any others by their names, "speed_mm_min=50"."""

import re
from collections.abc import Iterator
from typing import Final

from market.console.pasting.cells import narrow
from market.console.typed import Typed

# what a number with this unit is; the unit that a known condition is shown in comes first
_UNITS: Final = {"°C": "temperature_c", "C": "temperature_c", "kg": "load_kg"}
_MEASURED: Final = re.compile(r"([-−+]?[\d.]+) ?(° ?C|C|kg)")


def fields(pointer: str, text: str) -> Iterator[tuple[str, str]]:
    """Each with a name of its own, as `forms` reads it."""
    for part in re.split(r"[,;、\n]", narrow(text)):
        if measured := _MEASURED.fullmatch(part.strip()):
            name, value = _UNITS[measured[2].replace(" ", "")], measured[1].replace("−", "-")
        else:
            name, _, value = part.partition("=")
        if name.strip():
            yield f"{pointer}/{name.strip().replace('/', '')}:number", value


def told(text: str) -> str | None:
    """What stands behind a name, as the field would have it: 230℃/2.16kg; None where it is no condition."""
    parts = [part.strip() for part in re.split(r"[,;/、]", narrow(text))]
    return ", ".join(parts) if all(map(_MEASURED.fullmatch, parts)) else None


def gather(typed: Typed, pointer: str) -> None:
    """The conditions of a stored document, put into one field."""
    under = f"{pointer}/"
    found = [_told(name.removeprefix(under), typed.text(name)) for name in typed.values if name.startswith(under)]
    typed.values = {name: texts for name, texts in typed.values.items() if not name.startswith(under)}
    if found:
        typed.put(pointer, ", ".join(found))


def _told(name: str, value: str) -> str:
    unit = next((unit for unit, known in _UNITS.items() if known == name), None)
    return f"{value} {unit}" if unit else f"{name}={value}"
