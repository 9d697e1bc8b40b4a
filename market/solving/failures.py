"""How a solve ends without an answer: refused by name in the child, or by what became of the child."""

from collections.abc import Sequence
from typing import Final

from matching.evaluation import Params
from matching.fault import Fault

# the child's own end, as against what a kind refuses
BUSY: Final = "solver_busy"
DEADLINE: Final = "solve_timed_out"
MEMORY: Final = "solve_out_of_memory"
CRASHED: Final = "solver_crashed"


class Refused(Exception):  # noqa: N818 - a refusal is an answer, not a crash
    """Raised by a kind: `code` and `params` name why, `faults` point into the document.

    `shape` is the decoder's own complaint about a document of another shape.
    """

    def __init__(
        self, code: str, params: Params | None = None, faults: Sequence[Fault] = (), shape: str | None = None
    ) -> None:
        super().__init__(code)
        self.code = code
        self.params: Params = params or {}
        self.faults = tuple(faults)
        self.shape = shape


class SolveFailed(Refused):
    """What the caller of the pool gets: a refusal of the kind, or one of the codes above."""
