"""The audit chain and the notices: what one tenant writes and others read, only through functions.

The functions belong to `capillary_recorder`, which cannot log in. Nobody else, not even the owner of the tables, may
write an event, a payload or somebody's notice by hand.
"""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

TENANT = "(select nullif(current_setting('app.tenant_id', true), '')::uuid)"
# every role that the application takes
ROLES = "capillary_app, capillary_engine, capillary_coordinator, capillary_counterparty"
# who reads a chain because its tenant is in the audience of an event. What a coordinator reads of deals that it is
# not told of comes with the deals, as a policy of its own.
READERS = "capillary_app, capillary_coordinator"

TABLES = {
    "chain_event": """create table chain_event (
  chain uuid not null,
  seq bigint not null,
  at timestamptz not null,
  actor_tenant uuid,
  actor uuid,
  action text not null,
  object_kind text not null,
  object_id uuid not null,
  audience uuid[] not null,
  payload_digest bytea not null,
  previous bytea,
  digest bytea not null,
  request_id text,
  constraint pk_chain_event primary key (chain, seq),
  constraint ck_chain_event_seq check (seq >= 1),
  constraint ck_chain_event_previous check ((previous is null) = (seq = 1)),
  constraint ck_chain_event_digests check (octet_length(payload_digest) = 32 and octet_length(digest) = 32),
  constraint ck_chain_event_audience check (array_position(audience, null) is null)
)""",
    "chain_payload": """create table chain_payload (
  chain uuid not null,
  seq bigint not null,
  salt bytea,
  payload jsonb,
  constraint pk_chain_payload primary key (chain, seq),
  constraint ck_chain_payload_payload check ((salt is null) = (payload is null)),
  constraint ck_chain_payload_object check (jsonb_typeof(payload) = 'object')
)""",
    # the end of each chain: without it nobody would miss the last events
    "chain_head": """create table chain_head (
  chain uuid not null,
  seq bigint not null,
  digest bytea not null,
  constraint pk_chain_head primary key (chain)
)""",
    "notice": """create table notice (
  tenant_id uuid not null,
  id uuid not null,
  at timestamptz not null,
  code text not null,
  params jsonb not null,
  object_kind text not null,
  object_id uuid not null,
  read_at timestamptz,
  dedupe text,
  constraint pk_notice primary key (tenant_id, id),
  constraint fk_notice_tenant_id_organisation foreign key (tenant_id) references organisation (id),
  constraint uq_notice_tenant_id_dedupe unique (tenant_id, dedupe),
  constraint ck_notice_params check (jsonb_typeof(params) = 'object')
)""",
}
INDEXES = (
    "create index ix_notice_tenant_id_id on notice (tenant_id, id) where read_at is null",
    "create index ix_notice_at on notice (at)",
)

FUNCTIONS = {
    # Each field is preceded by its length (-1 for null), so that no two events have one canonical form.
    "chain_put(uuid, timestamptz, uuid, uuid, text, text, uuid, uuid[], jsonb, text)": """
create function chain_put(chain uuid, at timestamptz, actor_tenant uuid, actor uuid, action text, object_kind text,
                          object_id uuid, audience uuid[], payload jsonb, request_id text) returns bigint
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  salt bytea := uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid());
  digest_of_payload bytea := sha256(salt || convert_to(payload::text, 'UTF8'));
  last chain_head;
  field bytea;
  canonical bytea := convert_to('capillary.chain.1', 'UTF8');
begin
  perform pg_advisory_xact_lock(7309, hashtext(chain::text));
  -- a new statement, so it sees what was committed while this one waited
  select * into last from chain_head h where h.chain = $1;
  last.seq := coalesce(last.seq, 0) + 1;
  foreach field in array array[
    uuid_send(chain), int8send(last.seq), timestamptz_send(at), uuid_send(actor_tenant), uuid_send(actor),
    convert_to(action, 'UTF8'), convert_to(object_kind, 'UTF8'), uuid_send(object_id),
    (select coalesce(string_agg(uuid_send(u.id), ''::bytea order by u.place), '')
     from unnest(audience) with ordinality u (id, place)),
    digest_of_payload, last.digest, convert_to(request_id, 'UTF8')]
  loop
    canonical := canonical || int4send(coalesce(octet_length(field), -1)) || coalesce(field, '');
  end loop;
  insert into chain_event values (chain, last.seq, at, actor_tenant, actor, action, object_kind, object_id, audience,
                                  digest_of_payload, last.digest, sha256(canonical), request_id);
  insert into chain_payload values (chain, last.seq, salt, payload);
  insert into chain_head values (chain, last.seq, sha256(canonical))
    on conflict on constraint pk_chain_head do update set seq = excluded.seq, digest = excluded.digest;
  return last.seq;
end
$$""",
    # In the name of the caller's own tenant only; of no tenant (the marketplace itself, by the clock) as the engine.
    "chain_append(uuid, timestamptz, uuid, uuid, text, text, uuid, uuid[], jsonb, text)": """
create function chain_append(chain uuid, at timestamptz, actor_tenant uuid, actor uuid, action text, object_kind text,
                             object_id uuid, audience uuid[], payload jsonb, request_id text) returns bigint
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  if actor_tenant is distinct from nullif(current_setting('app.tenant_id', true), '')::uuid
     or actor_tenant is null and current_setting('role') <> 'capillary_engine' then
    raise insufficient_privilege using message = 'an event is written in the name of its own tenant';
  end if;
  if action = 'erase_payload' then
    raise insufficient_privilege using message = 'only an erasure says that it is one';
  end if;
  return chain_put(chain, at, actor_tenant, actor, action, object_kind, object_id, audience, payload, request_id);
end
$$""",
    # The event stays, with its digests; one more says that its payload is gone. Null where nothing is to be erased.
    "chain_erase(uuid, bigint, text, timestamptz)": """
create function chain_erase(chain uuid, seq bigint, reason text, at timestamptz) returns bigint
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  erased chain_event;
begin
  select e.* into erased from chain_event e where e.chain = $1 and e.seq = $2 and e.action <> 'erase_payload';
  update chain_payload p set salt = null, payload = null
    where p.chain = erased.chain and p.seq = erased.seq and p.payload is not null;
  if not found then
    return null;
  end if;
  return chain_put(chain, at, null, null, 'erase_payload', erased.object_kind, erased.object_id, erased.audience,
                   jsonb_build_object('seq', seq, 'reason', reason), null);
end
$$""",
    "notice_tell(uuid, uuid, timestamptz, text, jsonb, text, uuid, text)": """
create function notice_tell(tenant uuid, id uuid, at timestamptz, code text, params jsonb, object_kind text,
                            object_id uuid, dedupe text) returns boolean
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  insert into notice values (tenant, id, at, code, params, object_kind, object_id, null, dedupe)
    on conflict on constraint uq_notice_tenant_id_dedupe do nothing;
  return found;
end
$$""",
}
PUT, APPEND, ERASE, TELL = FUNCTIONS

