"""Every page of the console that somebody may open, found by its links; the list of pages is the router's own."""

import re
from collections.abc import Iterable
from urllib.parse import parse_qsl, urlsplit
from uuid import UUID

import msgspec

from market.console.screen import screen
from market.console.screens import SCREENS
from market.parties.structs import OrganisationKind as Kind
from tests.support.browser import Tab
from tests.support.way import ROOT, Way

# questions that make another page of the same data; the others choose among the data
ASKED = {"near", "show", "view"}
LANGUAGES = ("ja", "en")
_HOLE = re.compile(r"\{(\w+):(\w+)\}")
_FILLS = {"uuid": r"[0-9a-f-]{36}", "int": r"\d+", "str": r"[^/]+", "path": r".+"}
_LINKS = """links => links.map(link => link.getAttribute("href")).filter(href => !href.startsWith("#"))"""
_SETTLED = "() => !document.querySelector('.htmx-request, .htmx-settling, .htmx-swapping')"
# an answer that is loaded after its page is solved first
_SLOWEST_MS = 60_000


class Page(msgspec.Struct, frozen=True):
    """A page as the router has it: `path` with holes, and who may open it."""

    path: str
    kinds: frozenset[Kind]

    def holds(self, path: str) -> bool:
        """Whether an address is one of this page's."""
        expression = _HOLE.sub(lambda hole: _FILLS[hole[2]], self.path)
        return re.fullmatch(expression, path) is not None

    @property
    def parent(self) -> str:
        """The page under which it lies: without its last word, and without the job that it is about."""
        return self.path.removesuffix("/{job:uuid}").rpartition("/")[0]


def pages() -> tuple[Page, ...]:
    """Whatever is got, the ones without holes first."""
    found = [
        Page(f"{ROOT}{path}".rstrip("/"), declared.kinds)
        for module in SCREENS
        for handler in module.handlers
        if "GET" in handler.http_methods and (declared := screen(handler)) is not None
        for path in handler.paths
    ]
    return tuple(sorted(found, key=lambda page: len(_HOLE.findall(page.path))))


class Walk:
    """Someone's way through all pages. `seen` says by which address a page was opened, `faults` what was wrong."""

    def __init__(self, tab: Tab, known: Iterable[Page], first: str) -> None:
        self.tab = tab
        # a page asks for its answer by itself: that a spec cannot be blended is one
        tab.refusals.add(422)
        # this is no test of speed
        tab.page.set_default_timeout(_SLOWEST_MS)
        self.seen: dict[str, str] = {}
        self.faults: list[str] = []
        self._known = tuple(known)
        self._turns = LANGUAGES.index(first)
        self._way = Way(1, self._kind, ())

    async def follow(self, *starts: str) -> None:
        """All links from there: of those to one page with the same questions in it, the last that its list has."""
        self._way.found(starts)
        for path in self._way:
            at = urlsplit(path).path
            page = self._at(at)
            assert page is not None, path
            self.seen.setdefault(page.path, at)
            self._way.found(await self._look(path))

    def _kind(self, path: str) -> tuple[str, frozenset[str]] | None:
        at = urlsplit(path)
        page = self._at(at.path)
        return None if page is None else (page.path, frozenset(name for name, _ in parse_qsl(at.query)) & ASKED)

    def _at(self, path: str) -> Page | None:
        return next((one for one in self._known if one.holds(path.rstrip("/"))), None)

    async def fill(self, job: UUID) -> None:
        """What no link leads to, under what was seen; `job` is one that is under way."""
        for page in self._known:
            parent = self.seen.get(page.parent)
            if page.path not in self.seen and parent is not None:
                await self.follow(parent + page.path.removeprefix(page.parent).replace("{job:uuid}", str(job)))

    async def _look(self, path: str) -> list[str]:
        language = LANGUAGES[self._turns % len(LANGUAGES)]
        self._turns += 1
        await self.tab.speak(language)
        page = self.tab.page
        try:
            await self.tab.go(path)
            await page.wait_for_function(_SETTLED)
            await self.tab.accessible()
            assert await page.locator("html").get_attribute("lang") == language
            wide = await page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
            assert wide <= 0, f"{wide} pixels too wide"
        except AssertionError as fault:
            self.faults.append(f"{path} ({language}): {fault}")
        links = await page.locator(f"a[href^='{ROOT}']").evaluate_all(_LINKS)
        links.reverse()
        # a list as it is before a part of it, which may be empty
        return sorted(links, key=lambda href: "?" in href)
