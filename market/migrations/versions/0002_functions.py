"""Functions that look behind row-level security, and the triggers of freshness and of the outbox.

The security definer functions belong to roles that cannot log in and see only what each needs. Each function names
`pg_temp` last in its path: unnamed it comes first, and a caller's temporary table would stand in for ours.
"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

OWNED_BY_AUTHENTICATOR = {
    "authenticate(bytea)": """
create function authenticate(digest bytea)
returns table (tenant_id uuid, kind text, verified boolean, key_id uuid, user_id uuid, role text, scopes text[])
language sql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
  with hit as (
    select k.tenant_id, o.kind, o.verified_at is not null as verified, k.id, k.user_id, u.role, k.scopes
    from api_key k
    join organisation o on o.id = k.tenant_id
    left join app_user u on u.tenant_id = k.tenant_id and u.id = k.user_id
    where k.digest = $1 and k.revoked_at is null and u.disabled_at is null
  ), used as (
    update api_key k set last_used_at = now() from hit
    where k.tenant_id = hit.tenant_id and k.id = hit.id
      and (k.last_used_at is null or k.last_used_at < now() - interval '1 minute')
  )
  select * from hit
$$""",
    "coordinates_everything()": """
create function coordinates_everything() returns boolean
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select exists (
    select from jurisdiction j join organisation o on o.id = j.tenant_id
    where j.tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid
      and o.kind = 'coordinator' and o.verified_at is not null and j.everything)
$$""",
    "coordinated_prefectures()": """
create function coordinated_prefectures() returns text[]
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select coalesce(array_agg(j.prefecture), '{}')
  from jurisdiction j join organisation o on o.id = j.tenant_id
  where j.tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid
    and o.kind = 'coordinator' and o.verified_at is not null and j.prefecture is not null
$$""",
    "coordinated_members()": """
create function coordinated_members() returns uuid[]
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select coalesce(array_agg(j.member_id), '{}')
  from jurisdiction j join organisation o on o.id = j.tenant_id
  where j.tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid
    and o.kind = 'coordinator' and o.verified_at is not null and j.member_id is not null
$$""",
    "is_verified(uuid)": """
create function is_verified(organisation_id uuid) returns boolean
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select exists (select from organisation o where o.id = $1 and o.verified_at is not null)
$$""",
}

OWNED_BY_ENGINE = {
    # how many verified firms of a material sit in a prefecture: with few of them its name would give one away
    "firms_in(text, text, text)": """
create function firms_in(object_kind text, material text, prefecture text) returns bigint
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select count(distinct x.tenant_id)
  from (select tenant_id from lot l where $1 = 'lot' and l.status = 'active' and l.material = $2 and l.prefecture = $3
        union all
        select tenant_id from spec s
        where $1 = 'spec' and s.status = 'active' and s.material = $2 and s.prefecture = $3) x
  join organisation o on o.id = x.tenant_id and o.verified_at is not null
$$""",
    # a change of trust changes who may see every listing of the firm: all of them are matched again
    "organisation_trusted()": """
create function organisation_trusted() returns trigger
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  update spec set changed_xid = pg_current_xact_id() where tenant_id = new.id and status = 'active';
  update lot set changed_xid = pg_current_xact_id() where tenant_id = new.id and status = 'active';
  insert into outbox (tenant_id, topic, object_id, rev)
    select tenant_id, 'spec.changed', id, rev from spec where tenant_id = new.id and status = 'active'
    union all
    select tenant_id, 'lot.changed', id, rev from lot where tenant_id = new.id and status = 'active';
  return null;
end
$$""",
}

PLAIN = {
    # readers ask for rows with changed_xid >= the xmin of their last snapshot, so they miss no commit
    "listing_touched()": """
create function listing_touched() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
  new.changed_xid := pg_current_xact_id();
  return new;
end
$$""",
    "stock_moved()": """
create function stock_moved() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
declare
  moved reservation := coalesce(new, old);
begin
  update spec set changed_xid = pg_current_xact_id() where tenant_id = moved.tenant_id and id = moved.spec_id;
  update lot set changed_xid = pg_current_xact_id() where tenant_id = moved.tenant_id and id = moved.lot_id;
  return null;
end
$$""",
    "outbox_rang()": """
