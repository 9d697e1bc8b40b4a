"""Processors' offers in one line each, and lots taken through them."""

from decimal import Decimal

from matching.listings import Lot, Spec
from matching.upgrade import upgrade
from matching.upgrading.answer import Upgraded
from matching.upgrading.offer import Removal, UpgradeOffer
from matching.upgrading.projecting import Twin, stepped
from matching.values import Assay, Place, Price
from specs.catalogue.loader import catalogue

GATE = Place(prefecture="JP-14")


def offer(step: str = "BALLISTIC_LOWCU", kept: float = 0.8, fee: float = 1000, **rest: object) -> UpgradeOffer:
    """An offer; each analyte given as `Cu=0.5` is a claim to remove that share."""
    claims = tuple(Removal(analyte=k, fraction=v) for k, v in rest.items() if isinstance(v, float) and k[0].isupper())
    others = {k: v for k, v in rest.items() if not (isinstance(v, float) and k[0].isupper())}
    given = {
        "id": step.lower(),
        "location": GATE,
        "capacity_tonnes": 1e6,
        "removal": claims,
        "evidence": ("trial",),
        "co2_kg_per_t": 10.0,
    }
    return UpgradeOffer(**{**given, "step": step, "yield_": kept, "fee": Price(amount=Decimal(str(fee))), **others})


def after(lot: Lot, *offers: UpgradeOffer, z: float = 0.0) -> Twin:
    twin = Twin(lot, lot)
    for one in offers:
        twin = stepped(twin, one, z, catalogue())
    return twin


def result(lot: Lot, analyte: str) -> Assay:
    return next(a for a in lot.assays if a.analyte == analyte)


def upgraded(spec: Spec, lot: Lot, *offers: UpgradeOffer) -> Upgraded:
    return upgrade(spec, [("a", lot)], offers, catalogue()).items[0]
