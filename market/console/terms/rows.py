"""What the buttons of a form of terms do: a row more, a row less, the published figures of a step."""

from typing import Final

import msgspec

from market.console.terms.form import DEDUCTIONS, GIVEN, SCHEDULE, SPLITTING, STEPS
from market.console.terms.starting import add_step
from market.console.typed import Typed, said
from matching.reference import Figure, Gives, Step
from specs.catalogue.loader import catalogue

# as many as the API takes
MOST_STEPS: Final = 3
_FIRST: Final = {SCHEDULE: "month", DEDUCTIONS: "analyte", SPLITTING: "analyte"}
_TABLES: Final = {"month": SCHEDULE, "deduction": DEDUCTIONS, "splitting": SPLITTING}
_ADDING: Final = {table: action for action, table in _TABLES.items()} | {STEPS: "step"}
_PERCENT: Final = "%"


class Done(msgspec.Struct, frozen=True):
    """The form afterwards, and the field or button where one goes on."""

    typed: Typed
    focus: str = ""


def do(typed: Typed, action: str) -> Done:
    """`action` is the value of the button: `deduction`, `drop:/steps/1`, `cut:1`, `figures:1`.

    An action that nobody knows changes nothing.
    """
    name, _, at = action.partition(":")
    if name in _TABLES:
        return _row(typed, _TABLES[name], _FIRST[_TABLES[name]])
    if name == "step":
        row = add_step(typed)
        return Done(typed, f"{STEPS}/{row}/step")
    if name == "drop":
        return _drop(typed, at)
    if name in ("cut", "figures") and at.isascii() and at.isdigit() and int(at) in typed.rows(STEPS):
        if name == "cut":
            return _row(typed, f"{STEPS}/{at}/removal", "analyte")
        _fill(typed, f"{STEPS}/{at}")
        return Done(typed, action)
    return Done(typed)


def _row(typed: Typed, table: str, first: str) -> Done:
    at = f"{table}/{typed.next_row(table)}/{first}"
    typed.put(at, "")
    return Done(typed, at)


def _drop(typed: Typed, at: str) -> Done:
    table, _, row = at.rpartition("/")
    if row.isascii() and row.isdigit():
        typed.drop(table, int(row))
    # where a row was, one is nearest to the button that adds one
    return Done(typed, _ADDING.get(table) or f"cut:{table.removesuffix('/removal').rpartition('/')[2]}")


def _fill(typed: Typed, at: str) -> None:
    """The cautious end of what was published of the step; what it can take out at least gets a row.

    What has been typed stays.
    """
    step = catalogue().steps.get(typed.text(f"{at}/step"))
    if step is None:
        return
    if not typed.text(f"{at}/yield").strip():
        typed.put(f"{at}/yield", _low(step.published(Gives.YIELD)))
    table = f"{at}/removal"
    named = {typed.text(f"{table}/{row}/analyte") for row in typed.rows(table)}
    for analyte in _taken_out(step):
        if analyte in named:
            continue
        blank = [row for row in typed.rows(table) if not typed.filled(table, row)]
        row = blank[0] if blank else typed.next_row(table)
        typed.put(f"{table}/{row}/analyte", analyte)
        if share := _low(step.published(Gives.REMOVAL, analyte)):
            typed.put(f"{table}/{row}/fraction", share)
        else:
            typed.put(GIVEN, *typed.values.get(GIVEN, ()), f"{table}/{row}/analyte={analyte}")


def _taken_out(step: Step) -> tuple[str, ...]:
    published = (code for figure in step.published(Gives.REMOVAL) for code in figure.of)
    return tuple(dict.fromkeys((*published, *step.removes)))


def _low(figures: tuple[Figure, ...]) -> str:
    shares = [figure.low for figure in figures if figure.unit == _PERCENT]
    return said(min(shares)) if shares else ""
