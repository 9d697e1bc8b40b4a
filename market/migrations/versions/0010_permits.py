"""Permits: one's own; a coordinator sees and checks those of the firms of its jurisdiction, never its own.

A change of what was checked takes the check away, whoever makes it. A change of what a firm holds may open or close
matches of its waste: these listings are matched again.
"""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

TENANT = "(select nullif(current_setting('app.tenant_id', true), '')::uuid)"
OWN = f"tenant_id = {TENANT}"
# the subquery sees what the same role may see of organisations: those of its jurisdiction
OVERSEEN = f"""status = 'active' and tenant_id <> {TENANT}
  and exists (select from organisation o where o.id = permit.tenant_id)"""
CHECK = "outcome, attestation, checked_on, checked_by, checked_at, note"
WASTE = (
    "'SANPAI_UNPAN', 'SANPAI_SHOBUN', 'TOKKAN_UNPAN', 'TOKKAN_SHOBUN', 'IPPAN_UNPAN', 'IPPAN_SHOBUN', "
    "'KOUDOKA_1', 'KOUDOKA_2', 'KOGATA_NINTEI', 'KOUIKI', 'PLA_NINTEI'"
)

TOUCHED = """
create function permit_touched() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
  new.changed_xid := pg_current_xact_id();
  if new.content is distinct from old.content then
    new.outcome := null; new.attestation := null; new.checked_on := null;
    new.checked_by := null; new.checked_at := null; new.note := null;
  end if;
  if new.valid_until is distinct from old.valid_until then
    new.warned := null;
  end if;
  return new;
end
$$"""

# permits for waste decide about waste only; any other may decide about whatever states a legal status
MOVED = f"""
create function permit_moved() returns trigger
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  waste boolean := new.kind in ({WASTE}) and (old.kind is null or old.kind in ({WASTE}));
begin
  insert into outbox (tenant_id, topic, object_id, rev)
    select l.tenant_id, 'lot.changed', l.id, l.rev from lot l
    where l.tenant_id = new.tenant_id and l.status = 'active'
      and case when waste then l.content->>'legal_status' = 'waste' else l.content->>'legal_status' is not null end
    union all
    select s.tenant_id, 'spec.changed', s.id, s.rev from spec s
    where s.tenant_id = new.tenant_id and s.status = 'active' and (not waste or exists (
      select from lot l where l.status = 'active' and l.material = s.material
        and l.content->>'legal_status' = 'waste'));
  return null;
end
$$"""

UPGRADE = (
    """create table permit (
  tenant_id uuid not null,
  id uuid not null,
  version integer not null,
  status text not null,
  kind text not null,
  valid_until date,
  content jsonb not null,
  outcome text,
  attestation text,
  checked_on date,
  checked_by uuid,
  checked_at timestamptz,
  note text,
  warned integer,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  changed_xid xid8 not null default pg_current_xact_id(),
  constraint pk_permit primary key (tenant_id, id),
  constraint fk_permit_tenant_id_organisation foreign key (tenant_id) references organisation (id),
  constraint fk_permit_checked_by_organisation foreign key (checked_by) references organisation (id),
  constraint ck_permit_version check (version >= 1),
  constraint ck_permit_status check (status in ('active', 'cancelled')),
  constraint ck_permit_content check (jsonb_typeof(content) = 'object'),
  constraint ck_permit_outcome check (outcome in ('confirmed', 'refused')),
  constraint ck_permit_attestation check (attestation in ('document', 'register', 'authority')),
  constraint ck_permit_whole_check check (
    num_nonnulls(outcome, attestation, checked_on, checked_by, checked_at) in (0, 5)
    and (note is null or outcome is not null)),
  constraint ck_permit_not_by_oneself check (checked_by <> tenant_id),
  constraint ck_permit_warned check (warned >= 0)
)""",
    "create index ix_permit_id on permit (id)",
    "create index ix_permit_changed_xid on permit (changed_xid)",
    "create index ix_permit_valid_until on permit (valid_until)",
    *(f"alter table permit {how} row level security" for how in ("enable", "force")),
    *(
        f'create policy "{name}" on permit for all to {roles} using ({where}) with check ({where})'
        for name, roles, where in (
            ("own", "capillary_app, capillary_owner", OWN),
            ("engine", "capillary_engine", "true"),
            ("coordinator", "capillary_coordinator", OVERSEEN),
        )
    ),
    "grant select on permit to capillary_app, capillary_engine, capillary_coordinator",
    """grant insert (tenant_id, id, version, status, kind, valid_until, content, created_at, updated_at)
       on permit to capillary_app""",
    "grant update (version, status, kind, valid_until, content, updated_at) on permit to capillary_app",
    f"grant update (version, {CHECK}) on permit to capillary_coordinator",
    "grant update (warned) on permit to capillary_engine",
    TOUCHED,
    MOVED,
    *(f"revoke execute on function {name}() from public" for name in ("permit_touched", "permit_moved")),
    "create trigger permit_touched before update on permit for each row execute function permit_touched()",
    "create trigger permit_declared after insert on permit for each row execute function permit_moved()",
    """create trigger permit_moved after update on permit for each row
       when ((old.status, old.content, old.outcome) is distinct from (new.status, new.content, new.outcome)
         or new.warned = 0 and old.warned is distinct from 0)
       execute function permit_moved()""",
    # a role owns a function only where it may create in the schema: for this moment it may
    "grant create on schema public to capillary_engine",
    "alter function permit_moved() owner to capillary_engine",
    "revoke create on schema public from capillary_engine",
    # nobody has declared anything yet: what was matched before is matched again with that
    "set local role capillary_engine",
    """insert into outbox (tenant_id, topic, object_id, rev)
       select tenant_id, 'lot.changed', id, rev from lot
       where status = 'active' and content->>'legal_status' = 'waste'""",
    "set local role capillary_owner",
)


def upgrade() -> None:
    op.execute("set local lock_timeout = '5s'")
    for statement in UPGRADE:
        op.get_bind().exec_driver_sql(statement)


def downgrade() -> None:
    op.execute("set local lock_timeout = '5s'")
    run = op.get_bind().exec_driver_sql
    run("drop table permit")
    run("drop function permit_touched()")
    run("set local role capillary_engine")
    run("drop function permit_moved()")
    run("set local role capillary_owner")
