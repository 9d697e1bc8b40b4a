"""Jobs: long work that a tenant asked for, kept in the database until a worker has done it and for days after."""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

TENANT = "(select nullif(current_setting('app.tenant_id', true), '')::uuid)"

UPGRADE = (
    """create table job (
  tenant_id uuid not null,
  id uuid not null,
  kind text not null,
  state text not null default 'queued',
  version integer not null default 1,
  language text not null,
  input bytea,
  progress double precision not null default 0,
  result bytea,
  problem jsonb,
  actor uuid,
  attempts integer not null default 0,
  lease_until timestamptz,
  created_at timestamptz not null,
  started_at timestamptz,
  finished_at timestamptz,
  expires_at timestamptz,
  constraint pk_job primary key (tenant_id, id),
  constraint fk_job_tenant_id_organisation foreign key (tenant_id) references organisation (id),
  constraint ck_job_state check (state in ('queued', 'running', 'done', 'failed', 'cancelled')),
  constraint ck_job_version check (version >= 1),
  constraint ck_job_progress check (progress >= 0 and progress <= 1),
  constraint ck_job_attempts check (attempts >= 0),
  constraint ck_job_input check ((input is not null) = (state in ('queued', 'running'))),
  constraint ck_job_lease check ((lease_until is not null) = (state = 'running')),
  constraint ck_job_result check ((result is not null) = (state = 'done')),
  constraint ck_job_problem check ((problem is not null) = (state = 'failed')),
  constraint ck_job_finished check ((finished_at is not null) = (state in ('done', 'failed', 'cancelled'))),
  constraint ck_job_expires check ((expires_at is not null) = (finished_at is not null))
)""",
    "create index ix_job_state on job (state) where state in ('queued', 'running')",
    "create index ix_job_expires_at on job (expires_at) where expires_at is not null",
    # the same bell as the outbox's: who listens looks at both
    """create trigger job_rang after insert on job referencing new table as fresh
       for each statement execute function outbox_rang()""",
    "alter table job enable row level security",
    "alter table job force row level security",
    f"""create policy "own" on job for all to capillary_app, capillary_owner
        using (tenant_id = {TENANT}) with check (tenant_id = {TENANT})""",
    'create policy "engine" on job for all to capillary_engine using (true) with check (true)',
    "grant select, insert on job to capillary_app",
    # what cancelling needs, and no more
    "grant update (state, version, input, lease_until, finished_at, expires_at) on job to capillary_app",
    "grant select, update, delete on job to capillary_engine",
)


def upgrade() -> None:
    op.execute("set local lock_timeout = '5s'")
    for statement in UPGRADE:
        op.get_bind().exec_driver_sql(statement)


def downgrade() -> None:
    op.execute("set local lock_timeout = '5s'")
    op.get_bind().exec_driver_sql("drop table job")
