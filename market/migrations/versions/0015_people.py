"""People who sign in: persons, their sessions, one-time links, and how often somebody tried.

A person is of no organisation: rows of `app_user` are their memberships. The application sees the one person that it
names in `app.person_id`, as it sees the one tenant in `app.tenant_id`; who it is, from an address, a session or a
link, only these functions say. Nobody lists persons, and of attempts the application sees no row at all.
"""

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

TENANT = "(select nullif(current_setting('app.tenant_id', true), '')::uuid)"
PERSON = "(select nullif(current_setting('app.person_id', true), '')::uuid)"
OURS = "capillary_app, capillary_owner"
POLICIES = (
    ("own", "person", OURS, f"id = {PERSON}"),
    ("own", "console_session", OURS, f"person_id = {PERSON}"),
    ("own", "sign_in_link", OURS, f"tenant_id = {TENANT}"),
    *(
        ("authenticator", table, "capillary_authenticator", "true")
        for table in ("person", "console_session", "sign_in_link", "sign_in_attempt")
    ),
    # what is over is swept
    *(
        ("engine", table, "capillary_engine", "true")
        for table in ("console_session", "sign_in_link", "sign_in_attempt")
    ),
)

TABLES = (
    """create table person (
  id uuid not null,
  email text not null,
  name text not null,
  language text,
  password_hash text,
  totp_secret bytea,
  totp_confirmed_at timestamptz,
  totp_counter bigint not null,
  recovery bytea[] not null,
  created_at timestamptz not null,
  constraint pk_person primary key (id),
  constraint uq_person_email unique (email),
  constraint ck_person_email check (email = lower(email)),
  constraint ck_person_language check (language in ('en', 'ja')),
  constraint ck_person_password_hash check (password_hash like '$argon2id$%'),
  constraint ck_person_totp check (totp_confirmed_at is null or totp_secret is not null)
)""",
    "alter table app_user add column person_id uuid",
    "alter table app_user add constraint fk_app_user_person_id_person foreign key (person_id) references person (id)",
    "alter table app_user add constraint uq_app_user_tenant_id_person_id unique (tenant_id, person_id)",
    "create index ix_app_user_person_id on app_user (person_id)",
    """create table console_session (
  id uuid not null,
  person_id uuid not null,
  tenant_id uuid not null,
  user_id uuid not null,
  digest bytea not null,
  created_at timestamptz not null,
  last_seen_at timestamptz not null,
  expires_at timestamptz not null,
  second_factor_at timestamptz,
  user_agent text not null,
  constraint pk_console_session primary key (id),
  constraint fk_console_session_person_id_person foreign key (person_id) references person (id),
  constraint fk_console_session_tenant_id_app_user foreign key (tenant_id, user_id)
    references app_user (tenant_id, id),
  constraint ck_console_session_digest check (octet_length(digest) = 32),
  constraint ck_console_session_expires_at check (expires_at > created_at
    and expires_at <= created_at + interval '7 days'),
  constraint ck_console_session_user_agent check (length(user_agent) <= 120)
)""",
    "create unique index ix_console_session_digest on console_session (digest)",
    "create index ix_console_session_person_id on console_session (person_id)",
    "create index ix_console_session_expires_at on console_session (expires_at)",
    """create table sign_in_link (
  tenant_id uuid not null,
  id uuid not null,
  user_id uuid not null,
  purpose text not null,
  digest bytea not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  used_at timestamptz,
  constraint pk_sign_in_link primary key (tenant_id, id),
  constraint fk_sign_in_link_tenant_id_app_user foreign key (tenant_id, user_id) references app_user (tenant_id, id),
  constraint ck_sign_in_link_purpose check (purpose in ('invitation', 'reset', 'sign_in')),
  constraint ck_sign_in_link_digest check (octet_length(digest) = 32),
  constraint ck_sign_in_link_expires_at check (expires_at > created_at
    and expires_at <= created_at + interval '7 days')
)""",
    "create unique index ix_sign_in_link_digest on sign_in_link (digest)",
    "create index ix_sign_in_link_expires_at on sign_in_link (expires_at)",
    """create table sign_in_attempt (
  key bytea not null,
  failed integer not null,
  last_at timestamptz not null,
  locked_until timestamptz,
  constraint pk_sign_in_attempt primary key (key),
  constraint ck_sign_in_attempt_key check (octet_length(key) = 32),
  constraint ck_sign_in_attempt_failed check (failed >= 0)
)""",
    "create index ix_sign_in_attempt_last_at on sign_in_attempt (last_at)",
)

GRANTS = (
    "select, insert on person to capillary_app",
    """update (name, language, password_hash, totp_secret, totp_confirmed_at, totp_counter, recovery)
       on person to capillary_app""",
    "select, insert, delete on console_session to capillary_app",
    "update (digest, tenant_id, user_id, expires_at, second_factor_at) on console_session to capillary_app",
    "select, insert, update (used_at) on sign_in_link to capillary_app",
    "select on person, console_session, sign_in_link to capillary_authenticator",
    "update (last_seen_at) on console_session to capillary_authenticator",
    "select, insert, update, delete on sign_in_attempt to capillary_authenticator",
    "select (id, expires_at), delete on console_session to capillary_engine",
    "select (tenant_id, id, expires_at), delete on sign_in_link to capillary_engine",
    "select (key, last_at), delete on sign_in_attempt to capillary_engine",
)

