"""Style sheets, scripts and pictures from the package: named by their digest, so they may be kept for ever."""

import functools
import gzip
import hashlib
import mimetypes
from importlib import resources
from typing import Any

import msgspec
from litestar import Response, get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from market.console.screen import Screen
from market.console.visit import Visit
from market.http.responses import Reply

AT = "/console/static"
_FOREVER = "public, max-age=31536000, immutable"
_TYPES = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".svg": "image/svg+xml"}


class Asset(msgspec.Struct, frozen=True):
    """A packaged file as it is sent."""

    digest: str
    media_type: str
    content: bytes
    zipped: bytes


@functools.cache
def asset(name: str) -> Asset | None:
    """The file of that name; None where there is none. Names hold no folders."""
    found = resources.files("market.console").joinpath("static", name)
    if "/" in name or "\\" in name or name.startswith(".") or not found.is_file():
        return None
    content = found.read_bytes()
    suffix = name[name.rfind(".") :]
    kind = _TYPES.get(suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"
    return Asset(hashlib.sha256(content).hexdigest()[:16], kind, content, gzip.compress(content, 9, mtime=0))


def address(name: str) -> str:
    """Where a page finds the file. Raises KeyError for one that is not packaged."""
    found = asset(name)
    if found is None:
        raise KeyError(name)
    return f"{AT}/{found.digest}/{name}"


@get("/static/{digest:str}/{name:str}", opt={"screen": Screen(public=True)})
async def static(digest: FromPath[str], name: FromPath[str], request: Visit) -> Response[Any]:
    """Another digest is another file: a page of an older program reloads."""
    found = asset(name)
    if found is None or found.digest != digest:
        raise NotFoundException
    headers = {"Content-Type": found.media_type, "Cache-Control": _FOREVER, "Vary": "Accept-Encoding"}
    if "gzip" in request.headers.get("accept-encoding", ""):
        return Reply(found.zipped, headers=headers | {"Content-Encoding": "gzip"})
    return Reply(found.content, headers=headers)


handlers = [static]
