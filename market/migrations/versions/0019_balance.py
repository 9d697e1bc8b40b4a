"""The market's balance: how open listings stand to each other, and the figures that are published of it.

`balance_cell` and `balance_finding` hold no tenant. What is merged is of five firms or more, which a check keeps; what
is exact is for coordinators inside their jurisdiction, as the listings behind it are.
"""

from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

MERGED = "not exact"
OVERSEEN = f"""{MERGED} or (select coordinates_everything())
  or prefecture = any ((select coordinated_prefectures())::text[])"""
TABLES = ("standing", "balance_snapshot", "balance_cell", "balance_finding")
POLICIES = (
    *(("engine", table, "capillary_engine", "true") for table in TABLES),
    ("everyone", "balance_snapshot", "capillary_app, capillary_coordinator", "true"),
    *(("merged", table, "capillary_app, capillary_owner", MERGED) for table in TABLES[2:]),
    *(("coordinator", table, "capillary_coordinator", OVERSEEN) for table in TABLES[2:]),
)

UPGRADE = (
    """create table standing (
  tenant_id uuid not null,
  object_id uuid not null,
  object_kind text not null,
  digest bytea,
  pairs bytea,
  kg bigint,
  matched_kg bigint not null default 0,
  near_kg bigint not null default 0,
  gaps jsonb not null default '[]',
  levers jsonb not null default '[]',
  at timestamptz not null,
  constraint pk_standing primary key (tenant_id, object_id),
  constraint fk_standing_tenant_id_organisation foreign key (tenant_id) references organisation (id),
  constraint ck_standing_object_kind check (object_kind in ('spec', 'lot')),
  constraint ck_standing_pairs check ((pairs is null) = (digest is null)),
  constraint ck_standing_kg check (matched_kg >= 0 and near_kg >= 0 and matched_kg + near_kg <= coalesce(kg, 0))
)""",
    """create table balance_snapshot (
  id integer not null,
  as_of timestamptz not null,
  demand_kg bigint not null,
  assessed_kg bigint not null,
  listings integer not null,
  constraint pk_balance_snapshot primary key (id),
  constraint ck_balance_snapshot_id check (id = 1),
  constraint ck_balance_snapshot_assessed_kg check (assessed_kg between 0 and demand_kg)
)""",
    """create table balance_cell (
  no bigint not null generated always as identity,
  exact boolean not null,
  side text not null,
  family text,
  material text,
  grade text,
  region text,
  prefecture text,
  quarter text,
  month text,
  firms integer not null,
  matched_kg bigint not null,
  near_kg bigint not null,
  rest_kg bigint not null,
  constraint pk_balance_cell primary key (no),
  constraint ck_balance_cell_side check (side in ('supply', 'demand')),
  constraint ck_balance_cell_firms check (firms >= case when exact then 1 else 5 end),
  constraint ck_balance_cell_labels check ((material is null or family is not null)
    and (grade is null or material is not null) and (prefecture is null or region is not null)
    and (month is null or quarter is not null)),
  constraint ck_balance_cell_kg check (matched_kg >= 0 and near_kg >= 0 and rest_kg >= 0)
)""",
    "create index ix_balance_cell_exact_family on balance_cell (exact, family)",
    """create table balance_finding (
  no bigint not null generated always as identity,
  exact boolean not null,
  kind text not null,
  family text,
  material text,
  prefecture text,
  code text,
  about text,
  firms integer not null,
  kg bigint not null,
  constraint pk_balance_finding primary key (no),
  constraint ck_balance_finding_kind check (kind in ('gap', 'lever')),
  constraint ck_balance_finding_firms check (firms >= case when exact then 1 else 5 end),
  constraint ck_balance_finding_about check (about is null or code is not null),
  constraint ck_balance_finding_kg check (kg > 0)
)""",
    "create index ix_balance_finding_exact_kind on balance_finding (exact, kind)",
    *(f"alter table {table} {how} row level security" for table in TABLES for how in ("enable", "force")),
    *(
        f'create policy "{name}" on {table} for all to {roles} using ({rule}) with check ({rule})'
        for name, table, roles, rule in POLICIES
    ),
    "grant select on balance_snapshot, balance_cell, balance_finding to capillary_app, capillary_coordinator",
    f"grant select, insert, update, delete on {', '.join(TABLES)} to capillary_engine",
)


def upgrade() -> None:
    op.execute("set local lock_timeout = '5s'")
    for statement in UPGRADE:
        op.get_bind().exec_driver_sql(statement)


def downgrade() -> None:
    op.execute("set local lock_timeout = '5s'")
    for table in reversed(TABLES):
        op.get_bind().exec_driver_sql(f"drop table {table}")
