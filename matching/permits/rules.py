"""The permits that the law knows, as reference data: each row with its source, and `knowledge` where nobody read it."""

from datetime import date
from enum import StrEnum
from functools import cached_property

import msgspec

from matching.values import LegalStatus, Origin


class Instrument(StrEnum):
    """What a row is; an exemption and a plan of the legislator are nothing that anyone holds.

    A declaration is its holder's own word that a permit or a notification is not due, and why.
    """

    PERMIT = "permit"
    NOTIFICATION = "notification"
    CERTIFICATION = "certification"
    APPROVAL = "approval"
    DECLARATION = "declaration"
    EXEMPTION = "exemption"
    PLAN = "plan"


class Party(StrEnum):
    """Who has to hold it: the lot's owner, whoever drives it, or whoever takes and treats it."""

    OWNER = "owner"
    CARRIER = "carrier"
    RECEIVER = "receiver"


class Rule(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A row of reference data."""


class Asked(Rule, frozen=True, kw_only=True):
    """Of which lots a permit is or can be asked, as far as a lot tells; an empty list admits all."""

    role: Party
    legal_statuses: tuple[LegalStatus, ...]
    prefectures: tuple[str, ...] = ()
    families: tuple[str, ...] = ()
    materials: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    not_origins: tuple[Origin, ...] = ()
    from_: date | None = msgspec.field(default=None, name="from")


class PermitKind(Rule, frozen=True, kw_only=True):
    """A permit, notification or certification; `scoped` ones name the materials that they are for."""

    code: str
    instrument: Instrument
    name_en: str
    name_ja: str
    legal_basis: str
    needed_when: str
    scoped: bool = False
    nationwide: bool = False
    # codes of permits that are not needed beside this one: inside a certified plan, or as its holder declares
    in_place_of: tuple[str, ...] = ()
    # asked of the lots named: always, or where what a lot does not tell is so
    due: Asked | None = None
    may: Asked | None = None
    src: str
    flag: str

    @property
    def held(self) -> bool:
        """Whether anyone can hold one."""
        return self.instrument not in (Instrument.EXEMPTION, Instrument.PLAN)

    @property
    def local(self) -> bool:
        """Whether it is the ordinance of one place that asks for it."""
        return self.due is not None and bool(self.due.prefectures)

    @property
    def declares(self) -> bool:
        """Whether it says that another is not due."""
        return self.instrument is Instrument.DECLARATION


class KindDigit(Rule, frozen=True, kw_only=True):
    """The fourth digit of an industrial-waste permit's number."""

    digit: str
    kind: str
    en: str
    ja: str
    # a collector's permit that includes a place of transshipment and storage
    stores: bool = False
    # a processor's permit that includes intermediate treatment, not only final disposal
    treats: bool = False
    src: str
    flag: str


class City(Rule, frozen=True, kw_only=True):
    """A city that grants permits itself; its number is the first three digits."""

    code: str
    prefecture: str
    name_en: str
    name_ja: str
    src: str
    flag: str


class PermitRules(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """All of it, by code."""

    kinds: dict[str, PermitKind]
    digits: dict[str, KindDigit]
    cities: dict[str, City]
    # authority numbers from here on are cities
    cities_from: int
    municipal_sources: tuple[str, ...]
    special_hazards: tuple[str, ...]
    exempt_families: tuple[str, ...]

    @cached_property
    def numbered(self) -> dict[str, tuple[KindDigit, ...]]:
        """The digits of each kind whose numbers have eleven."""
        kinds = dict.fromkeys(d.kind for d in self.digits.values())
        return {kind: tuple(d for d in self.digits.values() if d.kind == kind) for kind in kinds}

    @cached_property
    def due(self) -> tuple[tuple[PermitKind, Asked], ...]:
        """The kinds without which no yard delivers the lots that they are asked of."""
        return tuple((kind, kind.due) for kind in self.kinds.values() if kind.due is not None)

    @cached_property
    def possible(self) -> tuple[tuple[PermitKind, Asked], ...]:
        """The kinds that a lot can only give reason to ask for."""
        return tuple((kind, kind.may) for kind in self.kinds.values() if kind.may is not None)
