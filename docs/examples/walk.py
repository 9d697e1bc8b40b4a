"""A deal from spec to money, against a running Capillary: `make run` in one terminal, this in another.

It makes its own firms and a coordinator, calls the API as each of them, and prints every call with what matters of
its answer. Nothing but the standard library: read it as a client to start from.
"""

import argparse
import json
import secrets
import subprocess
import sys
import urllib.error
import urllib.request
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

JST = timezone(timedelta(hours=9))
TODAY = datetime.now(UTC).astimezone(JST).date()
Json = dict[str, Any]


class Party:
    """A firm with its key; each call is printed."""

    def __init__(self, url: str, name: str, key: str, organisation: str) -> None:
        self.url, self.name, self.key, self.id = url, name, key, organisation

    def get(self, path: str) -> Json:
        """Read, without a line of its own."""
        return self._send("GET", path, None)

    def post(self, path: str, body: Json | None = None, *, tell: str = "status") -> Json:
        """Call and print; `tell` are the fields of the answer that are shown."""
        answer = self._send("POST", path, body)
        told = ", ".join(f"{field} {_shown(answer, field)}" for field in tell.split())
        print(f"{self.name:<13}POST {_short(path):<41}{told}")
        return answer

    def _send(self, method: str, path: str, body: Json | None) -> Json:
        request = urllib.request.Request(
            f"{self.url}/v1/{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"},
        )
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return dict(json.load(answer))
        except urllib.error.HTTPError as refused:
            # the problem says what was wrong and what is allowed
            raise SystemExit(f"{self.name}: {method} {path}: {refused.code} {refused.read().decode()}") from None


def _shown(answer: Json, field: str) -> Any:
    found: Any = answer
    for part in field.split("."):
        found = found[int(part)] if isinstance(found, list) else found[part]
    return found


def _short(path: str) -> str:
    """Ids as dots: they differ from run to run."""
    return "/".join("…" if part.count("-") == 4 else part for part in path.split("/"))


def firm(url: str, data: str, kind: str, name: str, prefecture: str | None) -> Party:
    """A verified organisation, made by the operator's command."""
    command = [sys.executable, "-m", "market.cli", "admin", "create-organisation", "--data", data]
    command += ["--kind", kind, "--name", name, *(["--prefecture", prefecture] if prefecture else [])]
    made = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return Party(url, name, made["api_key"], made["id"])


def spec(first: date, last: date) -> Json:
    """300 t with at most 0.25 % of copper, about which the mill will talk."""
    return {
        "material": "carbon_steel_scrap",
        "limits": [{"analytes": ["Cu"], "max": 0.25, "unit": "%", "negotiable": True}],
        "quantity": {"tonnes": 300},
        "delivery": {"location": {"prefecture": "JP-13"}, "from": str(first), "until": str(last)},
        "max_price": {"amount": 52000, "currency": "JPY", "per": "t", "incoterm": "DAP"},
        "visibility": "matched",
    }


def lot(first: date, last: date, prefecture: str, tonnes: float, copper: float) -> Json:
    """Shredded steel with a measured copper content."""
    return {
        "material": "carbon_steel_scrap",
        "form": "shredded",
        "quantity": {"tonnes": tonnes, "min_take_tonnes": 20},
        "location": {"prefecture": prefecture},
        "available": {"from": str(first), "until": str(last)},
        "ask_price": {"amount": 45000, "currency": "JPY", "per": "t", "incoterm": "EXW"},
        "assays": [{"analyte": "Cu", "value": copper, "unit": "%", "uncertainty": 0.005, "sampled_on": str(TODAY)}],
        "legal_status": "valuable",
    }


def price(amount: int) -> Json:
    """Delivered to the mill."""
    return {"amount": amount, "currency": "JPY", "per": "t", "incoterm": "DAP"}


