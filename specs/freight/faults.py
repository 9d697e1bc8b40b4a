"""What is wrong with a freight table as it is set, all of it at once, each with a JSON Pointer."""

from collections.abc import Iterator
from datetime import date

from matching.fault import Fault, fault, inside, unknown
from matching.freight_faults import table_faults
from matching.reference import Catalogue
from specs.freight.structs import FreightTableDraft


def draft_faults(draft: FreightTableDraft, today: date, known: Catalogue) -> Iterator[Fault]:
    """What was priced before today stays as it was."""
    for i, code in enumerate(draft.prefectures):
        yield from unknown(f"/prefectures/{i}", code, "prefecture", known.prefectures)
        if code in draft.prefectures[:i]:
            yield fault(f"/prefectures/{i}", "duplicate", given=code)
    if draft.from_ is not None and draft.from_ < today:
        yield fault("/from", "day_passed", given=draft.from_.isoformat(), today=today.isoformat())
    yield from inside("/table", table_faults(draft.table))
