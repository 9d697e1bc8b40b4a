"""The fixtures with known answers, decoded."""

from pathlib import Path

import msgspec

from matching.listings import Lot, Spec

FOLDER = Path(__file__).parent.parent / "cases"


class Expected(msgspec.Struct, frozen=True):
    verdict: str | None = None
    limits: dict[str, str] = {}
    conformance_probability: float | None = None
    blocked_by: str | None = None
    score: float | None = None


class Case(msgspec.Struct, frozen=True):
    id: str
    why: str
    spec: Spec
    lot: Lot
    expect: Expected


EVALUATIONS = msgspec.json.decode((FOLDER / "evaluations.json").read_bytes(), type=list[Case])
