"""Tables of the marketplace: parties, listings, stock, matches, and the kit's own."""

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TABLES = (
    "organisation", "jurisdiction", "app_user", "api_key", "spec", "spec_revision", "lot", "lot_revision",
    "assay", "reservation", "match", "matched", "access_grant", "idempotency", "outbox", "audit_event",
)  # fmt: skip

PARTIES = """
create table organisation (
  id uuid not null,
  kind text not null,
  name text not null,
  prefecture text,
  verified_at timestamptz,
  verified_by uuid,
  version integer not null default 1,
  created_at timestamptz not null default now(),
  constraint pk_organisation primary key (id),
  constraint fk_organisation_verified_by_organisation foreign key (verified_by) references organisation (id),
  constraint ck_organisation_kind
    check (kind in ('manufacturer', 'recycler', 'processor', 'laboratory', 'coordinator')),
  constraint ck_organisation_name check (char_length(name) between 1 and 200),
  constraint ck_organisation_prefecture check (prefecture ~ '^JP-[0-9]{2}$'),
  constraint ck_organisation_version check (version >= 1)
);
create table jurisdiction (
  tenant_id uuid not null,
  id uuid not null,
  everything boolean not null default false,
  prefecture text,
  member_id uuid,
  constraint pk_jurisdiction primary key (tenant_id, id),
  constraint fk_jurisdiction_tenant_id_organisation foreign key (tenant_id) references organisation (id),
  constraint fk_jurisdiction_member_id_organisation foreign key (member_id) references organisation (id),
  constraint ck_jurisdiction_one_scope
    check (everything::int + (prefecture is not null)::int + (member_id is not null)::int = 1),
  constraint ck_jurisdiction_prefecture check (prefecture ~ '^JP-[0-9]{2}$')
);
create table app_user (
  tenant_id uuid not null,
  id uuid not null,
  email text not null,
  name text not null,
  role text not null,
  created_at timestamptz not null default now(),
  disabled_at timestamptz,
  constraint pk_app_user primary key (tenant_id, id),
  constraint uq_app_user_tenant_id_email unique (tenant_id, email),
  constraint fk_app_user_tenant_id_organisation foreign key (tenant_id) references organisation (id),
  constraint ck_app_user_role check (role in ('admin', 'member', 'viewer')),
  constraint ck_app_user_email check (email = lower(email) and email ~ '^[^@[:space:]]+@[^@[:space:]]+$')
);
create table api_key (
  tenant_id uuid not null,
  id uuid not null,
  user_id uuid,
  name text not null,
  prefix text not null,
  digest bytea not null,
  scopes text[] not null,
  created_at timestamptz not null default now(),
  revoked_at timestamptz,
  last_used_at timestamptz,
  constraint pk_api_key primary key (tenant_id, id),
  constraint fk_api_key_tenant_id_organisation foreign key (tenant_id) references organisation (id),
  constraint fk_api_key_tenant_id_app_user foreign key (tenant_id, user_id) references app_user (tenant_id, id),
  constraint ck_api_key_digest check (octet_length(digest) = 32),
  constraint ck_api_key_scopes check (cardinality(scopes) > 0)
);
create index ix_api_key_digest on api_key (digest);
"""

