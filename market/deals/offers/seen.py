"""Offers as their readers see them: with reasons in words, and what changed since the offer before."""

from itertools import pairwise

import msgspec

from market.deals.contract.structs import ContractTerms
from market.deals.machine import Actor
from market.deals.money import amount
from market.deals.offers.queries import Row
from market.deals.offers.structs import Judged, Offer, Offers, OfferState, Terms
from market.matches.across import limit_to_seller, told_to_seller
from matching.explain import explain, render
from matching.reference import Catalogue
from matching.upgrading.telling import told_projection

_TERMS = msgspec.json.Decoder(Terms)
_JUDGED = msgspec.json.Decoder(Judged)
# what an offer is about; a message or a date alone changes nothing of it
_ABOUT = ("price", "tonnes", "schedule", "relaxations", "steps", "contract")


def offers(rows: list[Row], reader: Actor, language: str, catalogue: Catalogue) -> Offers:
    """By leg, the newest first, as the rows come."""
    terms = [_TERMS.decode(row["content"]) for row in rows]
    changed: list[tuple[str, ...]] = []
    for (row, now), (older, before) in pairwise([*zip(rows, terms, strict=True), (None, None)]):
        same = older is not None and row is not None and older["leg_id"] == row["leg_id"]
        then = _told(before if same else None)
        changed.append(tuple(name for name, told in _told(now).items() if name not in then or told != then[name]))
    return Offers(
        items=tuple(
            Offer(
                id=row["id"],
                leg_id=row["leg_id"],
                no=row["no"],
                side=Actor(row["side"]),
                state=OfferState(row["state"]),
                terms=own,
                changed=differs,
                amount=amount(own.price, row["kg"], (own.contract or ContractTerms()).tax),
                judged=told(_JUDGED.decode(row["evaluation"]), reader, language, catalogue),
                valid_until=row["valid_until"],
                created_at=row["created_at"],
                closed_at=row["closed_at"],
            )
            for row, own, differs in zip(rows, terms, changed, strict=True)
        )
    )


def _told(terms: Terms | None) -> dict[str, object]:
    """What an offer is about; a contract that is left out is the one that holds where nothing is said."""
    if terms is None:
        return {}
    return {name: getattr(terms, name) for name in _ABOUT} | {"contract": terms.contract or ContractTerms()}


def told(judged: Judged, reader: Actor, language: str, catalogue: Catalogue) -> Judged:
    """As one of the sides may read it, in words."""
    evaluations, projections, holds = judged.evaluations, judged.projections, judged.blend_holds
    if reader is Actor.SELLER:
        # from offer to offer it would tell where the other legs stand
        holds = None
        evaluations = tuple(map(told_to_seller, evaluations))
        projections = tuple(
            msgspec.structs.replace(one, limits=tuple(map(limit_to_seller, one.limits))) for one in projections
        )
    return msgspec.structs.replace(
        judged,
        blend_holds=holds,
        evaluations=tuple(explain(one, language, catalogue) for one in evaluations),
        projections=tuple(told_projection(one, language, catalogue) for one in projections),
        claims=tuple(
            tuple(
                msgspec.structs.replace(claim, reason=render(claim.code, claim.params, language, catalogue))
                for claim in step
            )
            for step in judged.claims
        ),
    )
