"""Pages as people meet them: what is said on them, where they lead, and what on them looks like a code.

What stands in `<code>` is a code on purpose, and what people typed is theirs: both are left out, as are the values of
fields. A hint may show how a day is typed, and a text in another language is looked at as one of that language.
"""

import enum
import importlib
import pkgutil
import re
from collections.abc import AsyncIterator, Collection, Iterator
from functools import cache
from html.parser import HTMLParser
from types import ModuleType
from typing import Final

import msgspec

import market
import matching
import specs
from specs.catalogue.loader import catalogue
from tests.support.console import Browser
from tests.support.way import Way

_SILENT: Final = frozenset({"script", "style", "code", "textarea"})
_HEARD: Final = ("aria-label", "alt", "title")
_ACTIONS: Final = ("href", "action", "formaction", "hx-get", "hx-post")
_VOID: Final = frozenset({"meta", "link", "input", "br", "img", "hr", "col", "wbr"})
_ID: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")
_ADDRESS: Final = re.compile(r"\S+@\S+|https?://\S+")
_ISO: Final = re.compile(r"(?<![\w-])\d{4}-\d\d(?:-\d\d(?:T[\d:.]+[Z+\d:]*)?)?(?![\w-])")
# each is a slip whatever the language
_SLIPS: Final = (
    re.compile(r"\b[A-Za-z0-9]+(?:_[A-Za-z0-9]+)+\b"),
    re.compile(r"(?<![\w.])/[a-z_]+(?:/[a-z0-9_]+)+"),
    re.compile(r"\{[a-z_]*\}"),
    re.compile(r"\b(?:None|nan|NaN|True|False|[Uu]ndefined)\b"),
    re.compile(r"\b[A-Z]{3}/(?:kg|t)\b"),
    _ID,
)
_WORD: Final = re.compile(r"(?<![\w.@-])[A-Za-z][\w.@:+-]*\w")
# what a spreadsheet may say, which is read
_READ: Final = frozenset({"max", "min"})
# what trade and chemistry call so in every language: PVC, XRF, EXW, JPY
_ABBREVIATION: Final = re.compile(r"[A-Z]{2,5}")


class Said(msgspec.Struct, frozen=True):
    """A text, the language that it is in, and whether it tells how to fill something in."""

    text: str
    language: str
    hint: bool = False


class Met(HTMLParser):
    """One page. `said` are its texts in order, `links` its addresses, `actions` these and where its forms go."""

    def __init__(self, path: str, text: str) -> None:
        super().__init__()
        self.path = path
        self.size = len(text.encode())
        self.said: list[Said] = []
        self.links: list[str] = []
        self.actions: list[str] = []
        self.headings = 0
        self.title = ""
        self.language = ""
        # tag, whether what is in it counts, its language, whether it is a hint
        self._open: list[tuple[str, bool, str, bool]] = [("", True, "", False)]
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Go in, and hear what its attributes say."""
        given = {name: value or "" for name, value in attrs}
        _, counts, language, hint = self._open[-1]
        language = given.get("lang", language)
        if tag == "html":
            self.language = language
        self.headings += tag == "h1"
        if tag == "a":
            self.links.append(given.get("href", ""))
        self.actions += [given[name] for name in _ACTIONS if given.get(name)]
        self.said += [Said(given[name], language) for name in _HEARD if given.get(name)]
        if tag not in _VOID:
            counts = counts and tag not in _SILENT
            self._open.append((tag, counts, language, hint or "hint" in given.get("class", "").split()))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Shapes of a drawing."""
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        """Come out of it, and of what nobody closed inside."""
        while self._open[-1][0] not in (tag, ""):
            self._open.pop()
        if len(self._open) > 1:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        """A text that is shown."""
        _, counts, language, hint = self._open[-1]
        text = " ".join(data.split())
        if not text or not counts:
            return
        if [one[0] for one in self._open[-2:]] == ["head", "title"]:
            self.title = text
        self.said.append(Said(text, language, hint))

    def slips(self, theirs: Collection[str] = ()) -> Iterator[str]:
        """What looks like a code, each with its text; `theirs` is what people typed."""
        for said in self.said:
            text = _ADDRESS.sub("", said.text)
            for typed in theirs:
                text = text.replace(typed, "")
            patterns = _SLIPS if said.hint else (*_SLIPS, _ISO)
            found = {hit.group() for pattern in patterns for hit in pattern.finditer(text)}
            found |= {word for word in _WORD.findall(text) if word in _codes(said.language)}
            for slip in sorted(found):
                yield f"{slip}: {text[:150]}"


@cache
def _codes(language: str) -> frozenset[str]:
    """Codes of the catalogue and of every enum; in English a code of one small word is the word itself."""
    known = catalogue()
    codes = {*known.grades, *known.regimes, *known.steps, *known.permits.kinds, *known.materials, *known.forms}
    codes |= {code for code, one in known.analytes.items() if not one.closes}
    codes = {code for code in codes if not _ABBREVIATION.fullmatch(code)}
    if language == "ja":
        return frozenset(codes | {code for code in _enums() if code.islower()}) - _READ
    return frozenset(code for code in codes if not (code.isalpha() and code.islower()))


def _enums() -> set[str]:
    for package in (market, matching, specs):
        _load(package)
    waiting, codes = list(enum.StrEnum.__subclasses__()), set[str]()
    while waiting:
        kind = waiting.pop()
        waiting += kind.__subclasses__()
        codes |= {str(one.value) for one in kind}
    return codes


def _load(package: ModuleType) -> None:
    for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        if ".migrations." not in found.name:
            importlib.import_module(found.name)


async def crawl(browser: Browser, most_alike: int = 4) -> AsyncIterator[Met]:
    """Every page that the links of /console lead to."""
    way = Way(most_alike)
    for path in way:
        answer = await browser.http.get(path)
        assert answer.status_code == 200, (path, answer.status_code, answer.text[:500])
        if not answer.headers["content-type"].startswith("text/html"):
            continue
        met = Met(path, answer.text)
        yield met
        way.found(met.links)
