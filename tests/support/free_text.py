"""The fields in which people write what they like, as the OpenAPI document has them, and markup put into each.

A field is known by its name: what is stored, in columns and in documents, is called as it is posted.
"""

import re
from collections.abc import Iterator
from typing import Any, Final
from uuid import UUID

import asyncpg
import msgspec

from market.http.openapi import tree

# a code of the catalogue is no longer than this, and refused unless it is in it
_CODE: Final = 64
_BOUND: Final = ("enum", "format", "const")
_TABLES: Final = """
select c.table_name, c.column_name, c.data_type from information_schema.columns c
join information_schema.tables t using (table_schema, table_name)
where c.table_schema = 'public' and t.table_type = 'BASE TABLE' and c.is_generated = 'NEVER'
  and (c.data_type = 'jsonb' or (c.data_type = 'text' and c.column_name = any ($1)))"""


def hostile(field: str) -> str:
    """Markup that says of which field it is; without a slash, which no document's name may have."""
    return f"<script>alert('{field}')\"'><img src=x onerror=alert(1)>"


def free_fields() -> frozenset[str]:
    """The names of all that takes markup."""
    schemas = tree()["components"]["schemas"]
    taken: dict[str, bool] = {}
    for operation in (one for path in tree()["paths"].values() for one in path.values()):
        for media in operation.get("requestBody", {}).get("content", {}).values():
            for name, free in _leaves(media.get("schema", {}), schemas, "", frozenset()):
                # a name that is a code somewhere may be the code that is stored
                taken[name] = taken.get(name, True) and free
    return frozenset(name for name, free in taken.items() if free)


def _leaves(node: Any, schemas: Any, name: str, within: frozenset[str]) -> Iterator[tuple[str, bool]]:
    """Each text under a node: the name of the field, and whether markup passes its pattern and is no code."""
    if "$ref" in node:
        ref = node["$ref"].rpartition("/")[2]
        if ref not in within:
            yield from _leaves(schemas[ref], schemas, name, within | {ref})
        return
    kinds = node.get("type", ())
    if "string" in ([kinds] if isinstance(kinds, str) else kinds) and not any(bound in node for bound in _BOUND):
        yield name, node.get("maxLength", 0) > _CODE and bool(re.search(node.get("pattern", ""), hostile(name)))
    for inner in (*node.get("anyOf", ()), *node.get("oneOf", ()), *node.get("prefixItems", ())):
        yield from _leaves(inner, schemas, name, within)
    if isinstance(node.get("items"), dict):
        yield from _leaves(node["items"], schemas, name, within)
    for inner_name, inner in node.get("properties", {}).items():
        yield from _leaves(inner, schemas, inner_name, within)


async def fill(connection: asyncpg.Connection, fields: frozenset[str]) -> None:
    """Markup in place of every text that is stored in such a field. The connection is the superuser's."""
    # history that the database lets nobody change is changed for once
    await connection.execute("set session_replication_role = replica")
    for table, column, kind in await connection.fetch(_TABLES, list(fields)):
        if kind == "text":
            await connection.execute(
                f'update "{table}" set "{column}" = $1 where "{column}" is not null',
                hostile(column),
            )
            continue
        rows = f'select ctid::text as at, "{column}"::text as held from "{table}" where "{column}" is not null'
        for at, held in await connection.fetch(rows):
            filled = _filled(msgspec.json.decode(held), "", fields)
            await connection.execute(
                f'update "{table}" set "{column}" = $2::text::jsonb where ctid = $1::text::tid',
                *(at, msgspec.json.encode(filled).decode()),
            )
    await connection.execute("set session_replication_role = origin")


def _filled(node: Any, name: str, fields: frozenset[str]) -> Any:
    if isinstance(node, dict):
        return {key: _filled(inner, key, fields) for key, inner in node.items()}
    if isinstance(node, list):
        return [_filled(inner, name, fields) for inner in node]
    return hostile(name) if isinstance(node, str) and name in fields and not _names_a_thing(node) else node


def _names_a_thing(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
