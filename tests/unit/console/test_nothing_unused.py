"""Nothing of the console lies about that no page uses: macros, classes, files and texts."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import market
from market.console.text import texts

MARKET = Path(market.__file__).parent
CONSOLE = MARKET / "console"
_IMPORT = re.compile(r"""\{%-?\s*from "[^"]+" import ([^%]+?)(?: with context)?\s*-?%\}""")
_INCLUDE = re.compile(r"\{%-?\s*include ([^%]+)%\}")
_WORD = re.compile(r"[A-Za-z][\w-]*")
_CLASS = re.compile(r"\.([A-Za-z][\w-]*)(?=[^{}]*\{)")
# a text that stands alone, or the beginning of one that is put together
_QUOTED = re.compile(r"""["']([\w./:, -]+)["'{]""")
# refusals are named all over the house, and a form asks for its own words of each by the code
_BY_CODE = "refused"


def _written(folder: Path, *endings: str) -> dict[str, str]:
    """By path, but for what others wrote."""
    files = (file for ending in endings for file in sorted(folder.rglob(f"*.{ending}")))
    return {str(file.relative_to(folder)): file.read_text("utf-8") for file in files if ".min." not in file.name}


TEMPLATES = _written(CONSOLE / "templates", "html")
STYLES = {path: re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL) for path, text in _written(CONSOLE, "css").items()}
WRITTEN = "\n".join(_written(MARKET, "html", "py", "js").values())
SAID = set(_WORD.findall(WRITTEN))
QUOTED = set(_QUOTED.findall(WRITTEN))


@pytest.mark.parametrize("path", TEMPLATES)
def test_a_template_uses_every_macro_that_it_imports(path: str) -> None:
    used = {word for part in _with_parts(path) for word in _WORD.findall(_IMPORT.sub("", TEMPLATES[part]))}
    assert {name.split()[-1] for names in _IMPORT.findall(TEMPLATES[path]) for name in names.split(",")} <= used


def _with_parts(path: str) -> set[str]:
    """The template and what it includes, which uses its imports as its own."""
    found, waiting = set[str](), [path]
    while waiting:
        part = waiting.pop()
        if part not in found:
            found.add(part)
            waiting += [name for names in _INCLUDE.findall(TEMPLATES[part]) for name in _QUOTED.findall(names)]
    return found


@pytest.mark.parametrize("path", STYLES)
def test_every_class_that_is_styled_is_worn(path: str) -> None:
    assert {name for name in _CLASS.findall(STYLES[path]) if not _worn(name)} == set()


def _worn(name: str) -> bool:
    """Said somewhere; htmx puts on some of its own, and of `permit-{{ state }}` the beginning is said."""
    return name in SAID or name.startswith("htmx-") or any(name[: at.end()] in SAID for at in re.finditer("-", name))


def test_every_file_that_is_served_is_asked_for() -> None:
    assert {file.name for file in (CONSOLE / "static").iterdir()} - QUOTED == set()


def test_every_text_is_asked_for() -> None:
    assert {key for key in texts("en") if QUOTED.isdisjoint(_asked_by(key))} == set()


def _asked_by(key: str) -> Iterator[str]:
    """What is quoted where this text is asked for: its key, or some part of which the key is put together."""
    screen, _, code = key.partition(".")
    if screen == _BY_CODE:
        yield screen
    elif screen == "words":
        yield code.partition(".")[0]
    else:
        yield key
        yield from (key[: at.end()] for at in re.finditer("[._]", key) if at.end() > len(screen) + 1)
        if f"{screen}." in QUOTED:
            yield code
            yield from (part for at in re.finditer("_", code) for part in (code[: at.end()], code[at.start() :]))
