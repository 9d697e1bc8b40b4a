"""Style sheets, scripts and pictures from the package: named by their digest, so they may be kept for ever."""

import functools
import gzip
import hashlib
from importlib import resources
from importlib.resources.abc import Traversable
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
def assets() -> dict[str, Asset]:
    """Whatever is packaged, by its name: a name that a stranger makes up is looked for nowhere, and kept nowhere."""
    folder = resources.files("market.console").joinpath("static")
    return {found.name: _asset(found) for found in folder.iterdir() if found.is_file()}


def _asset(found: Traversable) -> Asset:
    content = found.read_bytes()
    kind = _TYPES[found.name[found.name.rfind(".") :]]
    return Asset(hashlib.sha256(content).hexdigest()[:16], kind, content, gzip.compress(content, 9, mtime=0))


def address(name: str) -> str:
    """Where a page finds the file. Raises KeyError for one that is not packaged."""
    return f"{AT}/{assets()[name].digest}/{name}"


@get("/static/{digest:str}/{name:str}", opt={"screen": Screen(public=True)})
async def static(digest: FromPath[str], name: FromPath[str], request: Visit) -> Response[Any]:
    """Another digest is another file: a page of an older program reloads."""
    found = assets().get(name)
    if found is None or found.digest != digest:
        raise NotFoundException
    headers = {"Content-Type": found.media_type, "Cache-Control": _FOREVER, "Vary": "Accept-Encoding"}
    if "gzip" in request.headers.get("accept-encoding", ""):
        return Reply(found.zipped, headers=headers | {"Content-Encoding": "gzip"})
    return Reply(found.content, headers=headers)


handlers = [static]