# %(name)s is `spec` or `lot`, %(codes)s the columns that differ.
LISTING = """
create table %(name)s (
  tenant_id uuid not null,
  id uuid not null,
  rev integer not null,
  version integer not null,
  status text not null,
  material text not null,
  %(codes)s,
  prefecture text not null,
  lat double precision,
  lon double precision,
  window_from date not null,
  window_until date not null,
  kg bigint not null,
  price numeric,
  currency text,
  visibility text not null,
  content jsonb not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  published_at timestamptz,
  changed_xid xid8 not null default pg_current_xact_id(),
  constraint pk_%(name)s primary key (tenant_id, id),
  constraint fk_%(name)s_tenant_id_organisation foreign key (tenant_id) references organisation (id),
  constraint ck_%(name)s_rev check (rev >= 1 and version >= rev),
  constraint ck_%(name)s_status check (status in ('draft', 'active', 'complete', 'expired', 'cancelled')),
  constraint ck_%(name)s_published check (status in ('draft', 'cancelled') or published_at is not null),
  constraint ck_%(name)s_window check (window_from <= window_until),
  constraint ck_%(name)s_kg check (kg >= 0),
  constraint ck_%(name)s_price check (price >= 0 and price < 'Infinity'),
  constraint ck_%(name)s_currency check ((price is null) = (currency is null)),
  constraint ck_%(name)s_visibility check (visibility in ('matched', 'private')),
  constraint ck_%(name)s_prefecture check (prefecture ~ '^JP-[0-9]{2}$'),
  constraint ck_%(name)s_point
    check (lat between -90 and 90 and lon between -180 and 180 and (lat is null) = (lon is null)),
  constraint ck_%(name)s_content check (jsonb_typeof(content) = 'object')
);
create index ix_%(name)s_id on %(name)s (id);
create index ix_%(name)s_changed_xid on %(name)s (changed_xid);
create index ix_%(name)s_material_window_until on %(name)s (material, window_until) where status = 'active';
create table %(name)s_revision (
  tenant_id uuid not null,
  id uuid not null,
  rev integer not null,
  content jsonb not null,
  created_at timestamptz not null,
  actor uuid,
  constraint pk_%(name)s_revision primary key (tenant_id, id, rev),
  constraint fk_%(name)s_revision_tenant_id_%(name)s foreign key (tenant_id, id)
    references %(name)s (tenant_id, id) on delete cascade,
  constraint ck_%(name)s_revision_rev check (rev >= 1)
);
"""

STOCK = """
create table assay (
  tenant_id uuid not null,
  id uuid not null,
  lot_id uuid not null,
  rev_added integer not null,
  rev_removed integer,
  position integer not null,
  analyte text not null,
  sampled_on date,
  content jsonb not null,
  constraint pk_assay primary key (tenant_id, id),
  constraint fk_assay_tenant_id_lot foreign key (tenant_id, lot_id)
    references lot (tenant_id, id) on delete cascade,
  constraint ck_assay_revisions check (rev_added >= 1 and rev_removed > rev_added),
  constraint ck_assay_position check (position >= 0)
);
create index ix_assay_tenant_id_lot_id on assay (tenant_id, lot_id);
create table reservation (
  tenant_id uuid not null,
  id uuid not null,
  leg uuid,
  spec_id uuid,
  lot_id uuid,
  kg bigint not null,
  state text not null,
  expires_at timestamptz,
  constraint pk_reservation primary key (tenant_id, id),
  constraint fk_reservation_tenant_id_spec foreign key (tenant_id, spec_id) references spec (tenant_id, id),
  constraint fk_reservation_tenant_id_lot foreign key (tenant_id, lot_id) references lot (tenant_id, id),
  constraint ck_reservation_one_listing check (num_nonnulls(spec_id, lot_id) = 1),
  constraint ck_reservation_kg check (kg > 0),
  constraint ck_reservation_state check (state in ('held', 'committed', 'delivered', 'released'))
);
create index ix_reservation_tenant_id_lot_id on reservation (tenant_id, lot_id);
create index ix_reservation_tenant_id_spec_id on reservation (tenant_id, spec_id);
"""

