"""An offer as others see it: the step, what it claims beside what was published, and roughly where. No price."""

from uuid import UUID

import msgspec

from matching.evaluation import Flag
from matching.explain import render
from matching.reference import Catalogue
from matching.upgrading.claims import Claim, claim_flags, claims
from matching.upgrading.offer import OfferedStep
from specs.listing.seen import Whereabouts, coded, whereabouts


class OfferSeen(msgspec.Struct, frozen=True, kw_only=True):
    """A processor's offer without its owner, exact place, fee, or any free text. `claims` begin with the yield.

    `flags` tell what nothing backs, and what is far beyond the published figures.
    """

    id: UUID
    step: str
    location: Whereabouts
    capacity_tonnes: float
    claims: tuple[Claim, ...]
    flags: tuple[Flag, ...]
    keeps: tuple[str, ...]
    co2_kg_per_t: float | None
    evidence: tuple[str, ...]
    materials: tuple[str, ...]
    families: tuple[str, ...]
    forms: tuple[str, ...]
    output_form: str | None


def told_claims(offer: OfferedStep, language: str, known: Catalogue) -> tuple[Claim, ...]:
    """Each claim beside what was published, in words."""
    return tuple(
        msgspec.structs.replace(claim, reason=render(claim.code, claim.params, language, known))
        for claim in claims(offer, known)
    )


def told_flags(offer: OfferedStep, language: str, known: Catalogue) -> tuple[Flag, ...]:
    """What the claims are to be held for, in words."""
    return tuple(
        msgspec.structs.replace(flag, reason=render(flag.code, flag.params, language, known))
        for flag in claim_flags(offer, known)
    )


def offer_seen(offer_id: UUID, offer: OfferedStep, firms: int, language: str, known: Catalogue) -> OfferSeen:
    """Redact; `firms` are the verified firms that offer this step in this prefecture."""
    return OfferSeen(
        id=offer_id,
        step=offer.step,
        location=whereabouts(offer.location.prefecture, firms, known),
        capacity_tonnes=offer.capacity_tonnes,
        claims=told_claims(offer, language, known),
        flags=told_flags(offer, language, known),
        keeps=offer.keeps,
        co2_kg_per_t=offer.co2_kg_per_t,
        evidence=coded(offer.evidence),
        materials=offer.materials,
        families=offer.families,
        forms=offer.forms,
        output_form=offer.output_form,
    )
