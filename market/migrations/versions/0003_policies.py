"""Forced row-level security on every table, and what each role may do.

A tenant sees its own rows. The engine sees all. A coordinator sees what is published in its jurisdiction.
A counterparty sees published listings that an access grant opens to it. Nobody else sees anything, the
owner of the tables included.
"""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# wrapped in a select: evaluated once for a query, not once for a row
TENANT = "(select nullif(current_setting('app.tenant_id', true), '')::uuid)"
OWN = {
    "organisation": "id",
    "access_grant": "viewer_tenant",
    **dict.fromkeys(
        (
            "jurisdiction", "app_user", "api_key", "spec", "spec_revision", "lot", "lot_revision", "assay",
            "reservation", "matched", "idempotency", "outbox", "audit_event",
        ),
        "tenant_id",
    ),
}  # fmt: skip
ENGINE = (
    "organisation", "jurisdiction", "spec", "spec_revision", "lot", "lot_revision", "assay", "reservation", "match",
    "matched", "access_grant", "idempotency", "outbox", "audit_event",
)  # fmt: skip
LISTINGS = ("spec", "lot")


def inside(prefecture: str, member: str) -> str:
    """Whether a row lies in the caller's jurisdiction; each function runs once for a query."""
    return (
        f"(select coordinates_everything()) or {prefecture} = any ((select coordinated_prefectures())::text[])"
        f" or {member} = any ((select coordinated_members())::uuid[])"
    )


def granted(kind: str) -> str:
    """Whether a listing was opened to the caller; a private or closed one only by a deal."""
    return f"""status <> 'draft' and (select is_verified({TENANT})) and is_verified(tenant_id) and exists (
      select from access_grant g where g.viewer_tenant = {TENANT} and g.object_kind = '{kind}'
        and g.object_id = {kind}.id and g.owner_tenant = {kind}.tenant_id
        and (g.why = 'deal' or {kind}.status = 'active' and {kind}.visibility = 'matched'))"""


# A row hangs on its listing: the subquery sees what the same role may see of listings.
STOCK_OF_SEEN = """exists (select from spec s where s.tenant_id = reservation.tenant_id and s.id = spec_id)
  or exists (select from lot l where l.tenant_id = reservation.tenant_id and l.id = lot_id)"""
MATCH_OF_SEEN = """exists (select from spec s where s.tenant_id = spec_tenant and s.id = spec_id)
  and exists (select from lot l where l.tenant_id = lot_tenant and l.id = lot_id)"""

GRANTS = {
    "capillary_app": (
        "select on organisation, jurisdiction, reservation, matched, access_grant, alembic_version",
        "select, insert, update on app_user, spec, lot, idempotency",
        "select, insert on api_key, spec_revision, lot_revision, assay, audit_event",
        "update (name, revoked_at) on api_key",
        "update (rev_removed, position) on assay",
        "insert on outbox",
        """select (spec_id, lot_id, spec_rev, lot_rev, verdict, probability, score, engine, catalogue, evaluated_at)
           on match""",
    ),
    "capillary_engine": (
        "select on organisation, jurisdiction, spec, spec_revision, lot, lot_revision, assay, reservation",
        "update (status, version, updated_at, changed_xid) on spec, lot",
        "update (state) on reservation",
        "select, insert, update, delete on match, matched, access_grant, outbox",
        "select, delete on idempotency",
        "insert on audit_event",
    ),
    "capillary_coordinator": (
        "select on organisation, jurisdiction, spec, spec_revision, lot, lot_revision, reservation, match",
        "update (verified_at, verified_by, version) on organisation",
        "select, insert, update on idempotency",
        "insert on audit_event",
    ),
    "capillary_counterparty": ("select on spec, lot, reservation, access_grant",),
    "capillary_authenticator": (
        "select on organisation, jurisdiction, app_user, api_key",
        "update (last_used_at) on api_key",
    ),
}


def policies() -> list[tuple[str, str, str, str, str]]:
    """(name, table, command, role, predicate); the predicate guards both what is read and what is written."""
    found = [("own", table, "all", "capillary_app, capillary_owner", f"{column} = {TENANT}")
             for table, column in OWN.items()]  # fmt: skip
    found.append(
        ("own", "match", "all", "capillary_app, capillary_owner", f"spec_tenant = {TENANT} or lot_tenant = {TENANT}")
    )
    found += [("engine", table, "all", "capillary_engine", "true") for table in ENGINE]
    for table in ("jurisdiction", "idempotency", "audit_event"):
        found.append(("coordinator", table, "all", "capillary_coordinator", f"tenant_id = {TENANT}"))
    # inside a jurisdiction only: an unverified coordinator has none, so it cannot verify itself
    found.append(("coordinator", "organisation", "all", "capillary_coordinator", inside("prefecture", "id")))
    for table in LISTINGS:
        where = f"status <> 'draft' and visibility = 'matched' and ({inside('prefecture', 'tenant_id')})"
        found.append(("coordinator", table, "all", "capillary_coordinator", where))
        revision = f"{table}_revision"
        where = f"exists (select from {table} x where x.tenant_id = {revision}.tenant_id and x.id = {revision}.id)"
        found.append(("coordinator", f"{table}_revision", "all", "capillary_coordinator", where))
        found.append(("counterparty", table, "all", "capillary_counterparty", granted(table)))
    found += [(role.removeprefix("capillary_"), "reservation", "all", role, STOCK_OF_SEEN)
              for role in ("capillary_coordinator", "capillary_counterparty")]  # fmt: skip
    found.append(("coordinator", "match", "all", "capillary_coordinator", MATCH_OF_SEEN))
    found.append(("counterparty", "access_grant", "all", "capillary_counterparty", f"viewer_tenant = {TENANT}"))
    for table in ("organisation", "jurisdiction", "app_user", "api_key"):
        found.append(("authenticator", table, "all", "capillary_authenticator", "true"))
    return found


def upgrade() -> None:
    op.execute("set local lock_timeout = '5s'")
    run = op.get_bind().exec_driver_sql
    for table in (*OWN, "match"):
        run(f"alter table {table} enable row level security")
        run(f"alter table {table} force row level security")
    for name, table, command, role, predicate in policies():
        run(f'create policy "{name}" on {table} for {command} to {role} using ({predicate}) with check ({predicate})')
    for role, privileges in GRANTS.items():
        for privilege in privileges:
            run(f"grant {privilege} to {role}")


def downgrade() -> None:
    op.execute("set local lock_timeout = '5s'")
    run = op.get_bind().exec_driver_sql
    for role in GRANTS:
        run(f"revoke all on all tables in schema public from {role}")
    for name, table, *_ in policies():
        run(f'drop policy "{name}" on {table}')
    for table in (*OWN, "match"):
        run(f"alter table {table} no force row level security")
        run(f"alter table {table} disable row level security")
