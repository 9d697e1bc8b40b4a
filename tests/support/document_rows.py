"""Statements that insert a document of {firm}, a link or a share to {other}: right ones, and each rule broken once."""

_OF_STATE = {
    "awaiting": {},
    "pending": {"blob": "gen_random_uuid()", "scan_after": "now()"},
    "ready": {"blob": "gen_random_uuid()"},
    "infected": {},
}
_CONTENT = {"size": "1", "sha256": "sha256('x')", "uploaded_at": "now()"}
_BARE = {"bare_size": "1", "bare_sha256": "sha256('y')", "bare_blob": "gen_random_uuid()"}


def put_document(state: str, **wrong: str) -> str:
    """A document of {firm}."""
    values = {"version": "1", "kind": "'sds'", "name": "'a.pdf'", "media_type": "'text/csv'", "state": f"'{state}'"}
    values |= ({} if state == "awaiting" else _CONTENT) | _OF_STATE[state]
    return _insert("document", "gen_random_uuid(), now(), now()", values, wrong)


def _insert(table: str, fixed: str, values: dict[str, str], wrong: dict[str, str]) -> str:
    values = values | {name.rstrip("_"): value for name, value in wrong.items()}
    return (
        f"insert into {table} (tenant_id, id, created_at, updated_at, {', '.join(values)})"
        f" values ('{{firm}}', {fixed}, {', '.join(values.values())})"
    )


def put_link(document: str = "id", kind: str = "'lot'") -> str:
    """A link of a document of {firm}."""
    return (
        "insert into document_link (tenant_id, document_id, object_kind, object_id)"
        f" select tenant_id, {document}, {kind}, id from document where tenant_id = '{{firm}}' and state = 'ready'"
    )


def put_share(viewer: str = "'{other}'", document: str = "id", why: str = "'deal'") -> str:
    """A share of a document of {firm}."""
    return (
        "insert into document_share"
        " (viewer_tenant, owner_tenant, document_id, why, object_id, names_open, created_at)"
        f" select {viewer}, tenant_id, {document}, {why}, id, false, now()"
        " from document where tenant_id = '{firm}' and state = 'ready'"
    )


RIGHT_DOCUMENTS = [*map(put_document, _OF_STATE), put_document("pending", **_BARE), put_link(), put_share()]
_WRONG = (
    ("awaiting", {"version": "0"}),
    ("awaiting", {"kind": "'A kind'"}),
    ("awaiting", {"name": "''"}),
    ("awaiting", {"name": "repeat('x', 201)"}),
    ("awaiting", {"name": "'../a.pdf'"}),
    ("awaiting", {"name": r"'a\b.pdf'"}),
    ("awaiting", {"name": r"e'a\nb.pdf'"}),
    ("awaiting", {"media_type": "'html'"}),
    ("infected", {"state_": "'lost'"}),
    ("awaiting", {"size": "1"}),
    ("ready", {"size": "0"}),
    ("ready", {"sha256": "null"}),
    ("ready", {"sha256": "'short'"}),
    ("ready", {"blob": "null"}),
    ("infected", {"blob": "gen_random_uuid()"}),
    ("pending", {"scan_after": "null"}),
    ("ready", {"uploaded_at": "null"}),
    ("ready", {"bare_size": "1"}),
    ("ready", _BARE | {"bare_size": "0"}),
    ("ready", _BARE | {"bare_sha256": "'short'"}),
    ("infected", _BARE),
)
WRONG_DOCUMENTS = [
    *(("check", put_document(state, **wrong)) for state, wrong in _WRONG),
    ("check", put_link(kind="'Deal 1'")),
    ("foreign", put_link(document="tenant_id")),
    ("check", put_share(viewer="tenant_id")),
    ("check", put_share(why="'a deal'")),
    ("foreign", put_share(viewer="id")),
    ("foreign", put_share(document="tenant_id")),
    # what another may see is not deleted
    ("foreign", "delete from document where tenant_id = '{firm}' and state = 'ready'"),
]
