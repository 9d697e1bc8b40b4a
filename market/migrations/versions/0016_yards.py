"""Yards: what a firm holds now decides about lots that state no legal status, too.

Lots whose yards need a permit or a notification are matched again.
"""

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

WASTE = (
    "'SANPAI_UNPAN', 'SANPAI_SHOBUN', 'TOKKAN_UNPAN', 'TOKKAN_SHOBUN', 'IPPAN_UNPAN', 'IPPAN_SHOBUN', "
    "'KOUDOKA_1', 'KOUDOKA_2', 'KOGATA_NINTEI', 'KOUIKI', 'PLA_NINTEI'"
)

# permits for waste decide about waste only; any other may decide about any lot
MOVED = """
create or replace function permit_moved() returns trigger
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  waste boolean := new.kind in ({waste}) and (old.kind is null or old.kind in ({waste}));
begin
  insert into outbox (tenant_id, topic, object_id, rev)
    select l.tenant_id, 'lot.changed', l.id, l.rev from lot l
    where l.tenant_id = new.tenant_id and l.status = 'active'
      and {lots}
    union all
    select s.tenant_id, 'spec.changed', s.id, s.rev from spec s
    where s.tenant_id = new.tenant_id and s.status = 'active' and (not waste or exists (
      select from lot l where l.status = 'active' and l.material = s.material
        and l.content->>'legal_status' = 'waste'));
  return null;
end
$$"""
ANY = "(not waste or l.content->>'legal_status' = 'waste')"
STATED = """case when waste then l.content->>'legal_status' = 'waste'
        else l.content->>'legal_status' is not null end"""

AGAIN = """insert into outbox (tenant_id, topic, object_id, rev)
  select tenant_id, 'lot.changed', id, rev from lot
  where status = 'active' and coalesce(content->>'legal_status', 'valuable') <> 'waste'
    and (content->'location'->>'prefecture' = 'JP-12' or content->>'source' = 'appliance')"""


def upgrade() -> None:
    _replace(ANY)
    run = op.get_bind().exec_driver_sql
    run("set local role capillary_engine")
    run(AGAIN)
    run("set local role capillary_owner")


def downgrade() -> None:
    _replace(STATED)


def _replace(lots: str) -> None:
    op.execute("set local lock_timeout = '5s'")
    run = op.get_bind().exec_driver_sql
    # the engine owns the function, and may replace it only where it may create in the schema: for this moment it may
    run("grant create on schema public to capillary_engine")
    run("set local role capillary_engine")
    run(MOVED.format(waste=WASTE, lots=lots))
    run("set local role capillary_owner")
    run("revoke create on schema public from capillary_engine")
