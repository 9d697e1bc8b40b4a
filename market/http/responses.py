"""How answers are written: our encoder, entity tags, conditional GET."""

import hashlib
from typing import Any

import msgspec
from litestar import Request, Response
from litestar.enums import MediaType

_encode = msgspec.json.Encoder(decimal_format="number").encode


class Reply(Response[Any]):
    """Structs by msgspec, Decimals as numbers; bytes are already JSON."""

    def render(self, content: Any, media_type: str, enc_hook: Any = None) -> bytes:  # noqa: ARG002 - Litestar's
        """Everything that is not text or bytes is JSON."""
        if isinstance(content, bytes):
            return content
        if content is None:
            return b""
        return _encode(content)


def entity_tag(content: bytes) -> str:
    """A strong tag of these very bytes."""
    return '"' + hashlib.sha256(content).hexdigest()[:24] + '"'


def matches(header: str | None, tag: str) -> bool:
    """Whether `If-None-Match` names `tag`; the comparison is weak (RFC 9110 13.1.2)."""
    if header is None:
        return False
    named = {part.strip().removeprefix("W/") for part in header.split(",")}
    return "*" in named or tag in named


def worded(language: str) -> dict[str, str]:
    """Headers of an answer whose reasons are in the caller's language."""
    return {"Content-Language": language, "Vary": "Accept-Language"}


def conditional(
    request: Request[Any, Any, Any], content: bytes, headers: dict[str, str], media_type: str = MediaType.JSON
) -> Response[Any]:
    """200 with its tag, or 304 where the caller has these bytes already."""
    tag = entity_tag(content)
    headers = {**headers, "ETag": tag}
    if matches(request.headers.get("if-none-match"), tag):
        return Reply(None, status_code=304, headers=headers)
    return Reply(content, headers=headers, media_type=media_type)
