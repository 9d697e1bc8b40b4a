"""Rows of freight tables that the database refuses."""


def put_table(**wrong: str) -> str:
    """A freight table of tenant $1."""
    values = {"rev": "1", "status": "'active'"} | wrong
    return (
        f"insert into freight_table (tenant_id, id, version, created_at, updated_at, {', '.join(values)})"
        f" values ($1, gen_random_uuid(), 1, now(), now(), {', '.join(values.values())})"
    )


def put_edition(**wrong: str) -> str:
    """An edition of a freight table that there is not, of tenant $1."""
    values = {"rev": "1", "prefectures": "'{JP-14}'", "content": "'{}'"} | wrong
    return (
        f"insert into freight_table_revision (tenant_id, id, counts_from, set_at, {', '.join(values)})"
        f" values ($1, gen_random_uuid(), now(), now(), {', '.join(values.values())})"
    )


WRONG_TABLES = (
    put_table(rev="0"),
    put_table(rev="2"),
    put_table(status="'shipped'"),
    put_edition(rev="0"),
    put_edition(prefectures="'{JP-14,Tokyo}'"),
    put_edition(prefectures="array['JP-14', null]"),
    put_edition(content="'[]'"),
)
