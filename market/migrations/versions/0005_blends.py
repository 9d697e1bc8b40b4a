"""Blends that were proposed for a spec, and the share of each lot: its owner sees its own shares only."""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

TENANT = "(select nullif(current_setting('app.tenant_id', true), '')::uuid)"
OURS = "capillary_app, capillary_owner"
OWN = f"tenant_id = {TENANT}"
SHARED = f"{OWN} or lot_tenant = {TENANT} and told"

UPGRADE = (
    """create table blend (
  tenant_id uuid not null,
  id uuid not null,
  spec_id uuid not null,
  spec_rev integer not null,
  place integer not null,
  content jsonb not null,
  created_at timestamptz not null,
  constraint pk_blend primary key (tenant_id, id),
  constraint fk_blend_tenant_id_spec foreign key (tenant_id, spec_id) references spec (tenant_id, id) on delete cascade,
  constraint uq_blend_tenant_id_spec_id_place unique (tenant_id, spec_id, place),
  constraint ck_blend_spec_rev check (spec_rev >= 1),
  constraint ck_blend_place check (place >= 1),
  constraint ck_blend_content check (jsonb_typeof(content) = 'object')
)""",
    """create table blend_share (
  tenant_id uuid not null,
  blend_id uuid not null,
  lot_tenant uuid not null,
  lot_id uuid not null,
  lot_rev integer not null,
  kg bigint not null,
  told boolean not null,
  constraint pk_blend_share primary key (tenant_id, blend_id, lot_id),
  constraint fk_blend_share_tenant_id_blend foreign key (tenant_id, blend_id)
    references blend (tenant_id, id) on delete cascade,
  constraint fk_blend_share_lot_tenant_lot foreign key (lot_tenant, lot_id)
    references lot (tenant_id, id) on delete cascade,
  constraint ck_blend_share_lot_rev check (lot_rev >= 1),
  constraint ck_blend_share_kg check (kg > 0)
)""",
    "create index ix_blend_share_lot_tenant_lot_id on blend_share (lot_tenant, lot_id)",
    *(
        f"alter table {table} {how} row level security"
        for table in ("blend", "blend_share")
        for how in ("enable", "force")
    ),
    f'create policy "own" on blend for all to {OURS} using ({OWN}) with check ({OWN})',
    f'create policy "own" on blend_share for all to {OURS} using ({SHARED}) with check ({SHARED})',
    *(
        f'create policy "engine" on {table} for all to capillary_engine using (true) with check (true)'
        for table in ("blend", "blend_share")
    ),
    "grant select on blend to capillary_app",
    # not whose blend it is, to the owner of the lot, nor whose lot, to the owner of the blend
    "grant select (blend_id, lot_id, lot_rev, kg) on blend_share to capillary_app",
    "grant select, insert, update, delete on blend, blend_share to capillary_engine",
)


def upgrade() -> None:
    op.execute("set local lock_timeout = '5s'")
    for statement in UPGRADE:
        op.get_bind().exec_driver_sql(statement)


def downgrade() -> None:
    op.execute("set local lock_timeout = '5s'")
    for table in ("blend_share", "blend"):
        op.get_bind().exec_driver_sql(f"drop table {table}")