create function outbox_rang() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
  -- a statement that inserted nothing fires too, and a NOTIFY makes commits queue up behind each other
  if exists (select from fresh) then
    perform pg_notify('capillary_outbox', '');
  end if;
  return null;
end
$$""",
}

# One's own listing in one round trip: tenant and row in the caller's implicit transaction, under the caller's
# policies. The tenant is set before the second statement is planned or run.
OWN = """
create function own_{table}(tenant uuid, wanted uuid)
returns table (id uuid, rev integer, version integer, status text, remaining_kg bigint, window_until date,
               created_at timestamptz, updated_at timestamptz, published_at timestamptz, content jsonb)
language plpgsql set search_path = pg_catalog, public, pg_temp as $$
#variable_conflict use_column
begin
  perform set_config('app.tenant_id', tenant::text, true);
  return query
    select l.id, l.rev, l.version, l.status,
           l.kg - coalesce((select sum(r.kg) from reservation r
             where r.tenant_id = l.tenant_id and r.{table}_id = l.id
               and (r.state in ('committed', 'delivered')
                    or r.state = 'held' and (r.expires_at is null or r.expires_at > now()))), 0)::bigint,
           l.window_until, l.created_at, l.updated_at, l.published_at, l.content
    from {table} l where l.tenant_id = tenant and l.id = wanted;
end
$$"""
PLAIN |= {f"own_{table}(uuid, uuid)": OWN.format(table=table) for table in ("spec", "lot")}

TRIGGERS = (
    "create trigger spec_touched before update on spec for each row execute function listing_touched()",
    "create trigger lot_touched before update on lot for each row execute function listing_touched()",
    """create trigger stock_moved after insert or update or delete on reservation
       for each row execute function stock_moved()""",
    """create trigger outbox_rang after insert on outbox referencing new table as fresh
       for each statement execute function outbox_rang()""",
    """create trigger organisation_trusted after update of verified_at on organisation
       for each row when ((old.verified_at is null) <> (new.verified_at is null))
       execute function organisation_trusted()""",
)

EXECUTE = (
    ("authenticate(bytea)", "capillary_app"),
    ("coordinates_everything()", "capillary_coordinator"),
    ("coordinated_prefectures()", "capillary_coordinator"),
    ("coordinated_members()", "capillary_coordinator"),
    ("is_verified(uuid)", "capillary_counterparty"),
    ("own_spec(uuid, uuid)", "capillary_app"),
    ("own_lot(uuid, uuid)", "capillary_app"),
    ("firms_in(text, text, text)", "capillary_counterparty, capillary_coordinator, capillary_engine"),
)

DEFINERS = (
    ("capillary_authenticator", OWNED_BY_AUTHENTICATOR),
    ("capillary_engine", OWNED_BY_ENGINE),
)


def upgrade() -> None:
    op.execute("set local lock_timeout = '5s'")
    run = op.get_bind().exec_driver_sql
    for functions in (OWNED_BY_AUTHENTICATOR, OWNED_BY_ENGINE, PLAIN):
        for signature, definition in functions.items():
            run(definition)
            run(f"revoke execute on function {signature} from public")
    for trigger in TRIGGERS:
        run(trigger)
    for signature, roles in EXECUTE:
        run(f"grant execute on function {signature} to {roles}")
    # PostgreSQL lets a role own a function only where it may create in the schema: for this moment it may
    for role, functions in DEFINERS:
        run(f"grant create on schema public to {role}")
        for signature in functions:
            run(f"alter function {signature} owner to {role}")
        run(f"revoke create on schema public from {role}")


def downgrade() -> None:
    op.execute("set local lock_timeout = '5s'")
    run = op.get_bind().exec_driver_sql
    for trigger, table in (
        ("organisation_trusted", "organisation"), ("outbox_rang", "outbox"), ("stock_moved", "reservation"),
        ("lot_touched", "lot"), ("spec_touched", "spec"),
    ):  # fmt: skip
        run(f"drop trigger {trigger} on {table}")
    for signature in PLAIN:
        run(f"drop function {signature}")
    for role, functions in DEFINERS:
        run(f"set local role {role}")
        for signature in functions:
            run(f"drop function {signature}")
    run("set local role capillary_owner")
