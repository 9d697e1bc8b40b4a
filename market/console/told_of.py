"""Where the object of a notice is shown."""

from typing import Final

from market.alerts.codes import Code
from market.alerts.structs import Notice

_PAGES: Final = {
    "deal": "/console/deals/{id}",
    "tender": "/console/tenders/{id}",
    "permit": "/console/permits",
}
# parts of a deal are shown on its page
_PARTS: Final = {"delivery": "deliveries", "claim": "claims", "sample": "samples"}


def place(notice: Notice) -> str | None:
    """A path of ours; None where there is no page."""
    deal = notice.params.get("deal_id")
    if deal is not None and notice.object_kind in _PARTS:
        return f"/console/deals/{deal}#{_PARTS[notice.object_kind]}"
    if notice.code == Code.UMPIRE_ASKED:
        # who decides on a sample is not told of whose deal it is
        return f"/console/samples/{notice.object_id}"
    page = _PAGES.get(notice.object_kind)
    return page and page.format(id=notice.object_id)
