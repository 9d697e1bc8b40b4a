"""What goes through the pipes between the pool and a child: msgpack, each behind its length in four bytes."""

from typing import Final, TypeVar

import msgspec

from matching.evaluation import Params
from matching.fault import Fault

HEAD: Final = 4
T = TypeVar("T")


class Asked(msgspec.Struct, frozen=True):
    """To the child: one solve."""

    kind: str
    payload: bytes


class Progress(msgspec.Struct, frozen=True, tag=True):
    """From the child: how far it is, from 0 to 1."""

    share: float


class Done(msgspec.Struct, frozen=True, tag=True):
    """From the child: the answer."""

    answer: bytes


class Failed(msgspec.Struct, frozen=True, tag=True):
    """From the child: no answer. `trace` is for our log, never for a caller."""

    code: str
    params: Params = {}
    faults: tuple[Fault, ...] = ()
    shape: str | None = None
    trace: str | None = None


Told = Progress | Done | Failed


def packed(frame: Asked | Told) -> bytes:
    """The frame behind its length."""
    body = msgspec.msgpack.encode(frame)
    return len(body).to_bytes(HEAD, "big") + body


def length(head: bytes) -> int:
    """How many bytes follow."""
    return int.from_bytes(head, "big")
