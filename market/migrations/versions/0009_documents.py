"""Documents: their owner's, those of a share's viewer once they are ready, and a coordinator's where they speak of
what lies in its jurisdiction.
"""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

TENANT = "(select nullif(current_setting('app.tenant_id', true), '')::uuid)"
OURS = "capillary_app, capillary_owner"
OWN = f"tenant_id = {TENANT}"
SHOWN = f"""state = 'ready' and (select is_verified({TENANT})) and exists (
  select from document_share s where s.viewer_tenant = {TENANT} and s.owner_tenant = document.tenant_id
    and s.document_id = document.id)"""
# each subquery sees what the same role may see: listings and organisations of the jurisdiction
OVERSEEN_LINK = """case object_kind
  when 'lot' then exists (select from lot l where l.tenant_id = document_link.tenant_id and l.id = object_id)
  when 'spec' then exists (select from spec s where s.tenant_id = document_link.tenant_id and s.id = object_id)
  when 'assay' then exists (select from assay a where a.tenant_id = document_link.tenant_id and a.id = object_id)
  else exists (select from organisation o where o.id = document_link.tenant_id) end"""
OVERSEEN = """exists (select from document_link k
  where k.tenant_id = document.tenant_id and k.document_id = document.id)"""
OVERSEEN_ASSAY = "exists (select from lot l where l.tenant_id = assay.tenant_id and l.id = assay.lot_id)"
TABLES = ("document", "document_link", "document_share")
POLICIES = (
    ("own", "document", OURS, OWN),
    ("own", "document_link", OURS, OWN),
    ("own", "document_share", OURS, f"owner_tenant = {TENANT}"),
    ("counterparty", "document_share", "capillary_counterparty", f"viewer_tenant = {TENANT}"),
    ("counterparty", "document", "capillary_counterparty", SHOWN),
    ("coordinator", "assay", "capillary_coordinator", OVERSEEN_ASSAY),
    ("coordinator", "document_link", "capillary_coordinator", OVERSEEN_LINK),
    ("coordinator", "document", "capillary_coordinator", OVERSEEN),
    ("engine", "document", "capillary_engine", "true"),
    ("engine", "document_share", "capillary_engine", "true"),
)

UPGRADE = (
    """create table document (
  tenant_id uuid not null,
  id uuid not null,
  version integer not null,
  kind text not null,
  name text not null,
  media_type text not null,
  state text not null,
  size bigint,
  sha256 bytea,
  blob uuid,
  scan_after timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  uploaded_at timestamptz,
  constraint pk_document primary key (tenant_id, id),
  constraint fk_document_tenant_id_organisation foreign key (tenant_id) references organisation (id),
  constraint ck_document_version check (version >= 1),
  constraint ck_document_kind check (kind ~ '^[a-z_]{1,40}$'),
  constraint ck_document_name check (char_length(name) between 1 and 200 and name !~ '[/\\\\[:cntrl:]]'),
  constraint ck_document_media_type check (media_type ~ '^[a-z]+/[a-z0-9.+-]+$'),
  constraint ck_document_state check (state in ('awaiting', 'pending', 'ready', 'infected')),
  constraint ck_document_size check ((size is null) = (state = 'awaiting') and size > 0),
  constraint ck_document_sha256 check ((sha256 is null) = (state = 'awaiting') and octet_length(sha256) = 32),
  constraint ck_document_blob check ((blob is not null) = (state in ('pending', 'ready'))),
  constraint ck_document_scan_after check ((scan_after is not null) = (state = 'pending')),
  constraint ck_document_uploaded_at check ((uploaded_at is null) = (state = 'awaiting'))
)""",
    """create table document_link (
  tenant_id uuid not null,
  document_id uuid not null,
  object_kind text not null,
  object_id uuid not null,
  constraint pk_document_link primary key (tenant_id, document_id, object_kind, object_id),
  constraint fk_document_link_tenant_id_document foreign key (tenant_id, document_id)
    references document (tenant_id, id) on delete cascade,
  constraint ck_document_link_object_kind check (object_kind ~ '^[a-z_]{1,40}$')
)""",
    # no cascade: what another may see is not deleted
    """create table document_share (
  viewer_tenant uuid not null,
  owner_tenant uuid not null,
  document_id uuid not null,
  why text not null,
  object_id uuid not null,
  names_open boolean not null,
  created_at timestamptz not null,
  constraint pk_document_share primary key (viewer_tenant, owner_tenant, document_id, why, object_id),
  constraint fk_document_share_viewer_tenant_organisation foreign key (viewer_tenant) references organisation (id),
  constraint fk_document_share_owner_tenant_document foreign key (owner_tenant, document_id)
    references document (tenant_id, id),
  constraint ck_document_share_viewer check (viewer_tenant <> owner_tenant),
  constraint ck_document_share_why check (why ~ '^[a-z_]{1,40}$')
)""",
    "create index ix_document_id on document (id)",
    "create index ix_document_blob on document (blob) where blob is not null",
    "create index ix_document_scan_after on document (scan_after) where scan_after is not null",
    "create index ix_document_link_object_id on document_link (object_id)",
    "create index ix_document_share_owner_tenant_document_id on document_share (owner_tenant, document_id)",
    "create index ix_document_share_object_id on document_share (object_id)",
    *(f"alter table {table} {how} row level security" for table in TABLES for how in ("enable", "force")),
    *(
        f'create policy "{name}" on {table} for all to {roles} using ({where}) with check ({where})'
        for name, table, roles, where in POLICIES
    ),
    "grant select, insert, delete on document, document_link, document_share to capillary_app",
    # who it is and what it is called never changes
    """grant update (version, state, size, sha256, blob, scan_after, updated_at, uploaded_at) on document
       to capillary_app""",
    "grant update (names_open) on document_share to capillary_app",
    "grant select on document, document_share to capillary_counterparty",
    "grant select on document, document_link to capillary_coordinator",
    "grant select (tenant_id, id, lot_id) on assay to capillary_coordinator",
    "grant select, delete on document to capillary_engine",
    # names are opened by the last of a deal's parties, for the documents of all
    "grant select, update (names_open) on document_share to capillary_engine",
    "grant update (version, state, blob, scan_after, updated_at) on document to capillary_engine",
)


def upgrade() -> None:
    op.execute("set local lock_timeout = '5s'")
    for statement in UPGRADE:
        op.get_bind().exec_driver_sql(statement)


def downgrade() -> None:
    op.execute("set local lock_timeout = '5s'")
    run = op.get_bind().exec_driver_sql
    # policies look into tables that go before them
    for name, table, *_ in reversed(POLICIES):
        run(f'drop policy "{name}" on {table}')
    run("revoke select (tenant_id, id, lot_id) on assay from capillary_coordinator")
    for table in reversed(TABLES):
        run(f"drop table {table}")
