"""The eleven digits of an industrial-waste permit: three of the authority, one of the kind, one free, six of the firm.

001 to 047 are prefectures in the order of ISO 3166-2:JP, and from 050 on cities that grant permits themselves.
"""

from collections.abc import Iterator

import msgspec

from matching.fault import Fault, fault
from matching.permits.rules import KindDigit, PermitRules

DIGITS = 11
# how numbers were written before the authority got its third digit
_FORMER_DIGITS = 10
_PREFECTURES = 47
_ASCII = frozenset("0123456789")


class Parts(msgspec.Struct, frozen=True):
    """A number taken apart; each is text, for zeros count."""

    authority: str
    kind: str
    free: str
    firm: str


def parts(number: str) -> Parts | None:
    """None where it is not eleven digits."""
    if len(number) != DIGITS or not _ASCII.issuperset(number):
        return None
    return Parts(number[:3], number[3], number[4], number[5:])


def prefecture_of(authority: str, rules: PermitRules) -> str | None:
    """Where an authority grants: ISO code of its prefecture, None for a city whose number nobody read."""
    if 1 <= int(authority) <= _PREFECTURES:
        return f"JP-{authority[1:]}"
    city = rules.cities.get(authority)
    return city.prefecture if city else None


def digit_of(number: str | None, rules: PermitRules) -> KindDigit | None:
    """What the fourth digit says, None where there is no number of that form."""
    found = parts(number) if number else None
    return rules.digits.get(found.kind) if found else None


def number_faults(pointer: str, number: str, kind: str, prefecture: str | None, rules: PermitRules) -> Iterator[Fault]:
    """What is wrong with the number of a kind that has eleven digits, and at which of them (from 1)."""
    for place, character in enumerate(number, 1):
        if character not in _ASCII:
            yield fault(pointer, "permit_number_character", position=place, character=character)
            return
    found = parts(number)
    if found is None:
        code = "permit_number_ten" if len(number) == _FORMER_DIGITS else "permit_number_length"
        yield fault(pointer, code, digits=len(number), wanted=DIGITS)
        return
    yield from _authority(pointer, found.authority, prefecture, rules)
    meant = rules.digits[found.kind]
    if meant.kind != kind:
        wanted = [d.digit for d in rules.numbered[kind]]
        yield fault(pointer, "permit_number_kind", digit=found.kind, permit=meant.kind, wanted=wanted)
    if not int(found.firm):
        yield fault(pointer, "permit_number_firm", given=found.firm)


def _authority(pointer: str, authority: str, prefecture: str | None, rules: PermitRules) -> Iterator[Fault]:
    value = int(authority)
    if not (1 <= value <= _PREFECTURES or value >= rules.cities_from):
        yield fault(pointer, "permit_number_authority", given=authority)
        return
    place = prefecture_of(authority, rules)
    if place is None and prefecture is None:
        yield fault("/prefecture", "permit_city_unknown", given=authority)
    elif place is not None and prefecture not in (None, place):
        yield fault(pointer, "permit_number_prefecture", given=authority, prefecture=place, stated=prefecture)
