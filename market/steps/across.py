"""A processor's offer as another may reckon with it: no point, and no price finer than the grid of a match."""

import hashlib

import msgspec

from matching.reference import Catalogue
from matching.score import on_grid
from matching.upgrading.offer import Residue, UpgradeOffer
from matching.values import Place
from matching.whereabouts import said


def coarse_offer(offer: UpgradeOffer) -> UpgradeOffer:
    """What is told of it anyway stays as it is; its evidence tells the engine only whether there is any."""
    return msgspec.structs.replace(
        offer,
        location=Place(prefecture=offer.location.prefecture),
        fee=on_grid(offer.fee) or offer.fee,
        residue=_residue(offer.residue),
    )


def said_offer(offer: UpgradeOffer, firms: int, known: Catalogue) -> UpgradeOffer:
    """Where it is said to be; `firms` offer its step in its prefecture."""
    return msgspec.structs.replace(offer, location=Place(prefecture=said(offer.location.prefecture, firms, known)))


def mark(offer: UpgradeOffer) -> str:
    """By which it is told whether an offer has changed, without keeping it."""
    return hashlib.sha256(msgspec.json.encode(offer, order="sorted")).hexdigest()[:32]


def _residue(residue: Residue | None) -> Residue | None:
    if residue is None:
        return None
    return Residue(charge=on_grid(residue.charge), credit=on_grid(residue.credit))
