"""The script of the demo's deals: told in order of time, before the day of loading, by those who may."""

from datetime import date, timedelta
from typing import get_args

import pytest

from market.demo.acts.act import Act
from market.demo.acts.dealing import Decide, Escalate
from market.demo.acts.inviting import MakeBid
from market.demo.acts.sampling import DecideSample, NameUmpire
from market.demo.scenes import AnyAct, Scene, scenes
from market.demo.story import demo
from specs.catalogue.loader import catalogue
from specs.kit import clock

TODAY = date(2026, 11, 24)
STORY = demo(TODAY)
KINDS = {party.code: party.kind for party in STORY.parties}
SPECS = {one.code: one for one in STORY.specs}
LOTS = {one.code: one for one in STORY.lots}
EACH = pytest.mark.parametrize("scene", scenes(), ids=lambda scene: scene.code)


@EACH
def test_acts_follow_each_other_in_time_and_lie_before_the_day_of_loading(scene: Scene) -> None:
    instants = [act.instant(TODAY) for act in scene.acts]
    assert instants == sorted(set(instants))
    assert clock.today(instants[-1]) < TODAY


@EACH
def test_its_listings_were_published_before_the_first_act(scene: Scene) -> None:
    listed = [SPECS[scene.spec].days_old, *([LOTS[scene.lot].days_old] if scene.lot else [])]
    assert min(listed) > -scene.acts[0].day


@EACH
def test_everyone_acts_as_what_they_are(scene: Scene) -> None:
    sides = {SPECS[scene.spec].party, *([LOTS[scene.lot].party] if scene.lot else [])}
    for act in scene.acts:
        assert _fits(act, sides), act


def _fits(act: Act, sides: set[str]) -> bool:
    match act:
        case Escalate():
            return act.by == ""
        case Decide():
            return KINDS[act.by] == "coordinator"
        case DecideSample():
            return KINDS[act.by] == "laboratory"
        case MakeBid():
            return LOTS[act.lot].party == act.by
        case NameUmpire():
            return KINDS[act.laboratory] == "laboratory" and (act.by in sides or KINDS[act.by] == "coordinator")
    return act.by in sides or KINDS[act.by] == "coordinator"


def test_scenes_are_told_once_each_in_the_order_of_their_first_acts() -> None:
    assert len({scene.code for scene in scenes()}) == len({(s.what, s.spec, s.lot) for s in scenes()}) == len(scenes())
    opened = [scene.acts[0].instant(TODAY) for scene in scenes()]
    # deals that were struck come first: prices are compared with theirs
    struck = [scene.code for scene in scenes()].index("agreed")
    assert opened[: struck + 1] == sorted(opened[: struck + 1])
    assert opened[struck + 1 :] == sorted(opened[struck + 1 :])


def test_what_was_sampled_was_published_later() -> None:
    for lot in STORY.lots:
        published = TODAY - timedelta(days=lot.days_old)
        assert all(assay.sampled_on is None or assay.sampled_on <= published for assay in lot.lot.assays), lot.code


def test_deals_run_over_six_families_and_all_kinds_of_subject() -> None:
    materials = {SPECS[scene.spec].spec.material for scene in scenes()}
    families = {catalogue().materials[material].family for material in materials}
    assert families == {"steel", "aluminium", "copper", "plastics", "battery", "rare_metals"}
    assert {scene.what for scene in scenes()} == {"pair", "blend", "tender"}


def test_every_kind_of_act_is_played_somewhere() -> None:
    assert {type(act) for scene in scenes() for act in scene.acts} == set(get_args(AnyAct))
