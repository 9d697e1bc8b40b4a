"""Pages from templates. What a template may use is set here once: texts, filters, macros of `parts/`, and the visit."""

import functools
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from litestar import Response

from market.console import static, text
from market.console.bars import bar
from market.console.navigation import entries
from market.console.showing import filters
from market.console.text import Language
from market.console.told_of import place
from market.console.uploads import ENDINGS, MOST_FILES
from market.console.visit import Visit
from market.http import messages
from market.http.responses import Reply
from market.people import tokens
from specs.kit import clock

HTML = "text/html; charset=utf-8"
# one script of our own and htmx; no inline script or style, no plug-ins, no frames, forms only to us
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Type": HTML,
    "Content-Security-Policy": POLICY,
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}


@functools.cache
def environment(language: Language) -> Environment:
    """The templates of a language, compiled once; a hole that nobody fills is an error, not a blank."""
    made = Environment(
        loader=PackageLoader("market.console"),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.filters |= filters(language)
    made.globals |= {
        "t": functools.partial(text.text, language),
        "word": functools.partial(text.word, language),
        "static": static.address,
        "bar": bar,
        "once": tokens.fresh,
        "file_endings": ENDINGS,
        "most_files": MOST_FILES,
        "place_of": place,
        "problem_title": lambda code: messages.title(code, language),
        "language": language,
    }
    return made


def page(
    visit: Visit, template: str, *, status: int = 200, headers: dict[str, str] | None = None, **holes: Any
) -> Response[Any]:
    """A whole page, or the fragment that a template alone makes; `visit` and `entries` are always there."""
    return sent(visit, html(visit, template, **holes), status=status, headers=headers)


def sent(visit: Visit, text: str, *, status: int = 200, headers: dict[str, str] | None = None) -> Response[Any]:
    """A text of `html`, under the headers that every page has."""
    made = Reply(text.encode(), status_code=status, headers=HEADERS | (headers or {}))
    visit.greet(made)
    return made


def html(visit: Visit, template: str, **holes: Any) -> str:
    """The text of `page`: what is sent over server-sent events too."""
    made = environment(visit.language).get_template(template)
    return made.render(visit=visit, entries=entries(visit), answered=clock.now(), **holes)


def beside(visit: Visit, where: str = "#problem", how: str = "innerHTML") -> dict[str, str]:
    """Headers by which htmx puts an answer there, whatever asked for it; a page that was asked for whole needs none."""
    return {"HX-Retarget": where, "HX-Reswap": how} if visit.partial else {}


def see(visit: Visit, path: str) -> Response[Any]:
    """303 to `path`, which is one of ours: after a form, so that a reload posts nothing again."""
    if visit.partial:
        return Reply(None, status_code=204, headers={"HX-Redirect": path})
    return Reply(None, status_code=303, headers={"Location": path})
