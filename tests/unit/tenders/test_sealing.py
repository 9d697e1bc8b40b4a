"""How a bid is sealed: what is hashed, and what one digest over all of them depends on."""

from decimal import Decimal
from uuid import UUID

import msgspec

from market.tenders import sealing
from market.tenders.structs import BidTerms, Sealed

TENDER, LOT = UUID(int=1), UUID(int=2)
TERMS = b'{"deliver_from": "2027-01-12", "tonnes": 100, "price": {"currency": "JPY", "per": "t", "amount": 43500.10}}'


def sealed(terms: bytes = TERMS) -> str:
    found = msgspec.json.decode(terms, type=BidTerms)
    return sealing.canonical(Sealed(tender_id=TENDER, lot_id=LOT, lot_rev=3, no=1, terms=found))


def test_the_text_has_its_keys_in_order_and_every_digit_of_money() -> None:
    text = sealed()
    assert text.startswith('{"lot_id":"00000000-0000-0000-0000-000000000002","lot_rev":3,"no":1,"tender_id":')
    assert '"price":{"amount":43500.10,"currency":"JPY",' in text
    assert msgspec.json.decode(text, type=Sealed).terms.price.amount == Decimal("43500.10")


def test_the_order_in_which_a_bid_was_posted_is_nothing() -> None:
    plain = msgspec.json.decode(TERMS, type=dict[str, msgspec.Raw])
    turned = msgspec.json.encode(dict(reversed(plain.items())))
    assert turned != TERMS
    assert sealed(turned) == sealed()


def test_the_same_bid_behind_another_salt_has_another_digest() -> None:
    salts = {sealing.new_salt() for _ in range(2)}
    assert {len(salt) for salt in salts} == {32}
    assert len({sealing.digest(salt, sealed()) for salt in salts}) == 2


def test_the_digest_of_all_depends_on_each_of_them_and_on_the_tender_but_on_no_order() -> None:
    one, two = (sealing.digest(bytes([i]) * 32, sealed()) for i in range(2))
    whole = sealing.digest_of_all(TENDER, [one, two], [])
    assert sealing.digest_of_all(TENDER, [two, one], []) == whole
    others = [sealing.digest_of_all(TENDER, [one], []), sealing.digest_of_all(LOT, [one, two], [])]
    others.append(sealing.digest_of_all(TENDER, [], []))
    assert len({whole, *others}) == 4


def test_the_digest_of_all_tells_a_bid_that_stood_from_one_that_was_taken_back() -> None:
    one, two = sorted(sealing.digest(bytes([i]) * 32, sealed()) for i in range(2))
    splits = [([one, two], []), ([one], [two]), ([], [one, two])]
    assert len({sealing.digest_of_all(TENDER, standing, closed) for standing, closed in splits}) == 3
