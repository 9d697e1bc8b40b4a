"""The console's words: one file per screen and language, and the names of codes as people read them."""

import functools
from importlib import resources
from typing import Any

import msgspec

from market.http.messages import LANGUAGES, Language
from matching.words import messages


@functools.cache
def texts(language: Language) -> dict[str, str]:
    """Every text of a language; `reviews.json` holds `title`, which is read as `reviews.title`."""
    folder = resources.files("market.console").joinpath("locales", language)
    found: dict[str, str] = {}
    for file in sorted(folder.iterdir(), key=lambda f: f.name):
        screen = file.name.removesuffix(".json")
        for key, text in msgspec.json.decode(file.read_bytes(), type=dict[str, str]).items():
            found[f"{screen}.{key}"] = text
    return found


def text(language: Language, key: str, /, **params: Any) -> str:
    """The text of `key` with its holes filled. Raises KeyError for a text that nobody wrote."""
    return texts(language)[key].format_map(params)


def text_of(language: Language, screen: str, code: str, /, **params: Any) -> str | None:
    """The text of a code that not every screen has words for."""
    found = texts(language).get(f"{screen}.{code}")
    return None if found is None else found.format_map(params)


def word(language: Language, kind: str, code: object, /) -> str:
    """What people call a code of some kind (`status`, `verdict`, ...), else what the engine calls it, else itself."""
    named = texts(language).get(f"words.{kind}.{code}")
    return named or messages(language).get(f"word.{code}", str(code))


__all__ = ["LANGUAGES", "Language", "text", "text_of", "texts", "word"]