READ = f"{TENANT} = any (audience)"
READ_EVENT = "exists (select from chain_event e where e.chain = chain_payload.chain and e.seq = chain_payload.seq)"
POLICIES = (
    ("recorder", "chain_event", "capillary_recorder", "true"),
    ("recorder", "chain_payload", "capillary_recorder", "true"),
    ("recorder", "chain_head", "capillary_recorder", "true"),
    ("recorder", "notice", "capillary_recorder", "true"),
    # it verifies every chain
    ("engine", "chain_event", "capillary_engine", "true"),
    ("engine", "chain_payload", "capillary_engine", "true"),
    ("engine", "chain_head", "capillary_engine", "true"),
    ("audience", "chain_event", READERS, READ),
    ("audience", "chain_payload", READERS, READ_EVENT),
    ("own", "notice", "capillary_app, capillary_owner", f"tenant_id = {TENANT}"),
    ("engine", "notice", "capillary_engine", "true"),
)
GRANTS = (
    *(f"revoke insert, update, delete, truncate on {table} from capillary_owner" for table in TABLES),
    "grant select, insert on chain_event to capillary_recorder",
    "grant select, insert, update on chain_payload, chain_head to capillary_recorder",
    "grant select, insert on notice to capillary_recorder",
    f"grant select on chain_event, chain_payload to {READERS}, capillary_engine",
    "grant select on chain_head to capillary_engine",
    "grant select, update (read_at) on notice to capillary_app",
    "grant select, delete on notice to capillary_engine",
)


def upgrade() -> None:
    op.execute("set local lock_timeout = '5s'")
    run = op.get_bind().exec_driver_sql
    for statement in (*TABLES.values(), *INDEXES):
        run(statement)
    for table in TABLES:
        run(f"alter table {table} enable row level security")
        run(f"alter table {table} force row level security")
    for name, table, roles, where in POLICIES:
        run(f'create policy "{name}" on {table} for all to {roles} using ({where}) with check ({where})')
    for signature, definition in FUNCTIONS.items():
        run(definition)
        run(f"revoke execute on function {signature} from public")
    for statement in GRANTS:
        run(statement)
    for signature in (APPEND, TELL):
        run(f"grant execute on function {signature} to {ROLES}")
    # PostgreSQL lets a role own a function only where it may create in the schema: for this moment it may
    run("grant create on schema public to capillary_recorder")
    for signature in FUNCTIONS:
        run(f"alter function {signature} owner to capillary_recorder")
    run("revoke create on schema public from capillary_recorder")
    # a new owner takes over the rights of the old one, who is granted this one by itself
    run("set local role capillary_recorder")
    run(f"grant execute on function {ERASE} to capillary_owner")
    run("set local role capillary_owner")


def downgrade() -> None:
    op.execute("set local lock_timeout = '5s'")
    run = op.get_bind().exec_driver_sql
    run("set local role capillary_recorder")
    for signature in FUNCTIONS:
        run(f"drop function {signature}")
    run("set local role capillary_owner")
    for table in ("notice", "chain_head", "chain_payload", "chain_event"):
        run(f"drop table {table}")
