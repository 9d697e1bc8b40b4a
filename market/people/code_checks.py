"""Whether a code passes, and only once: one of the app, or a recovery code. In a transaction of the person's."""

from uuid import UUID

from market.people import codes, factor_queries, sealing
from specs.kit import audit
from specs.kit.tenancy import Work


async def passes(work: Work, person: UUID, typed: str) -> bool:
    """Either kind, for a second factor that is confirmed; from now on it passes no more."""
    code = codes.plain(typed)
    if codes.is_totp(code):
        counter = await counter_of(work, person, code, confirmed=True)
        return counter is not None and await factor_queries.count(work, person, counter)
    spent = await factor_queries.spend(work, person, codes.recovery_digest(work.secret, code))
    if spent:
        await audit.record(work, "spend", "recovery_code", person)
    return spent


async def counter_of(work: Work, person: UUID, typed: str, *, confirmed: bool) -> int | None:
    """The step of a code of the app; None where there is no such factor, or it is wrong."""
    sealed = await factor_queries.secret(work, person, confirmed=confirmed)
    if sealed is None:
        return None
    return codes.counter_of(sealing.unseal(work.secret, person, sealed), codes.plain(typed), work.at)
