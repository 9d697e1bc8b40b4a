"""What a route declares about itself, once: the guard, the walls, the OpenAPI document and the tests all read it."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

import msgspec
from litestar.handlers import BaseRouteHandler
from litestar.params import JSONBody


class Version(StrEnum):
    """How a route treats `If-Match`."""

    IGNORED = "ignored"
    HONOURED = "honoured"
    REQUIRED = "required"


class Link(msgspec.Struct, frozen=True, kw_only=True):
    """An OpenAPI link: these fields of this answer are the path parameters of that operation."""

    operation: str
    fields: tuple[str, ...] = ("id",)


class Wire(msgspec.Struct, frozen=True, kw_only=True):
    """`answer` is the type (or types) of the success body (None: none), `patch_of` what a merge patch changes.

    `body` is the type of a body that the handler reads by itself, `accepted` the type of a 202 beside the answer.
    `upload`: the body is bytes, not JSON, which the handler streams and bounds by itself.
    `example` is a body to post; a test replays it.
    """

    answer: Any = None
    scope: str | None = None
    kinds: frozenset[str] = frozenset()
    version: Version = Version.IGNORED
    tagged: bool = False
    located: bool = False
    problems: tuple[int, ...] = ()
    patch_of: Any = None
    body: Any = None
    upload: bool = False
    accepted: Any = None
    example: Mapping[str, Any] | str | None = None
    links: tuple[Link, ...] = ()
    media_type: str = "application/json"


# decoded for its shape; the text itself is merged
MergePatch = JSONBody[dict[str, msgspec.Raw]]


def act(
    answer: Any, scope: str, kinds: frozenset[str], example: Any = None, problems: tuple[int, ...] = (409,)
) -> dict[str, Any]:
    """How an act on something is declared, as `opt` of its route: the answer is that thing as it is then."""
    return {
        "wire": Wire(
            answer=answer,
            scope=scope,
            kinds=kinds,
            version=Version.HONOURED,
            tagged=True,
            problems=problems,
            example=example,
        )
    }


def merging(answer: Any, of: type, scope: str, kinds: frozenset[str], example: Any) -> dict[str, Any]:
    """How a merge patch of a thing is declared: `of` is what its fields are those of."""
    return {
        "wire": Wire(
            answer=answer,
            scope=scope,
            kinds=kinds,
            version=Version.REQUIRED,
            tagged=True,
            problems=(409, 422),
            example=example,
            patch_of=of,
        )
    }


def wire(handler: BaseRouteHandler) -> Wire | None:
    """The declaration of a handler; None for what Litestar made itself (OPTIONS)."""
    found: Wire | None = handler.opt.get("wire")
    return found
