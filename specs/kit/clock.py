"""The one place that reads the clock. Instants are UTC; calendar days are Japanese."""

from datetime import UTC, date, datetime, time, timedelta, timezone

JST = timezone(timedelta(hours=9), "JST")


def now() -> datetime:
    """The instant, UTC, at PostgreSQL's microseconds."""
    return datetime.now(UTC)


def today(at: datetime) -> date:
    """The JST calendar day of an instant; deadlines are inclusive days of this calendar."""
    return at.astimezone(JST).date()


def end_of(day: date) -> datetime:
    """The first instant after a JST calendar day: what is due by that day is late from here on."""
    return datetime.combine(day + timedelta(days=1), time.min, JST).astimezone(UTC)


def last_day(end: datetime) -> date:
    """The JST calendar day that `end_of` was given."""
    return today(end - timedelta(microseconds=1))
