"""Freight tables that coordinators set for their prefectures, and by which tables a match was priced.

Every organisation may read them, since every price rests on them. A coordinator writes its own, and a revision only for
prefectures in its jurisdiction; where that is taken from it, the table no longer counts there.
"""

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

TENANT = "(select nullif(current_setting('app.tenant_id', true), '')::uuid)"
OWN = f"tenant_id = {TENANT}"
# no prefectures are all of Japan
INSIDE = f"""{OWN} and ((select coordinates_everything())
  or cardinality(prefectures) > 0 and prefectures <@ (select coordinated_prefectures())::text[])"""
TABLES = ("freight_table", "freight_table_revision")
IN_FORCE = "freight_tables_in_force()"

UPGRADE = (
    """create table freight_table (
  tenant_id uuid not null,
  id uuid not null,
  rev integer not null,
  version integer not null,
  status text not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  constraint pk_freight_table primary key (tenant_id, id),
  constraint fk_freight_table_tenant_id_organisation foreign key (tenant_id) references organisation (id),
  constraint ck_freight_table_rev check (rev >= 1 and version >= rev),
  constraint ck_freight_table_status check (status in ('active', 'cancelled'))
)""",
    "create index ix_freight_table_id on freight_table (id)",
    """create table freight_table_revision (
  tenant_id uuid not null,
  id uuid not null,
  rev integer not null,
  prefectures text[] not null,
  counts_from date not null,
  content jsonb not null,
  set_at timestamptz not null,
  actor uuid,
  constraint pk_freight_table_revision primary key (tenant_id, id, rev),
  constraint fk_freight_table_revision_tenant_id_freight_table foreign key (tenant_id, id)
    references freight_table (tenant_id, id),
  constraint ck_freight_table_revision_rev check (rev >= 1),
  constraint ck_freight_table_revision_prefectures
    check (cardinality(prefectures) = 0 or array_to_string(prefectures, ',', '') ~ '^JP-[0-9]{2}(,JP-[0-9]{2})*$'),
  constraint ck_freight_table_revision_content check (jsonb_typeof(content) = 'object')
)""",
    *(f"alter table {table} {how} row level security" for table in TABLES for how in ("enable", "force")),
    *(
        f'create policy "{name}" on {table} for all to {roles} using ({where}) with check ({where})'
        for name, table, roles, where in (
            *(("own", table, "capillary_app, capillary_owner", OWN) for table in TABLES),
            *(("engine", table, "capillary_engine", "true") for table in TABLES),
            *(("counterparty", table, "capillary_counterparty", "true") for table in TABLES),
            ("coordinator", "freight_table", "capillary_coordinator", OWN),
            ("coordinator", "freight_table_revision", "capillary_coordinator", INSIDE),
        )
    ),
    *(
        f"grant select on {table} to capillary_app, capillary_engine, capillary_coordinator, capillary_counterparty"
        for table in TABLES
    ),
    *(f"grant insert on {table} to capillary_coordinator" for table in TABLES),
    "grant update (rev, version, status, updated_at) on freight_table to capillary_coordinator",
    # of each open table the newest revision whose day has come, where its coordinator still oversees what it is for
    f"""create function {IN_FORCE}
returns table (tenant_id uuid, id uuid, rev integer, set_at timestamptz, counts_from date, covers text[])
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  with newest as (
    select distinct on (r.tenant_id, r.id) r.tenant_id, r.id, r.rev, r.set_at, r.counts_from, r.prefectures
    from freight_table t join freight_table_revision r on r.tenant_id = t.tenant_id and r.id = t.id
    where t.status = 'active' and r.counts_from <= (now() at time zone 'Asia/Tokyo')::date
    order by r.tenant_id, r.id, r.rev desc
  )
  select n.tenant_id, n.id, n.rev, n.set_at, n.counts_from, covered.prefectures
  from newest n
  join organisation o on o.id = n.tenant_id and o.kind = 'coordinator' and o.verified_at is not null
  cross join lateral (
    select coalesce(bool_or(j.everything), false) as everything, array_agg(j.prefecture) as prefectures
    from jurisdiction j where j.tenant_id = n.tenant_id
  ) overseen
  cross join lateral (
    select case when overseen.everything then n.prefectures else array(
      select p from unnest(n.prefectures) p where p = any (overseen.prefectures) order by p) end as prefectures
  ) covered
  where overseen.everything or cardinality(covered.prefectures) > 0
  order by n.id
$$""",
    f"revoke execute on function {IN_FORCE} from public",
    f"grant execute on function {IN_FORCE} to capillary_app, capillary_engine, capillary_counterparty",
    "grant create on schema public to capillary_engine",
    f"alter function {IN_FORCE} owner to capillary_engine",
    "revoke create on schema public from capillary_engine",
)
# until now there was no other table than the catalogue's
STAMPED = (
    "alter table {table} no force row level security",
    "alter table {table} add column freight text",
    "update {table} set freight = 'shipped@' || catalogue",
    "alter table {table} alter column freight set not null",
    "alter table {table} force row level security",
)


def upgrade() -> None:
    op.execute("set local lock_timeout = '5s'")
    for statement in UPGRADE:
        op.get_bind().exec_driver_sql(statement)
    for table in ("match", "matched"):
        for statement in STAMPED:
            op.get_bind().exec_driver_sql(statement.format(table=table))
    op.get_bind().exec_driver_sql("grant select (freight) on match to capillary_app")


def downgrade() -> None:
    op.execute("set local lock_timeout = '5s'")
    run = op.get_bind().exec_driver_sql
    for table in ("match", "matched"):
        run(f"alter table {table} drop column freight")
    run("set local role capillary_engine")
    run(f"drop function {IN_FORCE}")
    run("set local role capillary_owner")
    for table in reversed(TABLES):
        run(f"drop table {table}")
