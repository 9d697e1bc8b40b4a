"""Rows of tenders and bids that the database refuses; of a right one it misses only the spec, or the tender."""


def put_tender(**wrong: str) -> str:
    """A tender of tenant $1 on a spec that there is not."""
    values = {
        "version": "1",
        "status": "'open'",
        "kg": "1000",
        "awarded_kg": "0",
        "deadline": "now()",
        "invited": "array[gen_random_uuid()]",
        "reason": "null",
        "digest": "null",
        "opened_at": "null",
    } | wrong
    return (
        "insert into tender (tenant_id, id, spec_id, spec_rev, material, prefectures, content, created_at, updated_at, "
        f"{', '.join(values)}) values ($1, gen_random_uuid(), gen_random_uuid(), 1, 'm', '{{JP-13}}', '{{}}', now(), "
        f"now(), {', '.join(values.values())})"
    )


def put_bid(**wrong: str) -> str:
    """A bid for a tender of tenant $1 that there is not."""
    salt = "decode(repeat('00', 32), 'hex')"
    values = {
        "no": "1",
        "state": "'standing'",
        "price": "1",
        "kg": "100",
        "min_kg": "1",
        "salt": salt,
        "sealed": "'{}'",
        "digest": f"sha256({salt} || convert_to('{{}}', 'UTF8'))",
        "awarded_kg": "null",
        "deal_id": "null",
        "closed_at": "null",
    } | wrong
    return (
        "insert into bid (tenant_id, id, tender_id, seller_tenant, lot_id, lot_rev, evaluation, created_at, "
        f"{', '.join(values)}) values ($1, gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), "
        f"1, '{{}}', now(), {', '.join(values.values())})"
    )


_OPENED = {"status": "'opened'", "opened_at": "now()"}
_AWARDED = {"state": "'awarded'", "closed_at": "now()", "awarded_kg": "50", "deal_id": "gen_random_uuid()"}
RIGHT_TENDERS = (
    put_tender(),
    put_tender(**_OPENED, digest="sha256('')"),
    put_tender(status="'cancelled'", reason="'Why'"),
    put_tender(**_OPENED | {"status": "'awarded'", "awarded_kg": "1000"}),
    put_bid(),
    put_bid(**_AWARDED),
)
WRONG_TENDERS = (
    put_tender(version="0"),
    put_tender(status="'lost'", opened_at="now()"),
    put_tender(kg="0", awarded_kg="0"),
    put_tender(awarded_kg="1"),
    put_tender(**_OPENED, awarded_kg="1001"),
    put_tender(invited="'{}'"),
    put_tender(invited="array[$1::uuid]"),
    put_tender(**_OPENED | {"opened_at": "now() - interval '1 second'"}),
    put_tender(opened_at="now()"),
    put_tender(status="'opened'"),
    put_tender(status="'cancelled'"),
    put_tender(reason="'Why'"),
    put_tender(digest="sha256('')"),
    put_tender(**_OPENED, digest="'short'"),
    put_bid(no="0"),
    put_bid(state="'lost'", closed_at="now()"),
    put_bid(price="-1"),
    put_bid(price="'Infinity'"),
    put_bid(price="'NaN'"),
    put_bid(min_kg="0"),
    put_bid(min_kg="101"),
    put_bid(salt="'short'", digest="sha256('short' || convert_to('{}', 'UTF8'))"),
    put_bid(sealed="'{\"price\": 1}'"),
    put_bid(state="'withdrawn'"),
    put_bid(closed_at="now()"),
    put_bid(**_AWARDED | {"awarded_kg": "101"}),
    put_bid(**_AWARDED | {"deal_id": "null"}),
    put_bid(awarded_kg="50", deal_id="gen_random_uuid()"),
)
