"""The one place that reads the clock. Instants are UTC; calendar days are Japanese."""

from datetime import UTC, date, datetime, timedelta, timezone

JST = timezone(timedelta(hours=9), "JST")


def now() -> datetime:
    """The instant, UTC, at PostgreSQL's microseconds."""
    return datetime.now(UTC)


def today(at: datetime) -> date:
    """The JST calendar day of an instant; deadlines are inclusive days of this calendar."""
    return at.astimezone(JST).date()
