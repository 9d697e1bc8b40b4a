"""Every form of the console may be sent twice, and comes back where it was refused; the list of forms is the router's.

What a handler does is read from its code: whatever it calls in the console is followed.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any, Final

import pytest
from litestar.handlers import BaseRouteHandler

import market.console
from market.console import posted, sending
from market.console.listing_form import ListingForm
from market.console.screen import Screen, screen
from market.console.screens import SCREENS

TEMPLATES: Final = Path(market.console.__file__).parent / "templates"
FORMS: Final = {
    path: handler
    for module in SCREENS
    for handler in module.handlers
    if "POST" in handler.http_methods
    for path in handler.paths
}
# whose answer is a cookie, or takes one away: the second finds nobody, or does the same
OF_SESSIONS: Final = {
    "/sign-in",
    "/sign-in/code",
    "/sign-in/second-factor",
    "/sign-out",
    "/link/{token:str}",
    "/language",
    "/profile/password",
    "/profile/second-factor/drop",
    "/profile/sessions/end-others",
    "/profile/organisation/{id:uuid}",
}
# which only ask: nothing is another afterwards, and the same job answers the same question
ASKING: Final = {
    "/deals/{id:uuid}/offer",
    "/deals/{id:uuid}/deliveries/{inner:uuid}/receive/editor",
    "/deliveries/check",
    "/lots/check",
    "/lots/editor",
    "/lots/{id:uuid}/upgrades",
    "/samples/check",
    "/samples/{id:uuid}/editor",
    "/sitings",
    "/sitings/{job:uuid}",
    "/specs/count",
    "/specs/editor",
    "/specs/{id:uuid}/advice",
    "/specs/{id:uuid}/blends",
    "/specs/{id:uuid}/tender/terms",
    "/specs/{id:uuid}/what-if",
    "/tenders/{id:uuid}/bid",
    "/tenders/{id:uuid}/split",
    "/upgrade-offers/editor",
}
# what they bring is read as it comes, so that nobody can tell two of them apart
OF_FILES: Final = {"/lots/{id:uuid}/documents", "/permits/{id:uuid}/documents"}
# what is read stays read, however often it is said
MARKING: Final = {"/deals/{id:uuid}/notices/read"}
OTHERS: Final = OF_SESSIONS | MARKING | ASKING | OF_FILES


def _codes(code: CodeType) -> Iterator[CodeType]:
    yield code
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            yield from _codes(inner)


def _names(function: FunctionType) -> set[str]:
    return {name for code in _codes(function.__code__) for name in code.co_names}


def _called(function: FunctionType) -> Iterator[Any]:
    """Whatever it names of its module and of the function around it, and of the modules and forms among that."""
    names = _names(function)
    near = [function.__globals__.get(name) for name in names] + [c.cell_contents for c in function.__closure__ or ()]
    far = [getattr(found, name, None) for found in near if isinstance(found, ModuleType) for name in names]
    yield from (*near, *far)
    if any(isinstance(found, ListingForm) for found in (*near, *far)):
        yield from (getattr(ListingForm, name, None) for name in names)


def reached(handler: BaseRouteHandler) -> set[FunctionType]:
    """The functions of the console that it may come to."""
    found: set[FunctionType] = set()
    waiting: list[Any] = [handler.fn]
    while waiting:
        one = waiting.pop()
        if isinstance(one, FunctionType) and one.__module__.startswith("market.console") and one not in found:
            found.add(one)
            waiting += _called(one)
    return found


def test_there_are_forms() -> None:
    assert len(FORMS) > 80


@pytest.mark.parametrize("path", sorted(FORMS))
def test_whatever_a_form_does_it_does_once(path: str) -> None:
    assert (sending.same in reached(FORMS[path])) is (path not in OTHERS)


def test_only_forms_with_files_are_said_to_bring_some() -> None:
    declared: dict[str, Screen | None] = {path: screen(FORMS[path]) for path in OF_FILES}
    assert [path for path, one in declared.items() if one is None or not one.files] == []


@pytest.mark.parametrize("path", sorted(FORMS.keys() - OTHERS))
def test_a_form_with_rows_is_drawn_again_from_what_was_typed(path: str) -> None:
    """Rows that somebody added are on no page that could be asked for again."""
    found = reached(FORMS[path])
    draws = any("drawn" in _names(one) for one in found)
    assert draws is (posted.typed in found)


def _forms() -> Iterator[tuple[str, str]]:
    for file in sorted(TEMPLATES.rglob("*.html")):
        for form in re.findall(r"<form\b[^>]*\bmethod=\"post\".*?</form>", file.read_text(), re.DOTALL):
            yield str(file.relative_to(TEMPLATES)), form


def test_every_form_says_that_it_is_ours_where_it_stood_and_that_it_is_this_one() -> None:
    forms = list(_forms())
    assert len(forms) > 60
    assert [(file, form[:80]) for file, form in forms if not re.search(r"\{\{ (acts[.])?(csrf|stamps)\(", form)] == []
