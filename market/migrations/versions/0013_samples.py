"""Samples, results that stay sealed until both sides have filed, and what they add to a lot.

Both sides of a leg and the umpire of a sample see it. A result is seen by who filed it; by the other side and by
coordinators only once the sample is opened, which row-level security holds them to.
"""

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

TENANT = "(select nullif(current_setting('app.tenant_id', true), '')::uuid)"
OURS = "capillary_app, capillary_owner"
SIDE = f"tenant_id = {TENANT} or seller_tenant = {TENANT}"
# the subqueries see what the same role may see of deals and samples
OF_SEEN = "exists (select from deal d where d.tenant_id = sample.tenant_id and d.id = sample.deal_id)"
OPENED = """exists (select from sample s where s.tenant_id = sample_result.tenant_id
  and s.id = sample_result.sample_id and s.opened_at is not null)"""
OWN = {
    "sample": f"{SIDE} or umpire = {TENANT}",
    "sample_result": f"by_tenant = {TENANT} or ({SIDE}) and {OPENED}",
}
OVERSEEN = {"sample": OF_SEEN, "sample_result": OPENED}

UPGRADE = (
    """create table sample (
  tenant_id uuid not null,
  id uuid not null,
  deal_id uuid not null,
  leg_id uuid not null,
  seller_tenant uuid not null,
  lot_id uuid not null,
  no integer not null,
  version integer not null,
  state text not null,
  filed text[] not null default '{}',
  umpire uuid,
  opened_at timestamptz,
  content jsonb not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  constraint pk_sample primary key (tenant_id, id),
  constraint uq_sample_tenant_id_leg_id_no unique (tenant_id, leg_id, no),
  constraint fk_sample_tenant_id_deal_leg foreign key (tenant_id, leg_id) references deal_leg (tenant_id, id),
  constraint fk_sample_seller_tenant_lot foreign key (seller_tenant, lot_id) references lot (tenant_id, id),
  constraint fk_sample_umpire_organisation foreign key (umpire) references organisation (id),
  constraint ck_sample_no check (no >= 1),
  constraint ck_sample_version check (version >= 1),
  constraint ck_sample_state check (state in
    ('requested', 'sent', 'received', 'to_umpire', 'with_umpire', 'settled', 'cancelled')),
  constraint ck_sample_filed check (filed <@ array['buyer', 'seller']),
  constraint ck_sample_opened check
    ((state in ('to_umpire', 'with_umpire', 'settled')) = (opened_at is not null)
     and (opened_at is not null) = (cardinality(filed) = 2)),
  constraint ck_sample_umpire check ((state = 'with_umpire') <= (umpire is not null))
)""",
    "create index ix_sample_tenant_id_deal_id on sample (tenant_id, deal_id)",
    "create index ix_sample_seller_tenant_deal_id on sample (seller_tenant, deal_id)",
    "create index ix_sample_umpire_id on sample (umpire, id)",
    # a side files once, whoever of it is faster
    """create table sample_result (
  tenant_id uuid not null,
  sample_id uuid not null,
  side text not null,
  deal_id uuid not null,
  leg_id uuid not null,
  seller_tenant uuid not null,
  by_tenant uuid not null,
  content jsonb not null,
  salt bytea not null,
  digest bytea not null,
  filed_at timestamptz not null,
  constraint pk_sample_result primary key (tenant_id, sample_id, side),
  constraint fk_sample_result_tenant_id_sample foreign key (tenant_id, sample_id) references sample (tenant_id, id),
  constraint ck_sample_result_side check (side in ('buyer', 'seller', 'umpire')),
  constraint ck_sample_result_whose check
    ((side = 'buyer') = (by_tenant = tenant_id) and (side = 'seller') = (by_tenant = seller_tenant)),
  constraint ck_sample_result_salt check (length(salt) >= 16),
  constraint ck_sample_result_digest check (length(digest) = 32)
)""",
    "create index ix_sample_result_by_tenant_sample_id on sample_result (by_tenant, sample_id)",
    *(f"alter table {table} {how} row level security" for table in OWN for how in ("enable", "force")),
    *(
        f'create policy "{name}" on {table} for all to {role} using ({rows}) with check ({rows})'
        for table in OWN
        for name, role, rows in (
            ("own", OURS, OWN[table]),
            ("coordinator", "capillary_coordinator", OVERSEEN[table]),
            ("engine", "capillary_engine", "true"),
        )
    ),
    "grant select on sample, sample_result to capillary_app, capillary_coordinator",
    "grant select, insert, update on sample to capillary_engine",
    "grant select, insert on sample_result to capillary_engine",
    # a settled result becomes part of the lot, in the transaction of whoever filed last
    "grant update (rev, content) on lot to capillary_engine",
    "grant insert on lot_revision, assay to capillary_engine",
)


def upgrade() -> None:
    op.execute("set local lock_timeout = '5s'")
    for statement in UPGRADE:
        op.get_bind().exec_driver_sql(statement)


def downgrade() -> None:
    op.execute("set local lock_timeout = '5s'")
    for statement in (
        "drop table sample_result",
        "drop table sample",
        "revoke update (rev, content) on lot from capillary_engine",
        "revoke insert on lot_revision, assay from capillary_engine",
    ):
        op.get_bind().exec_driver_sql(statement)
