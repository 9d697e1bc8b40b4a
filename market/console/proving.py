"""What a form carries to show who it is that sends it; `parts/proof.html` draws it."""

from market.console.visit import Visit
from market.people.proofs import Given


async def given(request: Visit) -> Given:
    """As typed, nothing in place of what was not asked for."""
    return Given(await request.text("former"), await request.text("code"))
