"""What a solver process can be asked for. A new kind is one line here and one function.

The function is named `module:function` and imported by the child alone. It takes the payload and a way to tell its
progress (0 to 1), and returns the answer; it raises `market.solving.failures.Refused` for what it refuses by name.
"""

from typing import Final

KINDS: Final[dict[str, str]] = {
    "blend": "market.blends.solve:blend_document",
    "blend_check": "market.blends.solve:check_document",
    "blend_across": "market.blends.solve:blend_market",
    "blend_proposal": "market.blends.solve:propose_market",
    "upgrade": "market.upgrades.solve:upgrade_document",
    "upgrade_check": "market.upgrades.solve:check_document",
    "lot_upgrades": "market.upgrades.lifting:lift_lot",
    "advice": "market.advice.solve:advise_market",
    "allocation": "market.allocations.solve:allocate_document",
    "allocation_check": "market.allocations.solve:check_document",
    "allocation_run": "market.allocations.solve:allocate_listings",
    "allocation_run_check": "market.allocations.solve:check_terms",
    "investment": "market.investments.solve:invest_document",
    "investment_check": "market.investments.solve:check_document",
    "investment_run": "market.investments.solve:invest_listings",
    "investment_run_check": "market.investments.solve:check_terms",
    "tender_split": "market.tenders.solve:split_bids",
    "siting": "market.sitings.solve:site_document",
    "siting_check": "market.sitings.solve:check_document",
}
