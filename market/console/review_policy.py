"""Which deals a coordinator wants to review: its rules as a form, and what they mean in words."""

import re
from typing import Any, Final

from litestar import Response, get, post

from market.console import forms, posted, rendering
from market.console.editing import Edit, Fields, edited, versions
from market.console.reading import decoded
from market.console.screen import Screen
from market.console.visit import Visit
from market.deals.review import policies
from market.deals.review.policy import MOST_RULES, DealOrigin, ReviewPolicy, ReviewPolicyDraft, faults
from market.parties.structs import OrganisationKind as Kind
from specs.kit.errors import Invalid
from specs.kit.versions import Versions

PAGE: Final = "/console/settings/review-policy"
COORDINATORS: Final = frozenset({Kind.COORDINATOR})
READING = {"screen": Screen(kinds=COORDINATORS, scope="deals:read")}
WRITING = {"screen": Screen(kinds=COORDINATORS, scope="deals:write")}
# empty rows below those that there are
BLANK: Final = 2
_RULE = re.compile(r"/rules/([0-9]{1,3})/(.+)", re.ASCII)
_DECIDES: Final = "review:boolean"


@get("/settings/review-policy", opt=READING)
async def read(request: Visit) -> Response[Any]:
    """As it is now."""
    async with request.opened() as work:
        answer = await policies.read(work)
    return _page(request, decoded(answer, ReviewPolicy), (answer.version,))


@post("/settings/review-policy", opt=WRITING)
async def replace(request: Visit) -> Response[Any]:
    """Save it, or only say what it would mean."""
    fields = await posted.fields(request)
    draft = forms.draft(arranged(fields), ReviewPolicyDraft)
    if "_preview" in dict(fields):
        found = tuple(faults(draft, request.parts.catalogue))
        if found:
            raise Invalid(faults=found)
        return _page(request, draft, versions(fields), preview=True)

    async def put(edit: Edit) -> str:
        await policies.put(edit.work, draft, edit.versions, request.parts.catalogue)
        return PAGE

    return await edited(request, put, PAGE, request.principal.tenant)


def arranged(fields: Fields) -> Fields:
    """The fields with the rules in the order of their `_place`; a rule that decides nothing is left out."""
    said = dict(fields)
    rules: dict[int, list[tuple[str, str]]] = {}
    rest = []
    for name, text in fields:
        found = _RULE.fullmatch(name)
        if found is None:
            rest.append((name, text))
        else:
            rules.setdefault(int(found[1]), []).append((found[2], text))
    kept = [k for k, rule in rules.items() if dict(rule).get(_DECIDES)]
    order = sorted(kept, key=lambda k: (_place(said.get(f"_place/{k}", ""), k), k))
    return (*rest, *((f"/rules/{i}/{name}", text) for i, k in enumerate(order) for name, text in rules[k]))


def _place(text: str, otherwise: int) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= len(str(MOST_RULES)) else otherwise + 1


def _page(request: Visit, policy: ReviewPolicyDraft, version: Versions, *, preview: bool = False) -> Response[Any]:
    return rendering.page(
        request,
        "settings/review-policy.html",
        policy=policy,
        version=version[0] if version else "",
        preview=preview,
        blanks=min(BLANK, MOST_RULES - len(policy.rules)),
        origins=tuple(DealOrigin),
        catalogue=request.parts.catalogue,
    )


handlers = [read, replace]
