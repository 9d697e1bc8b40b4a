"""Bodies that the OpenAPI document shows and a test posts. Days are far ahead so that they do not pass."""

from typing import Any

SPEC: dict[str, Any] = {
    "title": "EAF charge, low-residual shredded",
    "material": "carbon_steel_scrap",
    "grades": ["JP.SHRED_A"],
    "forms": ["shredded"],
    "limits": [
        {"analytes": ["Cu"], "max": 0.25, "unit": "%", "basis": "as_received", "negotiable": True},
        {"analytes": ["Cr", "Ni", "Mo"], "max": 0.17, "unit": "%"},
    ],
    "confidence": 0.95,
    "quantity": {"tonnes": 3000, "min_lot_tonnes": 20, "max_suppliers": 5},
    "delivery": {
        "location": {"prefecture": "JP-13", "lat": 35.6, "lon": 139.8},
        "from": "2030-01-01",
        "until": "2030-03-31",
    },
    "max_price": {"amount": 52000, "currency": "JPY", "per": "t", "incoterm": "DAP"},
    "origins": ["post_consumer"],
    "custody_models": ["segregated", "controlled_blending"],
    "refused_hazards": ["radioactivity"],
    "required_documents": ["assay_report"],
    "visibility": "matched",
}

LOT: dict[str, Any] = {
    "title": "Shredded steel, end-of-life vehicles",
    "material": "carbon_steel_scrap",
    "grade": "JP.SHRED_A",
    "form": "shredded",
    "quantity": {"tonnes": 120, "min_take_tonnes": 20},
    "location": {"prefecture": "JP-14", "lat": 35.53, "lon": 139.7},
    "available": {"from": "2030-01-05", "until": "2030-02-28"},
    "ask_price": {"amount": 45000, "currency": "JPY", "per": "t", "incoterm": "EXW"},
    "assays": [
        {
            "analyte": "Cu",
            "value": 0.22,
            "unit": "%",
            "operator": "=",
            "uncertainty": 0.02,
            "basis": "as_received",
            "method": "OES",
            "sampled_on": "2029-12-20",
        }
    ],
    "origin": "post_consumer",
    "source": "end_of_life_vehicle",
    "legal_status": "valuable",
    "custody_model": "segregated",
    "hazards": [],
    "documents": ["assay_report"],
}

