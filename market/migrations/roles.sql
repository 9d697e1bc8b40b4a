-- The cluster's roles; idempotent. Run once by a superuser (or a role with CREATEROLE) before the first
-- migration, in the database that Capillary uses. Passwords of the two logins are set by whoever runs this.
--   capillary_owner          owns every object and migrates; forced row-level security holds for it too
--   capillary_app            API and worker log in as it; owns nothing
--   capillary_engine         matching across tenants            } taken by SET LOCAL ROLE
--   capillary_coordinator    reads inside a jurisdiction         } inside one transaction,
--   capillary_counterparty   reads what an access grant opens    } never inherited
--   capillary_authenticator  owns the functions that look behind row-level security: who is calling
--   capillary_recorder       owns the functions that write what nobody may by hand: the audit chain, others' notices
do $$
declare
  wanted text;
begin
  foreach wanted in array array['capillary_owner', 'capillary_app', 'capillary_engine', 'capillary_coordinator',
                                'capillary_counterparty', 'capillary_authenticator', 'capillary_recorder']
  loop
    if not exists (select from pg_roles where rolname = wanted) then
      execute format('create role %I nosuperuser nocreatedb nocreaterole noreplication nobypassrls nologin', wanted);
    end if;
  end loop;
end $$;
alter role capillary_owner login;
alter role capillary_app login;
grant capillary_engine, capillary_coordinator, capillary_counterparty
  to capillary_owner, capillary_app with inherit false, set true;
grant capillary_authenticator, capillary_recorder to capillary_owner with inherit false, set true;
grant create, usage on schema public to capillary_owner with grant option;