class Walk:
    """The parties, and the deal that they carry from one step to the next."""

    def __init__(self, url: str, data: str) -> None:
        self.mill = firm(url, data, "manufacturer", "mill", "JP-13")
        self.yards = [
            firm(url, data, "recycler", f"yard {name}", place) for name, place in zip("abc", PLACES, strict=True)
        ]
        self.desk = firm(url, data, "coordinator", "coordinator", None)
        self.deal = ""
        self.listings: list[tuple[Party, str]] = []
        self.legs: dict[str, str] = {}

    def run(self) -> None:
        """From the spec to the last portion."""
        self.propose()
        self.review({"act": "approve", "conditions": ["Weigh every portion twice."]})
        self.negotiate()
        # a limit gave way, which the approval did not cover
        self.review({"act": "approve", "conditions": ["Cu may be 0.26 %."]})
        self.sample()
        for party in (self.mill, *self.yards):
            party.post(f"deals/{self.deal}/contract", tell="status turn")
        self.deliver()
        self.mill.post(f"deals/{self.deal}/complete")
        for owner, listing in self.listings:
            # what is sold out ends by itself
            if owner.get(listing)["remaining_tonnes"]:
                owner.post(f"{listing}/withdraw")

    def propose(self) -> None:
        """Three lots, of which one has too much copper, and the blend of them that the spec takes."""
        # in a year of their own, so that nothing else on this market meets these listings
        year = 2100 + secrets.randbelow(800)
        first, last = date(year, 1, 1), date(year, 3, 31)
        wanted = self.publish(self.mill, "specs", spec(first, last))
        self.permit(self.yards[1], PLACES[1])
        for yard, place, (tonnes, copper) in zip(self.yards, PLACES, LOTS, strict=True):
            self.publish(yard, "lots", lot(first, last, place, tonnes, copper))
        blends = self.mill.post(f"specs/{wanted}/blends", {"most": 1}, tell="items.0.blend.tonnes")
        opened = self.mill.post("deals", {"blend_id": blends["items"][0]["id"]}, tell="status turn")
        self.deal = opened["id"]
        for yard in self.yards:
            yard.post(f"deals/{self.deal}/take-up", tell="status turn")

    def permit(self, yard: Party, place: str) -> None:
        """Chiba lets no yard deliver scrap that it keeps outdoors unless it holds the prefecture's permit."""
        held = {"kind": "CHIBA_PREF_YARD", "number": "12-0042", "prefecture": place, "materials": ["steel"]}
        made = yard.post("permits", held, tell="state")
        found = {"outcome": "confirmed", "attestation": "register"}
        self.desk.post(f"permits/{made['id']}/check", found, tell="state")

    def publish(self, owner: Party, noun: str, body: Json) -> str:
        """The id of a listing that others are matched with; what is left of it is withdrawn at the end."""
        made = owner.post(noun, body)
        owner.post(f"{noun}/{made['id']}/publish")
        self.listings.append((owner, f"{noun}/{made['id']}"))
        return str(made["id"])

    def review(self, decision: Json) -> None:
        """The coordinator sees why to look closely, and decides."""
        self.desk.post(f"deals/{self.deal}/review", decision, tell="status turn")

    def negotiate(self) -> None:
        """Two rounds with the first yard, in which a limit gives way; the others agree at once."""
        first, *others = self.yards
        for yard in self.yards:
            self.legs[yard.name] = yard.get(f"deals/{self.deal}")["legs"][0]["id"]
        self.offer(first, first, 46000)
        self.offer(self.mill, first, 43500)
        self.offer(first, first, 45000)
        self.offer(self.mill, first, 44500, relaxations=[{"limit": 0, "relax_to": 0.26}])
        self.accept(first, first)
        for yard in others:
            self.offer(yard, yard, 45000)
            self.accept(self.mill, yard)

    def offer(self, by: Party, yard: Party, amount: int, **more: Any) -> None:
        """Of all tonnes of a yard's leg, with the deductions that both sides live with."""
        leg = next(leg for leg in by.get(f"deals/{self.deal}")["legs"] if leg["id"] == self.legs[yard.name])
        terms = {"leg_id": leg["id"], "price": price(amount), "tonnes": leg["tonnes"], "contract": CONTRACT, **more}
        by.post(f"deals/{self.deal}/offers", terms, tell="status turn")

    def accept(self, by: Party, yard: Party) -> None:
        """The newest offer on a yard's leg."""
        offers = by.get(f"deals/{self.deal}/offers")["items"]
        newest = next(offer for offer in offers if offer["leg_id"] == self.legs[yard.name])
        by.post(f"deals/{self.deal}/offers/{newest['id']}/accept", tell="status turn")

    def sample(self) -> None:
        """One sample, two laboratories, one result."""
        yard = self.yards[0]
        path = f"deals/{self.deal}/samples"
        wanted = {"leg_id": self.legs[yard.name], "analytes": [{"analyte": "Cu"}], "taken": "Ten increments."}
        path += "/" + self.mill.post(path, wanted, tell="state turn")["id"]
        sent = {"seal": "CAP-17", "carrier": "Sagami Express", "sampled_on": str(TODAY - timedelta(days=1))}
        yard.post(f"{path}/send", sent, tell="state turn")
        self.mill.post(f"{path}/receive", {"seal_intact": True}, tell="state turn")
        for party, copper in ((yard, 0.21), (self.mill, 0.22)):
            found = {"laboratory": f"Laboratory of {party.name}", "assays": [measured(copper)]}
            party.post(f"{path}/results", found, tell="state turn")

    def deliver(self) -> None:
        """The first yard's second portion has too much copper and goes back; of the first one a claim is settled."""
        first, *others = self.yards
        kept = self.portion(first, 40, 0.22)
        self.accept_portion(kept, first)
        refused = self.portion(first, 40, 0.41)
        self.mill.post(f"{refused}/reject", {"reason": "Copper far beyond what was agreed."}, tell="state turn")
        first.post(f"{refused}/settle", tell="state outcome")
        self.claim(kept, first)
        for yard in others:
            leg = yard.get(f"deals/{self.deal}")["legs"][0]
            self.accept_portion(self.portion(yard, leg["tonnes"], leg["lots"][0]["lot"]["assays"][0]["value"]), yard)

    def portion(self, yard: Party, tonnes: float, copper: float) -> str:
        """The path of a portion that was planned, dispatched, weighed twice and analysed."""
        path = f"deals/{self.deal}/deliveries"
        path += "/" + yard.post(path, {"tonnes": tonnes}, tell="state turn")["id"]
        yard.post(f"{path}/dispatch", {"tonnes": tonnes, "carrier": "Keihin Unyu"}, tell="state turn")
        received = {"tonnes": tonnes, "assays": [measured(copper)]}
        self.mill.post(f"{path}/receive", received, tell="state evaluation.verdict")
        return path

    def accept_portion(self, path: str, yard: Party) -> None:
        """Taken, and paid as the contract's formula says."""
        self.mill.post(f"{path}/accept", {"deduct": False}, tell="state settlement.amount.gross")
        yard.post(f"{path}/settle", tell="state outcome")

    def claim(self, portion: str, yard: Party) -> None:
        """Raised, answered, settled."""
        path = f"deals/{self.deal}/claims"
        found = {"kind": "contamination", "severity": "minor", "text": "A bag of wood.", "remedy": "price_reduction"}
        made = self.mill.post(
            path, {"delivery_id": portion.rsplit("/", 1)[1], "amount": 20000, **found}, tell="state turn"
        )
        answer = {"text": "Granted.", "remedy": "price_reduction", "amount": 20000}
        yard.post(f"{path}/{made['id']}/answer", answer, tell="state turn")
        self.mill.post(f"{path}/{made['id']}/settle", tell="state turn")


PLACES = ("JP-14", "JP-12", "JP-11")
LOTS = ((120, 0.20), (100, 0.29), (80, 0.22))
CONTRACT: Json = {
    "claim_days": 14,
    "splitting": [{"analyte": "Cu", "limit": 0.02, "unit": "%"}],
    "deductions": [{"analyte": "Cu", "from": 0.25, "per": 0.01, "unit": "%", "amount": 150}],
}


def measured(copper: float) -> Json:
    """What a laboratory files."""
    return {"analyte": "Cu", "value": copper, "unit": "%", "uncertainty": 0.005, "method": "OES"}


def main() -> None:
    """Walk, and prove that nothing of the trail was touched."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--url", default="http://127.0.0.1:8000")
    options.add_argument("--data", default="data", help="the folder of `capillary up`")
    asked = options.parse_args()
    Walk(asked.url, str(Path(asked.data))).run()
    command = [sys.executable, "-m", "market.cli", "audit", "verify", "--data", asked.data]
    proof = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    print(f"{'operator':<13}{'capillary audit verify':<46}broken {proof['broken']}")


if __name__ == "__main__":
    main()
