"""A posted document on its way into a solver process, which is the first to read all of it."""

from collections.abc import Callable, Iterable
from typing import TypeVar

import msgspec

from market.solving.failures import Refused
from matching.fault import Fault, fault
from matching.reference import Catalogue
from matching.tariffs import Tariff
from specs.kit.json_text import beyond, broken, decoded, loose_amounts

T = TypeVar("T")


class Document(msgspec.Struct, frozen=True):
    """A posted document, the language of its reasons, and the freight tables in force."""

    body: bytes
    language: str
    tariffs: tuple[Tariff, ...] = ()


def read(body: bytes, decoder: msgspec.json.Decoder[T]) -> T:
    """The document behind the walls of every body. Raises Refused at the first thing that does not fit."""
    wall = beyond(body)
    if wall is not None:
        raise Refused(*wall)
    try:
        value = decoded(decoder, body)
    except msgspec.ValidationError as error:
        raise Refused("invalid_body", shape=str(error)) from None
    except msgspec.DecodeError as error:
        raise Refused(*broken(body, str(error))) from None
    except UnicodeDecodeError:
        raise Refused("invalid_encoding") from None
    if loose := loose_amounts(body):
        raise Refused("invalid_body", faults=[fault(at, "invalid_decimal") for at in loose])
    return value


def sound(
    body: bytes,
    decoder: msgspec.json.Decoder[T],
    faults_of: Callable[[T, Catalogue], Iterable[Fault]],
    known: Catalogue,
) -> T:
    """As `read`, and nothing in it that leaves nothing to solve. Raises Refused with every fault at once."""
    document = read(body, decoder)
    faults = tuple(faults_of(document, known))
    if faults:
        raise Refused("invalid", faults=faults)
    return document
