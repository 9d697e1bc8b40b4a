"""The /schema page: the OpenAPI document as plain HTML. No script, no font, no address but our own."""

import base64
import functools
import hashlib
from html import escape
from typing import Any

import msgspec

_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1c2b2d;"
    "background:#fff}h1,h2{line-height:1.2}h2{margin-top:2.5rem;border-bottom:1px solid #ccd6d8}"
    "details{border:1px solid #ccd6d8;border-radius:6px;margin:.5rem 0;padding:.5rem .75rem}"
    "summary{cursor:pointer}code,pre{font:14px/1.45 ui-monospace,monospace}pre{overflow:auto;background:#f3f6f6;"
    "padding:.75rem;border-radius:6px}.m{display:inline-block;min-width:4.5rem;font-weight:700;color:#0b6b5d}"
    "table{border-collapse:collapse;width:100%}td,th{text-align:left;vertical-align:top;padding:.25rem .5rem;"
    "border-bottom:1px solid #e4eaeb}"
    "@media(prefers-color-scheme:dark){body{background:#10191a;color:#dbe6e7}pre{background:#1a2729}"
    ".m{color:#5fd0bd}h2,details,td,th{border-color:#2c3c3e}a{color:#7fc4ff}}"
)
_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
POLICY = f"default-src 'none'; style-src 'sha256-{_HASH}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"


@functools.cache
def page(document: bytes) -> bytes:
    """The whole page; operations by tag, then the schemas that they name."""
    tree = msgspec.json.decode(document)
    info = tree["info"]
    head = (
        f"<!doctype html><html lang=en><meta charset=utf-8><title>{escape(info['title'])}</title>"
        f"<meta name=viewport content='width=device-width'><style>{_STYLE}</style>"
        f"<h1>{escape(info['title'])} {escape(info['version'])}</h1><p>{escape(info['description'])}</p>"
        "<p><a href='/schema/openapi.json'>openapi.json</a></p>"
    )
    parts = [head]
    for tag in tree["tags"]:
        parts.append(f"<h2>{escape(tag['name'])}</h2>")
        parts += [
            _operation(path, method, operation)
            for path, methods in tree["paths"].items()
            for method, operation in methods.items()
            if tag["name"] in operation["tags"]
        ]
    parts.append("<h2>Schemas</h2>")
    parts += [_schema(name, schema) for name, schema in tree["components"]["schemas"].items()]
    return "".join(parts).encode()


def _operation(path: str, method: str, operation: dict[str, Any]) -> str:
    rows = "".join(
        f"<tr><td><code>{escape(p['name'])}</code><td>{p['in']}<td>{escape(p.get('description', ''))}"
        for p in operation["parameters"]
    )
    answers = ", ".join(f"<code>{escape(status)}</code>" for status in operation["responses"])
    scope = f"<p>Scope: <code>{escape(operation['x-scope'])}</code></p>" if "x-scope" in operation else ""
    return (
        f"<details id='{escape(operation['operationId'])}'><summary><span class=m>{method.upper()}</span> "
        f"<code>{escape(path)}</code> {escape(operation['summary'])}</summary>"
        f"<p>{escape(operation.get('description', ''))}</p>{scope}<table>{rows}</table>{_body(operation)}"
        f"<p>Answers: {answers}</p></details>"
    )


def _body(operation: dict[str, Any]) -> str:
    media = operation.get("requestBody", {}).get("content", {}).get("application/json")
    if media is None:
        return ""
    shown = media["schema"]
    for example in media.get("examples", {}).values():
        shown = example["value"]
    return f"<p>Body:</p><pre>{_pretty(shown)}</pre>"


def _schema(name: str, schema: dict[str, Any]) -> str:
    anchor = escape(name)
    return (
        f"<details id='schema-{anchor}'><summary><code>{anchor}</code></summary><pre>{_pretty(schema)}</pre></details>"
    )


def _pretty(value: Any) -> str:
    return escape(msgspec.json.format(msgspec.json.encode(value), indent=2).decode())
