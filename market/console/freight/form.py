"""The form of a freight table as the document that a program would post, and what is wrong with it in its own lines."""

import contextlib
from collections.abc import Iterator, Sequence
from typing import Final

import msgspec

from market.console import forms
from market.console.freight import fares
from market.console.freight.fares import Line
from market.console.text import Language
from market.http import messages
from matching.fault import fault
from specs.freight.structs import FreightTableDraft
from specs.kit.errors import Invalid

Fields = Sequence[tuple[str, str]]
# of the fares that name no source of their own
SOURCE: Final = {"/src": "src", "/flag": "flag", "/note": "note"}


def lines(fields: Fields) -> list[Line]:
    """The figures of the pasted fares. Raises Invalid."""
    own = dict(fields)
    every = {name: own[field].strip() for field, name in SOURCE.items() if own.get(field, "").strip()}
    found = fares.read(own.get(fares.AT, ""), every)
    if any(not line.source.get("src") for line in found):
        raise Invalid(faults=(fault("/src", "source_required"),))
    return found


def draft(fields: Fields, figures: Sequence[Line]) -> FreightTableDraft:
    """Of the whole form. Raises Refusal that names the field."""
    made = fares.document(figures)
    plain = [(name, text) for name, text in fields if name != fares.AT and name not in SOURCE]
    built = [(f"/table/{name}:json", msgspec.json.encode(rows).decode()) for name, rows in made.items()]
    found: FreightTableDraft = forms.draft([*plain, *built], FreightTableDraft)
    return found


@contextlib.contextmanager
def in_its_lines(figures: Sequence[Line], language: Language) -> Iterator[None]:
    """Raises what is raised inside; what is said of a fare names the line of the text that it was read from."""
    try:
        yield
    except Invalid as refused:
        faults = [
            one
            if line is None
            else fault(
                fares.AT, "in_line", line=line, reason=messages.field_reason(one.code, dict(one.params), language)
            )
            for one, line in fares.told(refused.faults, figures)
        ]
        raise Invalid(refused.params, faults=faults) from None
