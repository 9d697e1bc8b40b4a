"""Rows of a form that offers more of them than one fills: a row counts where its telling field was filled."""

from market.console.deals.acting import Fields


def filled(fields: Fields, telling: str, *others: str) -> Fields:
    """Without `others` of rows whose `telling` field is blank. Names are what follows the row: `/relax_to:number`."""
    kept = {name.removesuffix(telling) for name, text in fields if name.endswith(telling) and text.strip()}
    return tuple(field for field in fields if all(_counts(field[0], other, kept) for other in others))


def _counts(name: str, other: str, kept: set[str]) -> bool:
    return not name.endswith(other) or name.removesuffix(other) in kept
