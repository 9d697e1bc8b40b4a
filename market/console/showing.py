"""Numbers, money, days and instants as people of a language read them. Days and hours are Japan's."""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from markupsafe import Markup

from market.console.pasting import names
from market.console.text import Language, text, texts, word
from market.http import days
from matching import words
from matching.units import MASS_FRACTION
from matching.words import permit_name, step_name
from specs.catalogue.loader import catalogue
from specs.kit import clock

# a non-breaking space before a unit, as the SI brochure has it
_GAP = "\u00a0"
_MINOR = {"JPY": 0, "USD": 2, "EUR": 2}
EMPTY = "–"
_ALL = 100.0
_NOTHING = Markup("–")


def number(value: float | Decimal | None, digits: int = 4) -> str:
    """Four significant digits, with thousands separators."""
    return EMPTY if value is None else words.number(float(value), digits)


def quantity(value: float | Decimal | None, unit: str) -> str:
    """A number with its unit, which no line break parts."""
    return EMPTY if value is None else f"{number(value)}{_GAP}{unit}"


def unbroken(told: str) -> str:
    """Numbers, signs and a unit as one word."""
    return told.replace(" ", _GAP)


def tonnes(value: float | None) -> str:
    """To the kilogram, as the store keeps them."""
    return EMPTY if value is None else f"{f'{value:,.3f}'.rstrip('0').rstrip('.')}{_GAP}t"


def size(value: int | None) -> str:
    """Of a file, in the units that people know from their own: 12 kB, 3.4 MB."""
    if value is None:
        return EMPTY
    for unit, least in (("MB", 1_000_000), ("kB", 1_000)):
        if value >= least:
            return f"{value / least:,.{1 if value < 10 * least else 0}f}{_GAP}{unit}"
    return f"{value}{_GAP}B"


def percent(share: float | None) -> str:
    """A probability or share, rounded down: 94.99 % is never shown as the 95 % that was asked for."""
    return EMPTY if share is None else words.words({"share": float(share)}, "en", None)["share"].replace(" ", _GAP)


def money(amount: Decimal | float | None, currency: str = "JPY") -> str:
    """In whole minor units: ¥1,234 or $12.34."""
    if amount is None:
        return EMPTY
    places = _MINOR.get(currency, 2)
    exact = Decimal(str(amount)).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    return f"{'−' if exact < 0 else ''}{words.sign(currency)}{abs(exact):,}"


def exact(value: float | Decimal) -> str:
    """Every digit of what was agreed, with thousands separators."""
    digits = f"{Decimal(str(value)):,f}"
    return digits.rstrip("0").rstrip(".") if "." in digits else digits


def rate(amount: Decimal, currency: str) -> str:
    """Money for each of something, which is multiplied before it is rounded: ¥0.5, $12.30."""
    whole, _, rest = exact(amount).partition(".")
    places = _MINOR.get(currency, 2)
    fraction = rest.ljust(places, "0")
    return f"{words.sign(currency)}{whole}{'.' if fraction else ''}{fraction}"


def price(value: Any) -> str:
    """A price with what it is for: ¥45,000/t; nothing but a dash where there is none."""
    return EMPTY if value is None else f"{money(value.amount, value.currency)}/{value.per}"


def day(value: date | None, language: Language) -> Markup:
    """26 Nov 2026, or 2026年11月26日."""
    if value is None:
        return _NOTHING
    return _time(value.isoformat(), days.day(value, language), days.era(value, language))


def era(value: date | None, language: Language) -> Markup:
    """As `day`; in Japanese by the era, as permits and official papers have it: 令和8年11月26日."""
    if value is None:
        return _NOTHING
    told = days.era(value, language)
    return _time(value.isoformat(), told, told)


def moment(value: datetime | None, language: Language) -> Markup:
    """Day and minute in Japan; the page says once that its hours are Japan's."""
    if value is None:
        return _NOTHING
    return _time(value.isoformat(), days.moment(value, language), stamp(value, language))


def stamp(value: datetime, language: Language) -> str:
    """When a paper was printed, in Japan; in Japanese by the era."""
    local = value.astimezone(clock.JST)
    return f"{days.era(local.date(), language)} {local:%H:%M}"


def until(value: datetime | None, language: Language) -> Markup:
    """The inclusive last day of a deadline that is stored as the instant after it."""
    return _NOTHING if value is None else day(clock.last_day(value), language)


def name(code: str | None, language: Language) -> str:
    """A material, grade, form, analyte, document or regulation by its name."""
    if code is None:
        return EMPTY
    known = catalogue()
    kind = "regime" if code in known.regimes else "material"
    return words.words({kind: code}, language, known)[kind]


