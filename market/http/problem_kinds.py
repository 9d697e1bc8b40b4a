"""GET /problems/{code}: what the `type` of a problem document leads to."""

from typing import Any

import msgspec
from litestar import Response, get
from litestar.params import FromPath

from market.http import messages
from market.http.refusal import Refusal
from market.http.responses import Reply
from market.http.statuses import STATUS
from market.http.wire import Wire


class Wording(msgspec.Struct, frozen=True, kw_only=True):
    """In English and Japanese; `detail` has holes for the params of a case."""

    en: str
    ja: str


class ProblemKind(msgspec.Struct, frozen=True, kw_only=True):
    """What every problem with this code has in common."""

    type: str
    code: str
    status: int
    title: Wording
    detail: Wording


@get(
    "/problems/{code:str}",
    operation_id="get_problem_kind",
    summary="What a problem's type means",
    tags=["Operations"],
    opt={"wire": Wire(answer=ProblemKind)},
)
async def kind(code: FromPath[str]) -> Response[Any]:
    """Public: it is named in answers to anyone."""
    name = code.replace("-", "_")
    if name not in STATUS or "_" in code:
        raise Refusal("not_found")
    english, japanese = messages.phrases("en"), messages.phrases("ja")
    return Reply(
        ProblemKind(
            type="/problems/" + code,
            code=name,
            status=int(STATUS[name]),
            title=Wording(en=english.titles[name], ja=japanese.titles[name]),
            detail=Wording(en=messages.template(name, "en"), ja=messages.template(name, "ja")),
        )
    )


handlers = [kind]
