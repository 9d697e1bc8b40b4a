"""Statements that insert one row, in order but for what a test gets wrong."""

JOB = {
    "queued": {"input": "'x'"},
    "running": {"input": "'x'", "lease_until": "now()"},
    "done": {"result": "'x'", "finished_at": "now()", "expires_at": "now()"},
    "failed": {"problem": "'{}'", "finished_at": "now()", "expires_at": "now()"},
    "cancelled": {"finished_at": "now()", "expires_at": "now()"},
}


def put_job(state: str, wrong: dict[str, str]) -> str:
    """A job of tenant $1."""
    values = {"state": f"'{state}'", **JOB[state]} | wrong
    return (
        f"insert into job (tenant_id, id, kind, language, created_at, {', '.join(values)})"
        f" values ($1, gen_random_uuid(), 'blend', 'en', now(), {', '.join(values.values())})"
    )


def put_notice(**wrong: str) -> str:
    """A notice to tenant $1."""
    values = {"params": "'{}'", "dedupe": "null"} | wrong
    return (
        f"insert into notice (tenant_id, id, at, code, object_kind, object_id, {', '.join(values)})"
        f" values ($1, gen_random_uuid(), now(), 'x', 'x', $1, {', '.join(values.values())})"
    )


def put_event(**wrong: str) -> str:
    """An event of tenant $1, the first of its chain."""
    digest = "sha256('')"
    values = {"seq": "1", "audience": "array[$1::uuid]", "payload_digest": digest, "previous": "null", "digest": digest}
    values |= wrong
    return (
        f"insert into chain_event (chain, at, actor_tenant, action, object_kind, object_id, {', '.join(values)})"
        f" values (gen_random_uuid(), now(), $1, 'x', 'x', $1, {', '.join(values.values())})"
    )


def put_offer(**wrong: str) -> str:
    """An offer of tenant $1."""
    values = {"version": "1", "status": "'active'", "prefecture": "'JP-12'", "content": "'{}'"} | wrong
    return (
        f"insert into upgrade_offer (tenant_id, id, step, created_at, updated_at, {', '.join(values)})"
        f" values ($1, gen_random_uuid(), 'HAND_PICKING', now(), now(), {', '.join(values.values())})"
    )


# a blend of tenant $1, and a share in it of the lot of tenant $2
BLEND = """insert into blend (tenant_id, id, spec_id, spec_rev, place, content, created_at)
select $1, {id}, {spec}, {rev}, {place}, {content}, now() from spec where tenant_id = $1"""
RIGHT = {"id": "gen_random_uuid()", "spec": "id", "rev": "1", "place": "1", "content": "'{}'"}
SHARE = """insert into blend_share (tenant_id, blend_id, lot_tenant, lot_id, lot_rev, kg, told)
select b.tenant_id, b.id, {tenant}, l.id, {rev}, {kg}, true from blend b, lot l
where b.tenant_id = $1 and l.tenant_id = $2"""

# what a coordinator writes into a permit
CHECKED = {
    "outcome": "'confirmed'",
    "attestation": "'register'",
    "checked_on": "current_date",
    "checked_by": "$1",
    "checked_at": "now()",
}
# checks are tried by name, and that the holder did not check itself comes before these
BY_ANOTHER = {"checked_by": "gen_random_uuid()"}

WRONG_PERMITS: tuple[dict[str, str], ...] = (
    {"version": "0"},
    {"status": "'draft'"},
    {"content": "'[]'"},
    {"warned": "-1"},
    # a check is whole, of a known kind, and never by the holder, who is `$1`
    {"outcome": "'confirmed'"},
    {"note": "'seen'"},
    CHECKED | BY_ANOTHER | {"outcome": "'perhaps'"},
    CHECKED | BY_ANOTHER | {"attestation": "'hearsay'"},
    CHECKED,
)


def put_permit(**wrong: str) -> str:
    """A permit of tenant $1."""
    values = {"version": "1", "status": "'active'", "content": "'{}'"} | wrong
    return (
        f"insert into permit (tenant_id, id, kind, created_at, updated_at, {', '.join(values)})"
        f" values ($1, gen_random_uuid(), 'KOUIKI', now(), now(), {', '.join(values.values())})"
    )


def put_review(**wrong: str) -> str:
    """A review of deal $1."""
    values = {"no": "1", "act": "'approve'", "audience": "parties"} | wrong
    return (
        f"insert into review (tenant_id, id, deal_id, by_tenant, content, at, {', '.join(values)})"
        f" select tenant_id, gen_random_uuid(), id, tenant_id, '{{}}', now(), {', '.join(values.values())}"
        " from deal where id = $1"
    )


def put_policy(**wrong: str) -> str:
    """What coordinator $1 wants to review."""
    values = {"version": "1"} | wrong
    return (
        f"insert into review_policy (tenant_id, content, updated_at, {', '.join(values)})"
        f" values ($1, '{{}}', now(), {', '.join(values.values())})"
    )
