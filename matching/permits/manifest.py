"""Numbers of manifests (産業廃棄物管理票): eleven digits, on paper with a check digit that most printers follow.

The last digit of a paper form is the first ten modulo 7 (7DR); forms of other printers need not follow it, so a wrong
one is a doubt and no fault. The rule of electronic numbers is not confirmed: none is applied to them. Source:
`manifest` of the catalogue's `permits.json`.
"""

from collections.abc import Iterator

from matching.fault import Fault, fault

DIGITS = 11
_MODULUS = 7
# doubts, not faults: tell the person, and go on
DOUBTS = frozenset({"manifest_check_digit"})


def manifest_faults(pointer: str, number: str, *, electronic: bool) -> Iterator[Fault]:
    """What is wrong with a number, or doubtful (`DOUBTS`)."""
    if len(number) != DIGITS or not (number.isascii() and number.isdigit()):
        yield fault(pointer, "manifest_number_form")
    elif not electronic and int(number[:-1]) % _MODULUS != int(number[-1]):
        wanted = int(number[:-1]) % _MODULUS
        yield fault(pointer, "manifest_check_digit", digit=number[-1], wanted=str(wanted))
