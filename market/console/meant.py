"""What a filter in an address can mean: a link with a wrong one shows more, not an error."""


def meant(said: str | None) -> str | None:
    """None for a blank, and for what no code is written with, which PostgreSQL does not even store."""
    return said if said and said.isprintable() else None
