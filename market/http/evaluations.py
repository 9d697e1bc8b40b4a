"""POST /v1/evaluations: one lot against one spec, and nothing is stored."""

from typing import Any

import msgspec
from litestar import Response, post
from litestar.params import JSONBody

from market.http import examples
from market.http.call import Call
from market.http.refusal import FieldError, Refusal
from market.http.responses import Reply, worded
from market.http.wire import Wire
from matching.engine import evaluate
from matching.evaluation import Evaluation
from matching.explain import explain
from matching.faults import lot_faults, spec_faults
from matching.listings import Lot, Spec
from matching.permits.permit import Permits
from matching.permits.stated import held, stated_faults
from matching.reference import Catalogue


class JudgedSpec(Spec, frozen=True, kw_only=True):
    """A spec, with the permits of whoever takes the lot, where they are known: `[]` is that it holds none."""

    permits: Permits | None = None


class JudgedLot(Lot, frozen=True, kw_only=True):
    """A lot, with the permits of its owner, where they are known: `[]` is that it holds none."""

    permits: Permits | None = None


class Pair(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A spec and a lot, each as it would be posted; with permits, their gate is judged too."""

    spec: JudgedSpec
    lot: JudgedLot


@post(
    "/evaluations",
    operation_id="evaluate",
    summary="Evaluate a lot against a spec",
    description="A stateless what-if: the verdict, the reasons and what would fix a near miss. Nothing is stored.",
    tags=["Evaluations"],
    status_code=200,
    opt={"wire": Wire(answer=Evaluation, scope="evaluations:write", problems=(422,), example=examples.PAIR)},
)
async def evaluate_pair(data: JSONBody[Pair], request: Call) -> Response[Any]:
    """Judged with full disclosure: the caller knows both sides."""
    known = request.parts.catalogue
    _refuse_faults(data, known)
    known = known.priced(await request.parts.editions.now(request.parts.database))
    permits = held(data.lot.permits, data.spec.permits)
    evaluation = explain(evaluate(data.spec, data.lot, known, held=permits), request.language, known)
    request.parts.metrics.judged((evaluation,))
    return Reply(evaluation, status_code=200, headers=worded(request.language))


def _refuse_faults(pair: Pair, known: Catalogue) -> None:
    """All faults of both sides at once; what the engine itself answers as not evaluated is none."""
    faults = [("/spec", f) for f in spec_faults(pair.spec, known, doubts=False)]
    faults += [("/spec", f) for f in stated_faults(pair.spec.permits, known)]
    faults += [("/lot", f) for f in lot_faults(pair.lot, known, doubts=False)]
    faults += [("/lot", f) for f in stated_faults(pair.lot.permits, known)]
    if faults:
        errors = tuple(FieldError(pointer=at + f.pointer, code=f.code, params=f.params) for at, f in faults)
        raise Refusal("invalid", errors=errors)


handlers = [evaluate_pair]
