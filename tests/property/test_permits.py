"""Laws of permits: the last day counts, in Japan; more of them never hurts; the order they stand in never matters."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from matching.permits.faults import permit_faults
from matching.permits.needs import Move
from matching.permits.numbers import parts
from matching.permits.permit import Held, HeldPermit, Outcome
from matching.permits.standing import Fulfilment, standings
from matching.permits.validity import State, days_left, in_force, state
from matching.values import LegalStatus, Origin, Place
from specs.catalogue.loader import catalogue
from specs.kit.clock import today
from tests.support.pairs import lot

KNOWN = catalogue()
DAYS = st.dates(date(2020, 1, 1), date(2040, 12, 31))
GOOD_TO_BAD = list(Fulfilment)
YARD = ("CHIBA_PREF_YARD", "YARD_INDOORS")
PREFECTURES = ("JP-12", "JP-13", "JP-14")
NUMBERS = st.builds(
    "{:03d}{}{}{:06d}".format,
    st.sampled_from([12, 13, 14, 56]), st.integers(0, 9), st.integers(0, 9), st.integers(1, 999_999),
)  # fmt: skip


@st.composite
def permits(draw: st.DrawFn) -> HeldPermit:
    number = draw(NUMBERS)
    kind = draw(st.sampled_from([KNOWN.permits.digits[number[3]].kind, "KOUDOKA_1", *YARD]))
    return HeldPermit(
        kind=kind,
        number=number,
        prefecture="JP-12" if kind in YARD else None,
        materials=draw(st.sampled_from([("steel",), ("plastics",), ("carbon_steel_scrap", "copper")])),
        valid_until=draw(DAYS),
        outcome=draw(st.sampled_from([None, *Outcome])),
    )


MOVES = st.builds(
    lambda status, at, to, day, origin: Move(
        lot=lot(legal_status=status, location=Place(prefecture=at), origin=origin), to=to, day=day
    ),
    st.sampled_from([*LegalStatus, None]),
    st.sampled_from(PREFECTURES),
    st.sampled_from(PREFECTURES),
    DAYS,
    st.sampled_from([*Origin, None]),
)
SEVERAL = st.lists(permits(), max_size=5).map(tuple)


@given(DAYS, st.integers(0, 86_399))
def test_a_permit_holds_to_the_end_of_its_last_day_in_japan(last: date, second: int) -> None:
    permit = HeldPermit(kind="SANPAI_UNPAN", valid_until=last, outcome=Outcome.CONFIRMED)
    midnight = datetime(last.year, last.month, last.day, tzinfo=UTC) - timedelta(hours=9)
    during = today(midnight + timedelta(seconds=second))
    after = today(midnight + timedelta(days=1))
    assert (in_force(permit, during), state(permit, during), days_left(permit, during)) == (
        True,
        State.EXPIRES_SOON,
        0,
    )
    assert (in_force(permit, after), state(permit, after), days_left(permit, after)) == (False, State.EXPIRED, -1)


@given(DAYS, DAYS, DAYS)
def test_a_permit_holds_on_the_days_from_its_first_to_its_last_and_no_other(a: date, b: date, day: date) -> None:
    first, last = sorted((a, b))
    assert in_force(HeldPermit(kind="KOUIKI", valid_from=first, valid_until=last), day) == (first <= day <= last)


@given(MOVES, SEVERAL, SEVERAL, permits())
def test_another_permit_never_makes_a_standing_worse(
    move: Move, owner: tuple[HeldPermit, ...], receiver: tuple[HeldPermit, ...], more: HeldPermit
) -> None:
    fewer = standings(move, Held(owner=owner, receiver=receiver), KNOWN)
    after = standings(move, Held(owner=(*owner, more), receiver=(*receiver, more)), KNOWN)
    for before, now in zip(fewer, after, strict=True):
        certain = now.code not in ("permit_expired", "permit_refused") or before.fulfilment is Fulfilment.BLOCKED
        # a lapsed permit of a yard tells what the lot did not: that it is needed
        assert not certain or GOOD_TO_BAD.index(now.fulfilment) <= GOOD_TO_BAD.index(before.fulfilment)


@given(MOVES, st.lists(permits(), max_size=5).flatmap(lambda p: st.tuples(st.just(p), st.permutations(p))))
def test_the_order_of_permits_never_changes_how_a_need_is_met(
    move: Move, orders: tuple[list[HeldPermit], list[HeldPermit]]
) -> None:
    told = [
        [(s.fulfilment, s.code, s.permit) for s in standings(move, Held(owner=tuple(o), receiver=tuple(o)), KNOWN)]
        for o in orders
    ]
    assert told[0] == told[1]


@given(MOVES, SEVERAL)
def test_a_later_day_never_brings_a_permit_back(move: Move, held: tuple[HeldPermit, ...]) -> None:
    later = Move(lot=move.lot, to=move.to, day=date(2041, 1, 1))
    good = (Fulfilment.CONFIRMED, Fulfilment.DECLARED)
    assert not any(s.fulfilment in good for s in standings(later, Held(owner=held, receiver=held), KNOWN))


@given(MOVES, SEVERAL)
def test_only_what_is_known_can_block(move: Move, held: tuple[HeldPermit, ...]) -> None:
    found = standings(move, Held(), KNOWN)
    assert all(s.fulfilment is Fulfilment.OPEN for s in found)
    one_side = standings(move, Held(owner=held), KNOWN)
    assert all(s.fulfilment is not Fulfilment.BLOCKED for s in one_side if s.party != "owner")


@given(st.text(max_size=14))
def test_any_text_is_a_number_or_a_fault(text: str) -> None:
    given_ = HeldPermit(kind="SANPAI_UNPAN", number=text, materials=("steel",), valid_until=date(2030, 1, 1))
    found = [f for f in permit_faults(given_, KNOWN) if f.pointer in ("/number", "/prefecture")]
    assert bool(found) or parts(text) is not None