def coded(code: str, language: Language) -> Markup:
    """A grade by its name and its code, where experts look for it: on the listing's own page."""
    return Markup("{} (<code>{}</code>)").format(name(code, language), code)


def condition(held: tuple[str, float], language: Language) -> str:
    """One condition of a test: what is not known by name is told as it was filed."""
    what, value = held
    if f"words.condition.{what}" in texts(language):
        return text(language, f"words.condition.{what}", value=number(value))
    return f"{what.replace('_', ' ')} = {number(value)}"


def source(code: str, language: Language) -> str:
    """Where material comes from; people may name a source that we do not know."""
    told = word(language, "source", code)
    return told if told != code else code.replace("_", " ")


def analytes(said: str, language: Language) -> str:
    """What stands in the field of an analyte, or of a sum of them, by its name; nothing where that says no more."""
    known = [catalogue().analytes.get(code) for code in names.codes(said)]
    named = "+".join(one.name_ja if language == "ja" else one.name_en for one in known if one is not None)
    return "" if None in known or named.casefold() == said.strip().casefold() else named


def measured(limit: Any, language: Language) -> str:
    """What was measured, as a laboratory writes it: `0.22 ± 0.02 %`, `< 0.002 %`, `0.2 to 0.3 %`.

    From nothing, or up to the whole, goes without saying.
    """
    if limit.measured is not None:
        spread = f" ± {number(limit.uncertainty, 2)}" if limit.uncertainty else ""
        return unbroken(f"{number(limit.measured)}{spread} {limit.unit}")
    if limit.low is None and limit.high is None:
        return EMPTY
    high = None if limit.low and limit.high is not None and _whole(limit.high, limit.unit) else limit.high
    return unbroken(words.words({**limit.params, "high": high}, language, catalogue())["shown"])


def _whole(value: float, unit: str) -> bool:
    known = catalogue().units.get(unit)
    return known is not None and known.dimension == MASS_FRACTION and value * known.factor >= _ALL


def place(code: str | None, language: Language) -> str:
    """A prefecture or region by its name."""
    return EMPTY if code is None else words.words({"prefecture": code}, language, catalogue())["prefecture"]


def short(identity: object) -> str:
    """The end of an id, by which people tell two things of one name apart: the end is what is random."""
    return str(identity)[-6:]


def plain(value: float | Decimal | None) -> str:
    """A number as one types it into a field: every digit, no separators."""
    return "" if value is None else f"{Decimal(str(value)).normalize():f}"


def pairs(codes: Iterable[str], kind: str | None, language: Language) -> list[tuple[str, str]]:
    """What a choice offers: codes with the words of their kind, without one with themselves."""
    return [(code, word(language, kind, code) if kind else code) for code in codes]


def title(seen: Any, language: Language) -> str:
    """What a redacted listing is called across parties: material, grades, prefecture or region."""
    grades = (name(code, language) for code in seen.grades)
    parts = [name(seen.material, language), *grades, place(seen.prefecture or seen.region, language)]
    return " · ".join(parts)


def filters(language: Language) -> dict[str, Callable[..., Any]]:
    """What templates of a language may pipe through."""
    spoken: dict[str, Callable[..., Any]] = {
        "day": day,
        "era": era,
        "moment": moment,
        "until": until,
        "stamp": stamp,
        "name": name,
        "coded": coded,
        "condition": condition,
        "source": source,
        "month": days.month,
        "place": place,
        "analytes": analytes,
        "measured": measured,
        "title_of": title,
    }
    told: dict[str, Callable[..., Any]] = {key: _in(language, call) for key, call in spoken.items()}
    known = catalogue()
    return told | {
        "short": short,
        "plain": plain,
        "pairs": lambda codes, kind=None: pairs(codes, kind, language),
        "number": number,
        "quantity": quantity,
        "tonnes": tonnes,
        "bytes": size,
        "percent": percent,
        "money": money,
        "price": price,
        "sign": words.sign,
        "permit_name": lambda code: permit_name(code, language, known),
        "step_name": lambda code: step_name(code, language, known),
    }


def _in(language: Language, call: Callable[..., Any]) -> Callable[..., Any]:
    return lambda value: call(value, language)


def _time(machine: str, told: str, paper: str) -> Markup:
    """`paper` is what a print by the era has instead."""
    if told == paper:
        return Markup('<time datetime="{}">{}</time>').format(machine, told)
    return Markup('<time datetime="{}" data-era="{}">{}</time>').format(machine, paper, told)
