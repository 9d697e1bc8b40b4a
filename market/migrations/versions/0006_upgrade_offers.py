"""Processors' offers: one's own, and while they are open those of every verified organisation to any other."""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

TENANT = "(select nullif(current_setting('app.tenant_id', true), '')::uuid)"
OWN = f"tenant_id = {TENANT}"
OPEN = f"status = 'active' and (select is_verified({TENANT})) and is_verified(tenant_id)"

UPGRADE = (
    """create table upgrade_offer (
  tenant_id uuid not null,
  id uuid not null,
  version integer not null,
  status text not null,
  step text not null,
  prefecture text not null,
  content jsonb not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  constraint pk_upgrade_offer primary key (tenant_id, id),
  constraint fk_upgrade_offer_tenant_id_organisation foreign key (tenant_id) references organisation (id),
  constraint ck_upgrade_offer_version check (version >= 1),
  constraint ck_upgrade_offer_status check (status in ('active', 'cancelled')),
  constraint ck_upgrade_offer_prefecture check (prefecture ~ '^JP-[0-9]{2}$'),
  constraint ck_upgrade_offer_content check (jsonb_typeof(content) = 'object')
)""",
    "create index ix_upgrade_offer_id on upgrade_offer (id)",
    *(f"alter table upgrade_offer {how} row level security" for how in ("enable", "force")),
    *(
        f'create policy "{name}" on upgrade_offer for all to {roles} using ({where}) with check ({where})'
        for name, roles, where in (
            ("own", "capillary_app, capillary_owner", OWN),
            ("counterparty", "capillary_counterparty", OPEN),
        )
    ),
    "grant select, insert, update on upgrade_offer to capillary_app",
    "grant select on upgrade_offer to capillary_counterparty",
)


def upgrade() -> None:
    op.execute("set local lock_timeout = '5s'")
    for statement in UPGRADE:
        op.get_bind().exec_driver_sql(statement)


def downgrade() -> None:
    op.execute("set local lock_timeout = '5s'")
    op.get_bind().exec_driver_sql("drop table upgrade_offer")
