"""What a form of the console brought."""

from market.console.typed import Typed
from market.console.visit import Visit


async def fields(visit: Visit) -> list[tuple[str, str]]:
    """Every field of the form, repeated ones too."""
    return list((await visit.form()).multi_items())


async def typed(visit: Visit) -> Typed:
    """As what stands in the form."""
    return Typed.of_form(await fields(visit))