HEAD = "security definer set search_path = pg_catalog, public, pg_temp as $$"
FUNCTIONS = {
    "person_of(text)": f"""
create function person_of(email text) returns uuid language sql stable {HEAD}
  select p.id from person p where p.email = lower($1)
$$""",
    "memberships(uuid)": f"""
create function memberships(person uuid)
returns table (tenant_id uuid, user_id uuid, organisation text, kind text, role text)
language sql stable {HEAD}
  select u.tenant_id, u.id, o.name, o.kind, u.role
  from app_user u join organisation o on o.id = u.tenant_id
  where u.person_id = $1 and u.disabled_at is null order by o.name, o.id
$$""",
    # idle for twelve hours is over; who may no longer act for the organisation has no session
    "sitting(bytea)": f"""
create function sitting(digest bytea)
returns table (id uuid, person_id uuid, tenant_id uuid, user_id uuid, created_at timestamptz, expires_at timestamptz,
               second_factor_at timestamptz, totp_confirmed_at timestamptz, email text, name text, language text,
               organisation text, kind text, verified boolean, role text)
language sql volatile {HEAD}
  with hit as (
    select s.id, s.person_id, s.tenant_id, s.user_id, s.created_at, s.expires_at, s.second_factor_at,
           p.totp_confirmed_at, p.email, p.name, p.language, o.name as organisation, o.kind,
           o.verified_at is not null as verified, u.role
    from console_session s
    join person p on p.id = s.person_id
    join app_user u on u.tenant_id = s.tenant_id and u.id = s.user_id and u.person_id = s.person_id
    join organisation o on o.id = s.tenant_id
    where s.digest = $1 and s.expires_at > now() and s.last_seen_at > now() - interval '12 hours'
      and u.disabled_at is null
  ), seen as (
    update console_session s set last_seen_at = now() from hit
    where s.id = hit.id and s.last_seen_at < now() - interval '1 minute'
  )
  select * from hit
$$""",
    "link_of(bytea)": f"""
create function link_of(digest bytea)
returns table (tenant_id uuid, id uuid, user_id uuid, purpose text, expires_at timestamptz, used_at timestamptz,
               person_id uuid, email text, name text, organisation text)
language sql stable {HEAD}
  select l.tenant_id, l.id, l.user_id, l.purpose, l.expires_at, l.used_at, u.person_id, u.email, u.name, o.name
  from sign_in_link l
  join app_user u on u.tenant_id = l.tenant_id and u.id = l.user_id
  join organisation o on o.id = l.tenant_id
  where l.digest = $1 and u.disabled_at is null
$$""",
    # An attempt counts before its outcome is known: twenty at once are twenty. From the one that uses up what is free
    # each failure doubles the wait. Returns when to try again, null where this one may go on.
    "sign_in_attempted(bytea[], integer[], timestamptz)": f"""
create function sign_in_attempted(keys bytea[], free integer[], at timestamptz) returns timestamptz
language plpgsql volatile {HEAD}
declare
  locked timestamptz;
begin
  insert into sign_in_attempt (key, failed, last_at) select k, 0, at from unnest(keys) k order by k
    on conflict do nothing;
  perform from sign_in_attempt a where a.key = any (keys) order by a.key for update;
  select max(a.locked_until) into locked from sign_in_attempt a where a.key = any (keys) and a.locked_until > at;
  if locked is not null then
    return locked;
  end if;
  update sign_in_attempt a set failed = now_failed.n, last_at = at, locked_until =
      case when now_failed.n < w.free then null
      else at + least(interval '15 minutes', interval '30 seconds' * 2 ^ least(now_failed.n - w.free, 10)) end
    from unnest(keys, free) as w (key, free), lateral (
      select case when b.last_at < at - interval '1 day' then 1 else b.failed + 1 end as n
      from sign_in_attempt b where b.key = w.key) now_failed
    where a.key = w.key;
  return null;
end
$$""",
    # the first key is the person's and forgotten; an address is forgiven this one attempt only
    "sign_in_passed(bytea[], integer[])": f"""
create function sign_in_passed(keys bytea[], free integer[]) returns void language sql volatile {HEAD}
  delete from sign_in_attempt where key = keys[1];
  update sign_in_attempt a set failed = greatest(a.failed - 1, 0),
    locked_until = case when a.failed - 1 < w.free then null else a.locked_until end
  from unnest(keys, free) as w (key, free) where a.key = w.key
$$""",
}


def upgrade() -> None:
    op.execute("set local lock_timeout = '5s'")
    run = op.get_bind().exec_driver_sql
    for statement in TABLES:
        run(statement)
    for table in ("person", "console_session", "sign_in_link", "sign_in_attempt"):
        run(f"alter table {table} enable row level security")
        run(f"alter table {table} force row level security")
    for name, table, roles, predicate in POLICIES:
        run(f'create policy "{name}" on {table} for all to {roles} using ({predicate}) with check ({predicate})')
    for grant in GRANTS:
        run(f"grant {grant}")
    run("grant create on schema public to capillary_authenticator")
    for signature, definition in FUNCTIONS.items():
        run(definition)
        run(f"revoke execute on function {signature} from public")
        run(f"grant execute on function {signature} to capillary_app")
        run(f"alter function {signature} owner to capillary_authenticator")
    run("revoke create on schema public from capillary_authenticator")


def downgrade() -> None:
    op.execute("set local lock_timeout = '5s'")
    run = op.get_bind().exec_driver_sql
    run("set local role capillary_authenticator")
    for signature in FUNCTIONS:
        run(f"drop function {signature}")
    run("set local role capillary_owner")
    for table in ("sign_in_attempt", "sign_in_link", "console_session"):
        run(f"drop table {table}")
    run("alter table app_user drop column person_id")
    run("drop table person")
