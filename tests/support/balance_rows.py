"""Rows of the market's balance that the database refuses."""


def put_standing(**wrong: str) -> str:
    """How a listing of tenant $1 stands."""
    values = {"object_kind": "'spec'", "digest": "'d'", "pairs": "'p'", "kg": "10", "matched_kg": "4", "near_kg": "6"}
    values |= wrong
    return (
        f"insert into standing (tenant_id, object_id, at, {', '.join(values)}) "
        f"values ($1, gen_random_uuid(), now(), {', '.join(values.values())})"
    )


def put_snapshot(**wrong: str) -> str:
    """When stock was taken; $1 is anyone."""
    values = {"id": "1", "demand_kg": "10", "assessed_kg": "10", "listings": "1"} | wrong
    return (
        f"insert into balance_snapshot (as_of, {', '.join(values)}) "
        f"select now(), {', '.join(values.values())} where $1::uuid is not null"
    )


def put_cell(**wrong: str) -> str:
    """A cell of as few firms as may be; $1 is anyone."""
    values = {
        "exact": "false",
        "side": "'supply'",
        "family": "'steel'",
        "material": "null",
        "grade": "null",
        "region": "null",
        "prefecture": "null",
        "quarter": "null",
        "month": "null",
        "firms": "5",
        "matched_kg": "0",
        "near_kg": "0",
        "rest_kg": "1",
    } | wrong
    return (
        f"insert into balance_cell ({', '.join(values)}) select {', '.join(values.values())} where $1::uuid is not null"
    )


def put_finding(**wrong: str) -> str:
    """A finding of as few firms as may be; $1 is anyone."""
    values = {"exact": "false", "kind": "'gap'", "code": "'limit'", "about": "'Cu'", "firms": "5", "kg": "1"} | wrong
    return (
        f"insert into balance_finding ({', '.join(values)}) "
        f"select {', '.join(values.values())} where $1::uuid is not null"
    )


WRONG_BALANCE = (
    put_standing(object_kind="'deal'"),
    put_standing(pairs="null"),
    put_standing(matched_kg="5"),
    put_standing(matched_kg="-1"),
    put_standing(kg="null"),
    put_snapshot(id="2"),
    put_snapshot(assessed_kg="11"),
    put_cell(side="'both'"),
    # merged, and of fewer than five
    put_cell(firms="4"),
    put_cell(exact="true", firms="0"),
    put_cell(family="null", material="'m'"),
    put_cell(grade="'g'"),
    put_cell(prefecture="'JP-13'"),
    put_cell(month="'2027-01'"),
    put_cell(rest_kg="-1"),
    put_finding(kind="'guess'"),
    put_finding(firms="4"),
    put_finding(exact="true", firms="0"),
    put_finding(code="null"),
    put_finding(kg="0"),
)