PAIR: dict[str, Any] = {"spec": SPEC, "lot": LOT}
# neither of two lots is enough, and one exceeds the copper limit by itself
_CUT = LOT["assays"][0] | {"uncertainty": 0.01}
BLEND: dict[str, Any] = {
    "spec": {
        "material": "carbon_steel_scrap",
        "quantity": {"tonnes": 180},
        "limits": [{"analytes": ["Cu"], "max": 0.25, "unit": "%"}],
        "delivery": SPEC["delivery"],
    },
    "lots": [
        LOT | {"id": "yard A", "assays": [_CUT]},
        LOT | {"id": "yard B", "assays": [_CUT | {"value": 0.26}]},
    ],
    "sense": "min_cost",
}
# one lot exceeds the copper limit, and a processor can take enough of it out
UPGRADE: dict[str, Any] = {
    "spec": BLEND["spec"],
    "lot": LOT | {"id": "yard C", "assays": [_CUT | {"value": 0.31}]},
    "offers": [
        {
            "id": "sorter in Chiba",
            "step": "BALLISTIC_LOWCU",
            "location": {"prefecture": "JP-12"},
            "capacity_tonnes": 500,
            "fee": {"amount": 1500, "currency": "JPY", "per": "t"},
            "yield": 0.75,
            "removal": [{"analyte": "Cu", "fraction": 0.55, "uncertainty": 0.02}],
            "evidence": ["trial of 2029-11"],
        }
    ],
}
OFFERED_STEP: dict[str, Any] = {name: value for name, value in UPGRADE["offers"][0].items() if name != "id"}
OFFER_PATCH: dict[str, Any] = {"capacity_tonnes": 300, "co2_kg_per_t": None}
PERMIT: dict[str, Any] = {
    "kind": "SANPAI_SHOBUN",
    "number": "01420123456",
    "authority": "神奈川県",
    "materials": ["steel", "aluminium"],
    "treatments": ["SHREDDER_MAGNET"],
    "valid_from": "2025-04-01",
    "valid_until": "2032-03-31",
}
PERMIT_PATCH: dict[str, Any] = {"materials": ["steel"], "treatments": []}
PERMIT_CHECK: dict[str, Any] = {"outcome": "confirmed", "attestation": "register", "note": "産廃情報ネットで確認"}
ADVICE: dict[str, Any] = {"offers": UPGRADE["offers"]}
LOT_UPGRADES: dict[str, Any] = {"offers": UPGRADE["offers"], "open_offers": True}
PROPOSAL: dict[str, Any] = {"sense": "min_cost", "most": 3}
# each yard by itself conforms for one of the mills; the cheaper one is wanted by both
_CEILING = {"amount": 52000, "currency": "JPY", "per": "t", "incoterm": "DAP"}
ALLOCATION: dict[str, Any] = {
    "specs": [
        BLEND["spec"] | {"id": "mill 1", "max_price": _CEILING},
        BLEND["spec"] | {"id": "mill 2", "max_price": _CEILING | {"amount": 58000}},
    ],
    "lots": [
        LOT | {"id": "yard A", "owner": "A", "assays": [_CUT | {"value": 0.2}]},
        LOT | {"id": "yard B", "owner": "B", "assays": [_CUT | {"value": 0.21}]},
    ],
    "objective": "welfare",
    "forbidden": [{"lot": "yard A", "spec": "mill 1"}],
}
# one yard's copper is too much for the mill; of hand picking nothing was published, so its figures are assumed
INVESTMENT: dict[str, Any] = {
    "specs": [BLEND["spec"] | {"id": "mill 1", "max_price": _CEILING}],
    "lots": [UPGRADE["lot"] | {"ask_price": LOT["ask_price"] | {"amount": 24000}}],
    "assumed": [
        {
            "step": "HAND_PICKING",
            "yield": 0.95,
            "removal": [{"analyte": "Cu", "fraction": 0.5}],
            "fee": {"amount": 4000, "currency": "JPY", "per": "t"},
        }
    ],
    "places": "prefectures",
}
# two hubs could serve three mills, by road; one of them is enough
SITING: dict[str, Any] = {
    "sites": [
        {
            "id": "Kawasaki",
            "prefecture": "JP-14",
            "lat": 35.53,
            "lon": 139.7,
            "capacity": 20000,
            "fixed_cost": 30000000,
        },
        {"id": "Ichihara", "prefecture": "JP-12", "lat": 35.5, "lon": 140.1, "capacity": 15000, "fixed_cost": 24000000},
    ],
    "customers": [
        {"id": "Tokyo mill", "prefecture": "JP-13", "demand": 6000},
        {"id": "Kashima mill", "prefecture": "JP-08", "demand": 5000},
        {"id": "Utsunomiya mill", "prefecture": "JP-09", "demand": 3000},
    ],
    "jpy_per_t_km": 45,
    "changes": True,
}
DOCUMENT: dict[str, Any] = {"kind": "assay_report", "name": "Assays of November.csv", "media_type": "text/csv"}
DOCUMENT_PATCH: dict[str, Any] = {"links": []}
DOCUMENT_CONTENT = "analyte,value,unit,method\nCu,0.22,%,OES\n"
_FARES = {"src": "Hokuriku-Shin'etsu schedule of 2029", "flag": "read"}
FREIGHT_TABLE: dict[str, Any] = {
    "prefectures": ["JP-16", "JP-17"],
    "from": "2030-04-01",
    "table": {
        "fares": [
            _FARES | {"truck_t": 10, "km": km, "jpy": jpy} for km, jpy in ((50, 38000), (100, 54000), (500, 176000))
        ],
        "beyond": [_FARES | {"truck_t": 10, "jpy_per_50km": 15300}],
        "truck_t": 10,
        "sea": {"jpy_per_tkm": 5.5, "src": "quotation of a coastal carrier", "flag": "knowledge"},
        "truck_co2": {"kg_per_tkm": 0.208, "src": "k_truck_co2", "flag": "knowledge"},
        "ship_co2": {"kg_per_tkm": 0.039, "src": "k_ship_co2", "flag": "knowledge"},
        "fuel": {
            "constant": 2.71,
            "load_power": 0.812,
            "payload_power": 0.654,
            "src": "r_improved_tkm",
            "flag": "read",
        },
        "diesel": {"kg_per_l": 2.62, "src": "r_diesel_co2", "flag": "read"},
    },
}
SPEC_PATCH: dict[str, Any] = {"quantity": {"tonnes": 2500}, "confidence": 0.9}
LOT_PATCH: dict[str, Any] = {"quantity": {"tonnes": 100}, "ask_price": None}
USER: dict[str, Any] = {"email": "buyer@example.com", "name": "A. Buyer", "role": "member"}
API_KEY: dict[str, Any] = {"name": "nightly import", "scopes": ["listings:read", "listings:write"]}
REASON: dict[str, Any] = {"reason": "The furnace is down until April."}
DEAL: dict[str, Any] = {
    "spec_id": "0199f3a2-7c1e-7d3a-9b52-0c4e1f6a8b01",
    "lot_id": "0199f3a2-7c1e-7d3a-9b52-0c4e1f6a8b02",
    "tonnes": 100,
    "message": "Could be taken monthly.",
}
OFFER: dict[str, Any] = {
    "price": {"amount": 44000, "currency": "JPY", "per": "t", "incoterm": "DAP"},
    "tonnes": 100,
    "relaxations": [{"limit": 0, "relax_to": 0.27}],
    "message": "For three months, if the copper may be a little higher.",
}
REVIEW: dict[str, Any] = {
    "act": "approve",
    "conditions": ["Weigh every portion at a certified weighbridge."],
    "note": "The copper result is recent enough.",
}
ANSWERS: dict[str, Any] = {"answers": ["The laboratory sampled after shredding."]}
REVIEW_POLICY: dict[str, Any] = {
    "rules": [
        {"when": {"families": ["battery"]}, "review": True},
        {"when": {"hazards": True}, "review": True},
        {
            "when": {"max_tonnes": 50, "min_probability": 0.99, "origins": ["match"], "first_deal": False},
            "review": False,
        },
    ],
    "days": 5,
    "price_band_percent": 8,
}
DEAL_DOCUMENT: dict[str, Any] = {"document_id": "0199f3a2-7c1e-7d3a-9b52-0c4e1f6a8b03"}
CONTRACT_TERMS: dict[str, Any] = {
    "claim_days": 14,
    "weight_tolerance_percent": 0.5,
    "moisture_above_percent": 1,
    "deductions": [{"analyte": "Cu", "from": 0.25, "per": 0.01, "unit": "%", "amount": 150}],
    "splitting": [{"analyte": "Cu", "limit": 0.02, "unit": "%"}],
}
DELIVERY: dict[str, Any] = {"tonnes": 40}
DISPATCH: dict[str, Any] = {
    "tonnes": 40.02,
    "carrier": "Keihin Unyu",
    "vehicle": "Kawasaki 100 a 12-34",
    "weighbridge_ticket": "W-1021",
}
RECEIPT: dict[str, Any] = {
    "tonnes": 39.98,
    "weighbridge_ticket": "M-553",
    "assays": [
        {"analyte": "Cu", "value": 0.27, "unit": "%", "uncertainty": 0.005, "method": "OES"},
        {"analyte": "moisture", "value": 1.5, "unit": "%"},
    ],
}
ACCEPTANCE: dict[str, Any] = {"deduct": True}
CLAIM: dict[str, Any] = {
    "delivery_id": "0199f3a2-7c1e-7d3a-9b52-0c4e1f6a8b01",
    "kind": "contamination",
    "severity": "major",
    "text": "Two lead weights in the first truck.",
    "remedy": "price_reduction",
    "amount": 50000,
}
CLAIM_ANSWER: dict[str, Any] = {"text": "Granted.", "remedy": "price_reduction", "amount": 50000}
CLAIM_EVIDENCE: dict[str, Any] = {
    "text": "The second truck has them too: photos of its unloading.",
    "evidence": ["0199f3a2-7c1e-7d3a-9b52-0c4e1f6a8b01"],
}
RESOLUTION: dict[str, Any] = {
    "outcome": "delivering",
    "reason": "The parties go on under a closer inspection.",
    "rulings": [
        {
            "claim_id": "0199f3a2-7c1e-7d3a-9b52-0c4e1f6a8b01",
            "finding": "partly_upheld",
            "text": "One weight was in the sealed truck.",
            "remedy": "price_reduction",
            "amount": 25000,
        }
    ],
}
SAMPLE: dict[str, Any] = {
    "analytes": [{"analyte": "Cu"}, {"analyte": "Ni", "unit": "%", "basis": "as_received"}],
    "taken": "Ten increments over the whole heap, melted and drilled (JIS G 0417).",
}
SENDING: dict[str, Any] = {"seal": "CAP-000123", "carrier": "Sagami Express", "sampled_on": "2026-11-20"}
RECEIVING: dict[str, Any] = {"seal_intact": True}
RESULT: dict[str, Any] = {
    "laboratory": "Kanto Analysis Centre",
    "assays": [
        {"analyte": "Cu", "value": 0.231, "unit": "%", "method": "OES"},
        {"analyte": "Ni", "value": 0.05, "operator": "<", "unit": "%", "method": "OES"},
    ],
}
UMPIRE: dict[str, Any] = {"organisation_id": "0199f3a2-7c1e-7d3a-9b52-0c4e1f6a8b03"}
TENDER: dict[str, Any] = {
    "spec_id": "0199f3a2-7c1e-7d3a-9b52-0c4e1f6a8b01",
    "deadline": "2026-12-10",
    "tonnes": 200,
    "incoterm": "EXW",
    "message": "Deliveries in January would suit us best.",
}
BID: dict[str, Any] = {
    "lot_id": "0199f3a2-7c1e-7d3a-9b52-0c4e1f6a8b02",
    "price": {"amount": 43500, "currency": "JPY", "per": "t", "incoterm": "EXW"},
    "tonnes": 100,
    "min_tonnes": 40,
    "deliver_from": "2027-01-12",
}
AWARD: dict[str, Any] = {"awards": [{"bid_id": "0199f3a2-7c1e-7d3a-9b52-0c4e1f6a8b03", "tonnes": 60}]}
