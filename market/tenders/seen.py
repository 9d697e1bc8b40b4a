"""Tenders and bids as their readers see them."""

from typing import Any

import msgspec

from market.deals import queries as deals
from market.deals.machine import Actor
from market.deals.offers import seen as offers
from market.deals.offers.structs import Judged
from market.tenders import bid_queries
from market.tenders.held import Held
from market.tenders.structs import Award, Bid, BidState, Sealed, Side, Tender, TenderSummary
from matching.reference import Catalogue
from specs.kit.tenancy import Work
from specs.listing.structs import KG
from specs.spec.seen import spec_seen
from specs.spec.service import SPECS

_SEALED = msgspec.json.Decoder(Sealed)
_JUDGED = msgspec.json.Decoder(Judged)


def summary(work: Work, tender: Held) -> TenderSummary:
    """What a list shows."""
    return TenderSummary(**_common(work, tender))


async def whole(work: Work, tender: Held, catalogue: Catalogue) -> Tender:
    """Everything that the caller may see; as the engine, which sees no bid of a tender that is shut."""
    spec = await deals.spec_at(work, tender.buyer, tender.spec_id, tender.spec_rev)
    invites = tender.side is not Side.SELLER
    rows = await bid_queries.opened(work, tender)
    closed = await bid_queries.closed(work, tender)
    content = SPECS.kind.decode(spec.content)
    return Tender(
        **_common(work, tender),
        spec=spec_seen(tender.spec_id, content, tender.kg / KG, spec.firms, catalogue),
        spec_rev=tender.spec_rev,
        wanted=tender.wanted,
        reason=tender.reason,
        invited=len(tender.invited) if invites else None,
        digest=None if tender.digest is None else tender.digest.hex(),
        bid_digests=None if tender.digest is None else tuple(sorted(row["digest"].hex() for row in rows)),
        closed_bid_digests=None if tender.digest is None else tuple(digest.hex() for digest in closed),
        remaining_tonnes=tender.left / KG if invites else None,
        awards=tuple(_award(row) for row in rows if row["deal_id"]) if invites else None,
    )


def _common(work: Work, tender: Held) -> dict[str, Any]:
    return {
        "id": tender.id,
        "side": tender.side,
        "status": tender.status,
        "allowed": tender.allowed(work.at),
        "material": tender.material,
        "tonnes": tender.kg / KG,
        "deadline": tender.deadline,
        "opened_at": tender.opened_at,
        "created_at": tender.created_at,
        "updated_at": tender.updated_at,
    }


def _award(row: Any) -> Award:
    return Award(bid_id=row["id"], tonnes=row["awarded_kg"] / KG, deal_id=row["deal_id"])


def bid(row: Any, language: str, catalogue: Catalogue) -> Bid:
    """For its author."""
    return Bid(
        id=row["id"],
        tender_id=row["tender_id"],
        no=row["no"],
        state=BidState(row["state"]),
        lot_id=row["lot_id"],
        lot_rev=row["lot_rev"],
        terms=_SEALED.decode(row["sealed"]).terms,
        judged=offers.told(_JUDGED.decode(row["evaluation"]), Actor.SELLER, language, catalogue),
        salt=row["salt"].hex(),
        sealed=row["sealed"],
        digest=row["digest"].hex(),
        awarded_tonnes=None if row["awarded_kg"] is None else row["awarded_kg"] / KG,
        deal_id=row["deal_id"],
        created_at=row["created_at"],
        closed_at=row["closed_at"],
    )
