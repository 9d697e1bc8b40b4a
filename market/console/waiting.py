"""An answer that a job works out: a page that asks again by itself until it is there."""

from typing import Any

from litestar import Response

from market.console import rendering
from market.console.visit import Visit
from market.http.jobs import told
from market.runs.structs import Found

_TEMPLATE = "advice/job.html"


def begun(request: Visit, path: str) -> Response[Any]:
    """Just asked: `path` is where the answer will be."""
    if not request.partial:
        return rendering.see(request, path)
    return rendering.page(request, _TEMPLATE, path=path, progress=0.0, trouble=None, cancelled=False)


def unanswered(request: Visit, path: str, found: Found) -> Response[Any]:
    """How far the job is, or why it ended without an answer."""
    return rendering.page(
        request,
        _TEMPLATE,
        path=path,
        progress=found.job.progress,
        trouble=told(found.trouble, request.language),
        cancelled=found.job.state.ended and found.trouble is None,
    )
