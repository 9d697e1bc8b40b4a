"""What the buttons of the spec editor do to its limits: add, take out, paste, start from a grade or a regulation."""

from collections.abc import Iterable
from datetime import date
from typing import Final

import msgspec

from market.console.pasting import limits as pasting
from market.console.pasting.limits import Pasted
from market.console.spec_form import LIMITS, SCHEDULE
from market.console.typed import Typed, said
from matching.reference import FROM_MEMORY, GradeLimit, RegulatedLimit
from matching.values import Limit
from specs.catalogue.loader import catalogue

PASTE: Final = "_paste"
SOURCES: Final = "_sources"
_ENDS: Final = ("min", "max", "exclusive_min", "exclusive_max")


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """Where limits were taken from; `from_memory` where nobody has read some of the numbers up."""

    kind: str
    code: str
    names: tuple[str, ...]
    titles: tuple[str, ...]
    from_memory: bool
    published: tuple[str, ...]


class Done(msgspec.Struct, frozen=True):
    """The form afterwards, and what a paste has brought."""

    typed: Typed
    pasted: Pasted | None = None


def do(typed: Typed, action: str, today: date) -> Done:
    """`action` is the value of the button: `row`, `drop:3`, `month`, `undo_month:0`, `paste`, `grade`, `regime`, ...

    An action that nobody knows changes nothing.
    """
    name, _, row = action.partition(":")
    match name:
        case "row":
            typed.put(f"{LIMITS}/{typed.next_row(LIMITS)}/analytes", "")
        case "drop" if row.isascii() and row.isdigit():
            typed.drop(LIMITS, int(row))
        case "month":
            typed.put(f"{SCHEDULE}/{typed.next_row(SCHEDULE)}/month", "")
        case "undo_month" if row.isascii() and row.isdigit():
            typed.drop(SCHEDULE, int(row))
        case "paste":
            return _paste(typed)
        case "grade":
            _start_from_grade(typed, typed.text("_grade"))
        case "regime":
            _start_from_regime(typed, typed.text("_regime"), _delivery(typed, today))
        case _:
            pass
    return Done(typed)


def sources(typed: Typed, language: str) -> tuple[Source, ...]:
    """What the limits of this form were started from."""
    known = catalogue()
    found = []
    for said_so in dict.fromkeys(typed.chosen(SOURCES)):
        kind, _, code = said_so.partition(":")
        rows: Iterable[GradeLimit] = ()
        names: tuple[str, ...] = ()
        if kind == "grade" and (grade := known.grades.get(code)):
            rows, names = grade.limits, ((grade.name_ja if language == "ja" else None) or grade.name_en,)
        elif kind == "regime" and (regime := known.regimes.get(code)):
            rows, names = regime.limits, (regime.title_ja if language == "ja" else regime.title,)
        if names:
            found.append(_source(kind, code, names, tuple(rows)))
    return tuple(found)


def _source(kind: str, code: str, names: tuple[str, ...], rows: tuple[GradeLimit, ...]) -> Source:
    titles = dict.fromkeys(catalogue().sources.get(row.src, row.src) for row in rows)
    return Source(
        kind=kind,
        code=code,
        names=names,
        titles=tuple(titles),
        from_memory=any(row.flag == FROM_MEMORY for row in rows),
        published=tuple(row.as_published for row in rows if row.as_published),
    )


def _paste(typed: Typed) -> Done:
    found = pasting.read(typed.pasted(PASTE))
    for limit in found.limits:
        at = _free(typed)
        typed.put(f"{at}/analytes", limit.analytes)
        typed.put(f"{at}/unit", limit.unit)
        typed.put(f"{at}/basis", limit.basis)
        typed.put(f"{at}/conditions", limit.conditions)
        if limit.negotiable:
            typed.put(f"{at}/negotiable", "true")
        for end, value in limit.ends.items():
            typed.put(f"{at}/{end}", value)
    typed.put(PASTE, "")
    return Done(typed, found)


def _start_from_grade(typed: Typed, code: str) -> None:
    grade = catalogue().grades.get(code)
    if grade is None:
        return
    if not typed.text("/material").strip():
        typed.put("/material", grade.material)
    _append(typed, (row for row in grade.limits if row.applies_to is None), f"grade:{code}")


def _start_from_regime(typed: Typed, code: str, day: date) -> None:
    regime = catalogue().regimes.get(code)
    if regime is not None:
        _append(typed, (row for row in regime.limits if _in_force(row, day)), f"regime:{code}")


def _in_force(row: RegulatedLimit, day: date) -> bool:
    return (row.valid_from is None or row.valid_from <= day) and (row.valid_to is None or day <= row.valid_to)


def _append(typed: Typed, rows: Iterable[GradeLimit], source: str) -> None:
    """What a row asks already is not asked twice."""
    asked = {_key(typed, row) for row in typed.rows(LIMITS)}
    for row in rows:
        limit = row.as_limit()
        if _key_of(limit) in asked:
            continue
        at = _free(typed)
        typed.put(f"{at}/analytes", "+".join(limit.analytes))
        typed.put(f"{at}/unit", limit.unit)
        if limit.scope is not None:
            typed.put(f"{at}/scope", limit.scope.value)
        for end in _ENDS:
            if (value := getattr(limit, end)) is not None:
                typed.put(f"{at}/{end}", said(value))
    typed.put(SOURCES, "\n".join(dict.fromkeys((*typed.chosen(SOURCES), source))))


def _key(typed: Typed, row: int) -> tuple[str, ...]:
    at = f"{LIMITS}/{row}"
    return tuple(typed.text(f"{at}/{name}").strip() for name in ("analytes", "unit", *_ENDS))


def _key_of(limit: Limit) -> tuple[str, ...]:
    ends = (getattr(limit, end) for end in _ENDS)
    return ("+".join(limit.analytes), limit.unit, *("" if end is None else said(end) for end in ends))


def _free(typed: Typed) -> str:
    """A row that nothing was written into, or a new one."""
    empty = [row for row in typed.rows(LIMITS) if not typed.filled(LIMITS, row)]
    return f"{LIMITS}/{empty[0] if empty else typed.next_row(LIMITS)}"


def _delivery(typed: Typed, today: date) -> date:
    try:
        return date.fromisoformat(typed.text("/delivery/from"))
    except ValueError:
        return today
