"""Portions of a deal's legs, and claims on them: for the buyer, the recycler of the leg, and who oversees the deal."""

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

TENANT = "(select nullif(current_setting('app.tenant_id', true), '')::uuid)"
OURS = "capillary_app, capillary_owner"
LEG = f"tenant_id = {TENANT} or seller_tenant = {TENANT}"
# the subquery sees what the same role may see of deals
OF_SEEN = "exists (select from deal d where d.tenant_id = {0}.tenant_id and d.id = {0}.deal_id)"
TABLES = ("delivery", "claim")

UPGRADE = (
    """create table delivery (
  tenant_id uuid not null,
  id uuid not null,
  deal_id uuid not null,
  leg_id uuid not null,
  seller_tenant uuid not null,
  lot_id uuid not null,
  no integer not null,
  version integer not null,
  state text not null,
  outcome text,
  planned_kg bigint not null,
  declared_kg bigint,
  measured_kg bigint,
  accepted_kg bigint,
  booked_kg bigint,
  dispatched_on date,
  received_on date,
  net numeric,
  currency text,
  content jsonb not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  constraint pk_delivery primary key (tenant_id, id),
  constraint uq_delivery_tenant_id_leg_id_no unique (tenant_id, leg_id, no),
  constraint fk_delivery_tenant_id_deal_leg foreign key (tenant_id, leg_id) references deal_leg (tenant_id, id),
  constraint fk_delivery_seller_tenant_lot foreign key (seller_tenant, lot_id) references lot (tenant_id, id),
  constraint ck_delivery_no check (no >= 1),
  constraint ck_delivery_version check (version >= 1),
  constraint ck_delivery_state check (state in ('planned', 'called_off', 'dispatched', 'received', 'accepted',
    'accepted_with_deduction', 'rejected', 'settled')),
  constraint ck_delivery_outcome check (outcome in ('accepted', 'accepted_with_deduction', 'rejected')),
  constraint ck_delivery_planned_kg check (planned_kg > 0),
  constraint ck_delivery_dispatched check ((state in ('planned', 'called_off')) = (dispatched_on is null)
    and (dispatched_on is null) = (declared_kg is null)),
  constraint ck_delivery_declared_kg check (declared_kg > 0),
  constraint ck_delivery_received check ((state in ('planned', 'called_off', 'dispatched')) = (received_on is null)
    and (received_on is null) = (measured_kg is null)),
  constraint ck_delivery_measured_kg check (measured_kg > 0),
  constraint ck_delivery_days check (received_on >= dispatched_on),
  constraint ck_delivery_decided check (
    (state in ('accepted', 'accepted_with_deduction', 'rejected', 'settled')) = (outcome is not null)
    and num_nulls(outcome, accepted_kg, booked_kg, net) in (0, 4)),
  constraint ck_delivery_undecided check (state = outcome
    or state not in ('accepted', 'accepted_with_deduction', 'rejected')),
  constraint ck_delivery_accepted_kg check ((outcome = 'rejected') = (accepted_kg = 0) and accepted_kg >= 0),
  constraint ck_delivery_booked_kg check (booked_kg between 0 and accepted_kg),
  constraint ck_delivery_net check (net >= 0 and net < 'Infinity'),
  constraint ck_delivery_currency check (currency in ('JPY', 'USD', 'EUR'))
)""",
    "create index ix_delivery_tenant_id_deal_id on delivery (tenant_id, deal_id)",
    "create index ix_delivery_seller_tenant_deal_id on delivery (seller_tenant, deal_id)",
    """create table claim (
  tenant_id uuid not null,
  id uuid not null,
  deal_id uuid not null,
  leg_id uuid not null,
  seller_tenant uuid not null,
  delivery_id uuid not null,
  no integer not null,
  version integer not null,
  by text not null,
  state text not null,
  kind text not null,
  severity text not null,
  amount numeric,
  currency text not null,
  content jsonb not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  closed_at timestamptz,
  constraint pk_claim primary key (tenant_id, id),
  constraint uq_claim_tenant_id_leg_id_no unique (tenant_id, leg_id, no),
  constraint fk_claim_tenant_id_delivery foreign key (tenant_id, delivery_id) references delivery (tenant_id, id),
  constraint fk_claim_tenant_id_deal_leg foreign key (tenant_id, leg_id) references deal_leg (tenant_id, id),
  constraint ck_claim_no check (no >= 1),
  constraint ck_claim_version check (version >= 1),
  constraint ck_claim_by check (by in ('buyer', 'seller')),
  constraint ck_claim_state check (state in ('open', 'answered', 'settled', 'escalated', 'decided', 'withdrawn')),
  constraint ck_claim_closed check ((state in ('settled', 'decided', 'withdrawn')) = (closed_at is not null)),
  constraint ck_claim_severity check (severity in ('minor', 'major', 'critical')),
  constraint ck_claim_amount check (amount >= 0 and amount < 'Infinity'),
  constraint ck_claim_currency check (currency in ('JPY', 'USD', 'EUR'))
)""",
    "create index ix_claim_tenant_id_deal_id on claim (tenant_id, deal_id)",
    "create index ix_claim_seller_tenant_deal_id on claim (seller_tenant, deal_id)",
    *(f"alter table {table} {how} row level security" for table in TABLES for how in ("enable", "force")),
    *(
        f'create policy "{name}" on {table} for all to {role} using ({rows}) with check ({rows})'
        for table in TABLES
        for name, role, rows in (
            ("own", OURS, LEG),
            ("coordinator", "capillary_coordinator", OF_SEEN.format(table)),
            ("engine", "capillary_engine", "true"),
        )
    ),
    "grant select on delivery, claim to capillary_app, capillary_coordinator",
    "grant select, insert, update on delivery, claim to capillary_engine",
)


def upgrade() -> None:
    op.execute("set local lock_timeout = '5s'")
    for statement in UPGRADE:
        op.get_bind().exec_driver_sql(statement)


def downgrade() -> None:
    op.execute("set local lock_timeout = '5s'")
    for table in reversed(TABLES):
        op.get_bind().exec_driver_sql(f"drop table {table}")
