"""What a form of the console brought."""

from market.console.typed import Typed
from market.console.visit import Visit


async def fields(visit: Visit) -> list[tuple[str, str]]:
    """Every field of the form, repeated ones too; files are no texts."""
    form = await visit.form()
    return [(name, value) for name, value in form.multi_items() if isinstance(value, str)]


async def typed(visit: Visit) -> Typed:
    """As what stands in the form."""
    return Typed.of_form(await fields(visit))
