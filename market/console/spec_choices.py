"""What a spec can be made of: the codes of the catalogue by their names, for lists to choose from."""

import functools
from typing import Any

import msgspec

from market.console.text import Language, word
from matching.listings import Spec
from matching.reference import Grade
from matching.values import Basis, Currency, CustodyModel, Incoterm, LegalStatus, Origin, Scope, Visibility
from matching.words import step_name
from specs.catalogue import files
from specs.catalogue.loader import catalogue

Pair = tuple[str, str]
# what recyclers write where these belong; another code may be typed beside them
HAZARDS = ("radioactivity", "damaged_battery", "lithium_ion")
SOURCES = (
    "end_of_life_vehicle",
    "construction_demolition",
    "appliance",
    "stamping",
    "machining",
    "wire_and_cable",
    "motor",
    "packaging",
    "bottle_collection",
    "battery_collection",
)
DOCUMENTS = ("assay_report", "sds", "discharge_record", "un38_3_summary")


class Choices(msgspec.Struct, frozen=True, kw_only=True):
    """Codes with labels; `materials` by family, `grades` of the chosen material, units by what they measure."""

    materials: tuple[tuple[str, tuple[Pair, ...]], ...]
    grades: tuple[Pair, ...]
    starts: tuple[Pair, ...]
    regimes: tuple[Pair, ...]
    forms: tuple[Pair, ...]
    prefectures: tuple[Pair, ...]
    analytes: tuple[Pair, ...]
    units: tuple[Pair, ...]
    methods: tuple[str, ...]
    bases: tuple[Pair, ...]
    scopes: tuple[Pair, ...]
    origins: tuple[Pair, ...]
    sources: tuple[Pair, ...]
    custody_models: tuple[Pair, ...]
    legal_statuses: tuple[Pair, ...]
    hazards: tuple[Pair, ...]
    documents: tuple[Pair, ...]
    currencies: tuple[Pair, ...]
    incoterms: tuple[Pair, ...]
    weights: tuple[str, ...]
    visibilities: tuple[Pair, ...]


def choices(material: str, language: Language) -> Choices:
    """`material` narrows the grades; without one, limits may be started from any."""
    own = [g for g in catalogue().grades.values() if g.material == material]
    startable = [g for g in (own or catalogue().grades.values()) if any(row.applies_to is None for row in g.limits)]
    return msgspec.structs.replace(
        _fixed(language),
        grades=tuple((g.code, grade_label(g, language)) for g in own),
        starts=tuple((g.code, grade_label(g, language)) for g in startable),
    )


def materials(language: Language) -> tuple[Pair, ...]:
    """All of them, family by family."""
    return tuple(pair for _, pairs in _fixed(language).materials for pair in pairs)


@functools.cache
def steps(language: Language) -> tuple[Pair, ...]:
    """What a processor may offer to do."""
    known = catalogue()
    return tuple((code, step_name(code, language, known)) for code in known.steps)


@functools.cache
def families(language: Language) -> tuple[Pair, ...]:
    """Of materials."""
    ja = language == "ja"
    return tuple((one.code, one.name_ja if ja else one.name_en) for one in files.materials().families)


def grade_label(grade: Grade, language: Language) -> str:
    """Its name."""
    return (grade.name_ja if language == "ja" else None) or grade.name_en


@functools.cache
def _fixed(language: Language) -> Choices:
    known, ja = catalogue(), language == "ja"
    families = [
        (
            family.name_ja if ja else family.name_en,
            tuple(
                (m.code, m.name_ja if ja else m.name_en) for m in known.materials.values() if m.family == family.code
            ),
        )
        for family in files.materials().families
    ]
    oxides = [(code, code) for code in known.oxides if code not in known.analytes]
    return Choices(
        materials=tuple(row for row in families if row[1]),
        grades=(),
        starts=(),
        regimes=tuple((r.code, r.title_ja if ja else r.title) for r in known.regimes.values()),
        forms=tuple((code, name_ja if ja else name_en) for code, (name_ja, name_en) in known.forms.items()),
        prefectures=tuple((p.code, p.name_ja if ja else p.name_en) for p in known.prefectures.values()),
        analytes=(*((a.code, a.name_ja if ja else a.name_en) for a in known.analytes.values()), *oxides),
        units=tuple((code, word(language, "dimension", unit.dimension)) for code, unit in known.units.items()),
        methods=tuple(dict.fromkeys(method for one in known.analytes.values() for method in one.methods)),
        bases=_named("basis", Basis, language),
        scopes=_named("scope", Scope, language),
        origins=_named("source_origin", Origin, language),
        sources=tuple((code, word(language, "source", code)) for code in SOURCES),
        custody_models=_named("custody_model", CustodyModel, language),
        legal_statuses=_named("legal_status", LegalStatus, language),
        hazards=tuple((code, word(language, "hazard", code)) for code in HAZARDS),
        documents=tuple((code, word(language, "document", code)) for code in DOCUMENTS),
        currencies=tuple((c.value, c.value) for c in Currency),
        incoterms=tuple((i.value, i.value) for i in Incoterm),
        weights=_weights(),
        visibilities=_named("visibility", Visibility, language),
    )


def _named(kind: str, codes: Any, language: Language) -> tuple[Pair, ...]:
    return tuple((code.value, word(language, kind, code.value)) for code in codes)


def _weights() -> tuple[str, ...]:
    weights = next(f.type for f in msgspec.structs.fields(Spec) if f.name == "weights")
    return tuple(field.name for field in msgspec.structs.fields(weights))
