"""Test conditions in one field: "temperature_c=230, load_kg=2.16"."""

import re
from collections.abc import Iterator

from market.console.pasting.cells import narrow
from market.console.typed import Typed


def fields(pointer: str, text: str) -> Iterator[tuple[str, str]]:
    """Each with a name of its own, as `forms` reads it."""
    for part in re.split(r"[,;、\n]", narrow(text)):
        name, _, value = part.partition("=")
        if name.strip():
            yield f"{pointer}/{name.strip().replace('/', '')}:number", value


def gather(typed: Typed, pointer: str) -> None:
    """The conditions of a stored document, put into one field."""
    under = f"{pointer}/"
    found = [f"{name.removeprefix(under)}={typed.text(name)}" for name in typed.values if name.startswith(under)]
    typed.values = {name: texts for name, texts in typed.values.items() if not name.startswith(under)}
    if found:
        typed.put(pointer, ", ".join(found))
