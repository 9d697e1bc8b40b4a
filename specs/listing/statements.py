"""SQL over `spec` and `lot`, built once for each of them at import. Every write is one statement.

Columns of a listing are always $5 to $16, in the order of `Columns.values`.
"""

# ruff: noqa: S608 - the texts that are put together are constants of this program; values are parameters

from specs.kit.idempotency import CLAIM

# which reservations `r` take from what remains
TAKING = """(r.state in ('committed', 'delivered')
         or r.state = 'held' and (r.expires_at is null or r.expires_at > now()))"""

# {l} is the listing's alias, {table} its name
RESERVED = f"""coalesce((select sum(r.kg) from reservation r
  where r.tenant_id = {{l}}.tenant_id and r.{{table}}_id = {{l}}.id and {TAKING}), 0)::bigint"""

SEEN = """l.id, l.rev, l.version, l.status, l.kg - {reserved} as remaining_kg, l.window_until,
  l.created_at, l.updated_at, l.published_at, l.content"""

OWN = "id, rev, version, status, remaining_kg, window_until, created_at, updated_at, published_at, content"

COLUMNS = "material, {codes}, prefecture, lat, lon, window_from, window_until, kg, price, currency, visibility, content"
VALUES = "$4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16::jsonb"

# The statement sets the tenant itself, so it needs no transaction around it: whatever it inserts is selected from
# here, directly or not, hence policies are checked afterwards. Were they checked earlier, they would refuse.
TENANCY = "tenancy as materialized (select set_config('app.tenant_id', $1::uuid::text, true))"

AUDIT = """noted as (
  insert into audit_event (tenant_id, at, actor, action, object_kind, object_id, rev, request_id)
  select $1, {at}, {actor}, {action}, '{table}', $2, made.rev, {request} from made)"""
TELL = """told as (
  insert into outbox (tenant_id, topic, object_id, rev, created_at)
  select $1, '{table}.changed', $2, made.rev, {at} from made where {when})"""
REVISE = """revised as (
  insert into {table}_revision (tenant_id, id, rev, content, created_at, actor)
  select $1, $2, made.rev, $16::jsonb, {at}, {actor} from made)"""
FILE = """filed as (
  insert into assay (tenant_id, id, lot_id, rev_added, position, analyte, sampled_on, content)
  select $1, a.id, $2, made.rev, a.position, a.analyte, a.sampled_on, a.content::jsonb
  from made, unnest({ids}::uuid[], {positions}::int[], {analytes}::text[], {days}::date[], {contents}::text[])
    as a (id, position, analyte, sampled_on, content))"""


class Statements:
    """The statements for one table."""

    def __init__(self, table: str, codes: tuple[str, str]) -> None:
        self.table = table
        self.codes = codes
        reserved = RESERVED.format(l="l", table=table)
        self.seen = SEEN.format(reserved=reserved)
        self.columns = COLUMNS.format(codes=", ".join(codes))
        self.read = f"select {self.seen} from {table} l where l.tenant_id = $1 and l.id = $2"
        # the same columns, tenant and all in one round trip; the function is in the migrations
        self.own = f"select {OWN} from own_{table}($1, $2)"
        self.lock = f"{self.read} for update of l"
        # another tenant's, as far as the current role's policies open it
        self.elsewhere = (
            f"select {self.seen}, l.tenant_id, firms_in('{table}', l.material, l.prefecture) as firms "
            f"from {table} l where l.id = $1"
        )
        self.which = f"select l.id from {table} l where l.id = any ($1::uuid[])"
        self.create = self._create()
        self.patch = self._patch()
        self.turn = self._turn()
        self.revisions = (
            f"select id, rev, created_at, content from {table}_revision "
            "where tenant_id = $1 and id = $2 and rev < $3 order by rev desc limit $4"
        )
        self.revision = (
            f"select id, rev, created_at, content from {table}_revision where tenant_id = $1 and id = $2 and rev = $3"
        )

    def _create(self) -> str:
        """$3 status, $17 at, $18 published_at, $19 actor, $20 request id, $21..$26 idempotency, $27..$31 assays."""
        at, actor = "$17::timestamptz", "$19::uuid"
        parts = [
            TENANCY,
            CLAIM.format(
                tenant="$1::uuid", path="$21::text", key="$22::text", body_hash="$23::bytea",
                status="$24::smallint", headers="$25::jsonb", body="$26::bytea", at=at,
                source="from tenancy",
            ),
            f"""made as (
  insert into {self.table} (tenant_id, id, rev, version, status, {self.columns}, created_at, updated_at, published_at)
  select $1, $2, 1, 1, $3, {VALUES}, {at}, {at}, $18 from go returning rev, status)""",
            *self._trail(at, actor, "'create'", "$20::text", "made.status = 'active'"),
        ]  # fmt: skip
        if self.table == "lot":
            parts.append(FILE.format(ids="$27", positions="$28", analytes="$29", days="$30", contents="$31"))
        return f"with {', '.join(parts)} select rev from made"

    def _patch(self) -> str:
        """$3 version, $17 at, $18 actor, $19 request id, $20 dropped, $21..$25 added assays."""
        at, actor = "$17::timestamptz", "$18::uuid"
        parts = [
            f"""made as (
  update {self.table} set rev = rev + 1, version = version + 1, updated_at = {at}, ({self.columns}) = ({VALUES})
  where tenant_id = $1 and id = $2 and version = $3 and status in ('draft', 'active')
  returning rev, version, status)""",
            *self._trail(at, actor, "'patch'", "$19::text", "made.status = 'active'"),
        ]
        if self.table == "lot":
            parts.append("""dropped as (
  update assay a set rev_removed = made.rev from made
  where a.tenant_id = $1 and a.id = any ($20::uuid[]) and a.rev_removed is null)""")
            parts.append(FILE.format(ids="$21", positions="$22", analytes="$23", days="$24", contents="$25"))
        return f"with {', '.join(parts)} select rev, version from made"

    def _turn(self) -> str:
        """$3 version, $4 status, $5 at, $6 actor, $7 request id, $8 action, $9 tell, $10..$15 idempotency."""
        parts = [
            CLAIM.format(
                tenant="$1::uuid", path="$10::text", key="$11::text", body_hash="$12::bytea",
                status="$13::smallint", headers="$14::jsonb", body="$15::bytea", at="$5::timestamptz",
                source="",
            ),
            f"""made as (
  update {self.table} set status = $4, version = version + 1, updated_at = $5,
    published_at = case when $4 = 'active' then $5 else published_at end
  from go where tenant_id = $1 and id = $2 and version = $3 returning rev, version)""",
            TELL.format(table=self.table, at="$5", when="$9::boolean"),
            AUDIT.format(table=self.table, at="$5", actor="$6::uuid", action="$8::text", request="$7::text"),
        ]  # fmt: skip
        return f"with {', '.join(parts)} select version from made"

    def _trail(self, at: str, actor: str, action: str, request: str, when: str) -> list[str]:
        return [
            REVISE.format(table=self.table, at=at, actor=actor),
            TELL.format(table=self.table, at=at, when=when),
            AUDIT.format(table=self.table, at=at, actor=actor, action=action, request=request),
        ]
