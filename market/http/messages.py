"""Words for problems, in the caller's language. Codes of the engine's faults are rendered by the engine."""

import functools
import re
from collections.abc import Callable
from datetime import date, datetime
from importlib import resources
from typing import Final, Literal

import msgspec

from market.http import days
from matching import explain, words
from specs.catalogue.loader import catalogue

Language = Literal["en", "ja"]
LANGUAGES: tuple[Language, ...] = ("en", "ja")
# of a measure: none of those that decide is rounded away
_EVERY_DIGIT: Final = 10
_ISO: Final = re.compile(r"\d{4}-\d\d-\d\d(?:T\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d))?")


class Phrases(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One language: what a problem is called, what it says of this case, what a field's error says, and notices."""

    titles: dict[str, str]
    details: dict[str, str]
    fields: dict[str, str]
    notices: dict[str, str]


@functools.cache
def phrases(language: Language) -> Phrases:
    """The packaged locale file."""
    text = resources.files("market.http").joinpath("locales", f"{language}.json").read_bytes()
    return msgspec.json.decode(text, type=Phrases)


def title(code: str, language: Language) -> str:
    """The same for every occurrence of a code."""
    return phrases(language).titles.get(code, code)


def detail(code: str, params: dict[str, object], language: Language) -> str:
    """This one case, in the engine's own words where it is the engine that refuses; else the title again."""
    template = phrases(language).details.get(code)
    if template is not None:
        told = {name: _lacked(name, value, language) for name, value in params.items()}
        return template.format_map(_words(told, language))
    reason = explain.render(code, params, language, catalogue())
    return title(code, language) if reason == code else reason


def template(code: str, language: Language) -> str:
    """What `detail` is made of, with its holes; empty where nothing more than the title is said."""
    return phrases(language).details.get(code) or words.messages(language).get(code, "")


def field_reason(code: str, params: dict[str, object], language: Language) -> str:
    """Why one field is refused."""
    template = phrases(language).fields.get(code)
    if template is not None:
        return template.format_map(_words(params, language))
    return explain.render(code, params, language, catalogue())


def notice(code: str, params: dict[str, object], language: Language) -> str:
    """What an organisation is told; the code itself where a newer program told it."""
    told = {name: _named(name, value, language) for name, value in params.items()}
    return phrases(language).notices.get(code, code).format_map(_words(told, language))


def _lacked(name: str, value: object, language: Language) -> object:
    """Who lacks which permits, in words: a refusal has them as `owner:SANPAI_SHOBUN/SANPAI_UNPAN`."""
    if name != "permits" or not isinstance(value, list):
        return value
    needs = ((party, kinds.split("/")) for party, _, kinds in (str(need).partition(":") for need in value))
    told = ({"party": party, "permits": kinds} for party, kinds in needs)
    return [explain.render("permit_not_valid", one, language, catalogue()) for one in told]


def _named(name: str, value: object, language: Language) -> object:
    """A material and a kind of permit by their names: codes say nothing to people."""
    if name == "material":
        return words.words({name: str(value)}, language, catalogue())[name]
    return words.permit_name(str(value), language, catalogue()) if name == "permit" else value


def _dated(value: object, told: Callable[[date, str], str], language: Language) -> object:
    """A day or an instant, which parameters carry as ISO 8601 has them, in words."""
    if not isinstance(value, str) or not _ISO.fullmatch(value):
        return value
    try:
        at = datetime.fromisoformat(value)
    except ValueError:
        # as somebody gave it: 30 February
        return value
    return days.moment(at, language) if at.tzinfo else told(at.date(), language)


class _Words(dict[str, object]):
    """A hole without a parameter must not hide the rest of the sentence."""

    def __missing__(self, key: str) -> str:
        return "?"


def _words(params: dict[str, object], language: Language) -> _Words:
    # what is said of a permit has its days as the permit itself has them
    told = days.era if "permit" in params else days.day
    joined = {k: ", ".join(map(str, v)) if isinstance(v, list) else v for k, v in params.items()}
    return _Words({k: _counted(_dated(v, told, language)) for k, v in joined.items()})


def _counted(value: object) -> object:
    """A measure as people write it: 60 t, not 60.0 t."""
    return words.number(value, _EVERY_DIGIT) if isinstance(value, float) else value


@functools.lru_cache(maxsize=512)
def negotiate(accept_language: str) -> Language:
    """The best of our languages for an `Accept-Language` header, English where it names none (RFC 9110 12.5.4)."""
    best: Language = "en"
    best_quality = 0.0
    for part in accept_language.split(",")[:16]:
        tag, _, weight = part.partition(";")
        quality = _quality(weight)
        primary = tag.strip().lower().partition("-")[0]
        for language in LANGUAGES:
            if primary == language and quality > best_quality:
                best, best_quality = language, quality
    return best


def _quality(weight: str) -> float:
    name, _, number = weight.strip().partition("=")
    if not name:
        return 1.0
    try:
        return min(1.0, max(0.0, float(number))) if name.strip() == "q" else 1.0
    except ValueError:
        return 0.0
