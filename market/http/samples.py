"""/v1/deals/{id}/samples: requested, sent, received, measured by both sides under seal, and settled."""

from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from market.deals.samples.structs import (
    Receiving,
    ResultDraft,
    Sample,
    SampleDraft,
    SamplePage,
    Sending,
    UmpireDraft,
)
from market.deals.structs import Reason
from market.http import examples
from market.http.call import Call
from market.http.deals import OPENERS, PARTIES, asking
from market.http.listing_routes import PRIVATE, Cursor, Limit, written
from market.http.responses import conditional, worded
from market.http.wire import Wire, act
from specs.kit.tenancy import Work
from specs.kit.wire import encode

ONE = "/deals/{id:uuid}/samples/{sample_id:uuid}"


def many(deal: UUID) -> str:
    """Where the samples of a deal are."""
    return f"deals/{deal}/samples"


def moving(example: Any, kinds: frozenset[Any] = PARTIES) -> dict[str, Any]:
    """How every act on a sample is declared: the answer is the sample as it is then."""
    return act(Sample, "samples:write", kinds, example, (409, 422))


@post(
    "/deals/{id:uuid}/samples",
    operation_id="request_sample",
    summary="Ask for a sample of a lot that you agreed on",
    description=(
        "By the buyer, once the deal is agreed; with the first one it is `sampling`, and no contract is signed while a "
        "sample is open. Unit, basis and splitting limit of each analyte are fixed now, before anybody measures."
    ),
    tags=["Samples"],
    opt={
        "wire": Wire(
            answer=Sample,
            scope="samples:write",
            kinds=PARTIES,
            tagged=True,
            located=True,
            problems=(404, 409, 422),
            example=examples.SAMPLE,
        )
    },
)
async def ask(
    id: FromPath[UUID], data: JSONBody[SampleDraft], work: NamedDependency[Work], request: Call
) -> Response[Any]:
    """Requested."""
    return written(await request.parts.samples.request(work, asking(request), id, data), many(id))


@get(
    "/deals/{id:uuid}/samples",
    operation_id="list_samples",
    summary="The samples of a deal, the newest first",
    description="A recycler sees those of its own leg. Results of the other side are shown once both have filed.",
    tags=["Samples"],
    opt={"wire": Wire(answer=SamplePage, scope="deals:read", tagged=True, problems=(304,))},
)
async def page(
    id: FromPath[UUID], work: NamedDependency[Work], request: Call, limit: Limit = 50, cursor: Cursor = None
) -> Response[Any]:
    """For its parties, and for coordinators who oversee it."""
    found = await request.parts.samples.page(work, asking(request), id, limit, cursor)
    return conditional(request, encode(found), PRIVATE | worded(request.language))


@get(
    ONE,
    operation_id="get_sample",
    summary="Read a sample",
    description="With how each analyte was settled, and how the match stands with what was found.",
    tags=["Samples"],
    opt={"wire": Wire(answer=Sample, scope="deals:read", tagged=True)},
)
async def read(
    id: FromPath[UUID], sample_id: FromPath[UUID], work: NamedDependency[Work], request: Call
) -> Response[Any]:
    """In the caller's language."""
    answer = written(await request.parts.samples.read(work, asking(request), id, sample_id), many(id))
    answer.headers.update(worded(request.language))
    return answer


@post(
    f"{ONE}/send",
    operation_id="send_sample",
    summary="Say that a sample is on its way, under which seal",
    tags=["Samples"],
    status_code=200,
    opt=moving(examples.SENDING),
)
async def send(
    id: FromPath[UUID], sample_id: FromPath[UUID], data: JSONBody[Sending], work: NamedDependency[Work], request: Call
) -> Response[Any]:
    """By the seller."""
    return written(await request.parts.samples.send(work, asking(request), id, sample_id, data), many(id))


@post(
    f"{ONE}/receive",
    operation_id="receive_sample",
    summary="Say that a sample has arrived, and whether its seal was intact",
    tags=["Samples"],
    status_code=200,
    opt=moving(examples.RECEIVING),
)
async def receive(
    id: FromPath[UUID],
    sample_id: FromPath[UUID],
    data: JSONBody[Receiving],
    work: NamedDependency[Work],
    request: Call,
) -> Response[Any]:
    """By the buyer."""
    return written(await request.parts.samples.receive(work, asking(request), id, sample_id, data), many(id))


@post(
    f"{ONE}/results",
    operation_id="file_sample_results",
    summary="File your laboratory's result",
    description=(
        "Once, by each side, under seal: the other side is shown that you have filed, and a digest, until it has filed "
        "too. Then both see both, and each analyte is settled: within the splitting limit at the mean, else an umpire "
        "is needed. When all are settled the lot gains them as a new revision, and the match is judged again."
    ),
    tags=["Samples"],
    status_code=200,
    opt=moving(examples.RESULT),
)
async def file(
    id: FromPath[UUID],
    sample_id: FromPath[UUID],
    data: JSONBody[ResultDraft],
    work: NamedDependency[Work],
    request: Call,
) -> Response[Any]:
    """Filed; with the second one settled, or to be umpired."""
    return written(await request.parts.samples.file(work, asking(request), id, sample_id, data), many(id))


@post(
    f"{ONE}/umpire",
    operation_id="name_umpire",
    summary="Propose the laboratory that decides, or name it as a coordinator",
    description="It is asked when both sides propose the same one, or at once when a coordinator names it.",
    tags=["Samples"],
    status_code=200,
    opt=moving(examples.UMPIRE, OPENERS),
)
async def umpire(
    id: FromPath[UUID],
    sample_id: FromPath[UUID],
    data: JSONBody[UmpireDraft],
    work: NamedDependency[Work],
    request: Call,
) -> Response[Any]:
    """A verified laboratory."""
    return written(await request.parts.samples.umpire(work, asking(request), id, sample_id, data), many(id))


@post(
    f"{ONE}/cancel",
    operation_id="cancel_sample",
    summary="Call a sample off before anyone has filed a result",
    tags=["Samples"],
    status_code=200,
    opt=moving(examples.REASON),
)
async def cancel(
    id: FromPath[UUID], sample_id: FromPath[UUID], data: JSONBody[Reason], work: NamedDependency[Work], request: Call
) -> Response[Any]:
    """By either side."""
    return written(await request.parts.samples.cancel(work, asking(request), id, sample_id, data), many(id))


handlers = [ask, page, read, send, receive, file, umpire, cancel]
