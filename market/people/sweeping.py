"""What is over at the door: ended sessions, links that no longer work, attempts of more than a day ago."""

from specs.kit.tenancy import Work


async def over(work: Work) -> int:
    """Forget it, as the engine; how many rows. What happened stays in the audit trail."""
    gone = 0
    for statement in (
        "delete from console_session where expires_at <= $1",
        "delete from sign_in_link where expires_at <= $1",
        "delete from sign_in_attempt where last_at <= $1::timestamptz - interval '1 day'",
    ):
        gone += int((await work.connection.execute(statement, work.at)).rpartition(" ")[2])
    return gone