MATCHES = """
create table match (
  spec_tenant uuid not null,
  spec_id uuid not null,
  lot_tenant uuid not null,
  lot_id uuid not null,
  spec_rev integer not null,
  lot_rev integer not null,
  verdict text not null,
  probability double precision,
  score double precision not null,
  engine text not null,
  catalogue text not null,
  evaluated_at timestamptz not null,
  constraint pk_match primary key (spec_tenant, spec_id, lot_tenant, lot_id),
  constraint fk_match_spec_tenant_spec foreign key (spec_tenant, spec_id)
    references spec (tenant_id, id) on delete cascade,
  constraint fk_match_lot_tenant_lot foreign key (lot_tenant, lot_id)
    references lot (tenant_id, id) on delete cascade,
  constraint ck_match_verdict check (verdict in
    ('in_specification', 'conditionally_acceptable', 'not_evaluated', 'out_of_specification')),
  constraint ck_match_probability check (probability between 0 and 1),
  constraint ck_match_score check (score between 0 and 1),
  constraint ck_match_not_with_oneself check (spec_tenant <> lot_tenant)
);
create index ix_match_lot_tenant_lot_id on match (lot_tenant, lot_id);
create table matched (
  tenant_id uuid not null,
  object_id uuid not null,
  object_kind text not null,
  rev integer not null,
  engine text not null,
  catalogue text not null,
  at timestamptz not null,
  constraint pk_matched primary key (tenant_id, object_id),
  constraint ck_matched_object_kind check (object_kind in ('spec', 'lot'))
);
create table access_grant (
  viewer_tenant uuid not null,
  object_kind text not null,
  object_id uuid not null,
  owner_tenant uuid not null,
  why text not null,
  created_at timestamptz not null default now(),
  constraint pk_access_grant primary key (viewer_tenant, object_kind, object_id, why),
  constraint fk_access_grant_viewer_tenant_organisation foreign key (viewer_tenant) references organisation (id),
  constraint fk_access_grant_owner_tenant_organisation foreign key (owner_tenant) references organisation (id),
  constraint ck_access_grant_object_kind check (object_kind in ('spec', 'lot')),
  constraint ck_access_grant_why check (why in ('match', 'served', 'deal')),
  constraint ck_access_grant_not_to_oneself check (viewer_tenant <> owner_tenant)
);
create index ix_access_grant_object_id on access_grant (object_id);
"""

KIT = """
create table idempotency (
  tenant_id uuid not null,
  path text not null,
  key text not null,
  body_hash bytea not null,
  status smallint not null,
  headers jsonb not null default '{}',
  body bytea not null,
  created_at timestamptz not null,
  constraint pk_idempotency primary key (tenant_id, path, key),
  constraint ck_idempotency_key check (char_length(key) between 1 and 255),
  constraint ck_idempotency_body_hash check (octet_length(body_hash) = 32)
);
create index ix_idempotency_created_at on idempotency (created_at);
create table outbox (
  tenant_id uuid not null,
  id bigint not null generated always as identity,
  topic text not null,
  object_id uuid not null,
  rev integer not null,
  created_at timestamptz not null default now(),
  lease_until timestamptz,
  attempts integer not null default 0,
  parked_at timestamptz,
  done_at timestamptz,
  constraint pk_outbox primary key (tenant_id, id),
  constraint ck_outbox_attempts check (attempts >= 0)
);
create index ix_outbox_id on outbox (id) where done_at is null;
create index ix_outbox_done_at on outbox (done_at) where done_at is not null;
create table audit_event (
  tenant_id uuid not null,
  seq bigint not null generated always as identity,
  at timestamptz not null,
  actor uuid,
  action text not null,
  object_kind text not null,
  object_id uuid,
  rev integer,
  detail jsonb not null default '{}',
  request_id text,
  constraint pk_audit_event primary key (tenant_id, seq)
);
"""


def upgrade() -> None:
    run("set local lock_timeout = '5s'")
    run(PARTIES)
    run(LISTING % {"name": "spec", "codes": "grades text[] not null,\n  forms text[] not null"})
    run(LISTING % {"name": "lot", "codes": "grade text,\n  form text"})
    for script in (STOCK, MATCHES, KIT):
        run(script)


def downgrade() -> None:
    run("set local lock_timeout = '5s'")
    for table in reversed(TABLES):
        run(f"drop table {table}")


def run(script: str) -> None:
    """One statement at a time: asyncpg prepares each. The driver's own call, since `text()` reads `:x` as a bind."""
    for statement in filter(str.strip, script.split(";\n")):
        op.get_bind().exec_driver_sql(statement)
