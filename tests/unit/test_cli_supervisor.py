"""`capillary up` keeps its parts running; a clock of ours stands in for time."""

from pathlib import Path

import pytest

from market.adapters.embedded.errors import StartError
from market.adapters.embedded.process import LOG_BYTES
from market.up.supervisor import LONGEST_DELAY, STEADY_SECONDS, Supervisor


class Part:
    """A part whose life the test decides."""

    def __init__(self, name: str, journal: list[str], log: Path) -> None:
        self.name, self.log = name, log
        self.alive, self.broken = False, False
        self._journal = journal

    def start(self) -> None:
        if self.broken:
            raise StartError(self.name, "broken", self.log)
        self._journal.append(f"start {self.name}")
        self.alive = True

    def stop(self) -> None:
        self._journal.append(f"stop {self.name}")
        self.alive = False

    def running(self) -> bool:
        return self.alive


class House:
    """A database and an API under a supervisor, and a clock that the test turns."""

    def __init__(self, folder: Path) -> None:
        self.journal: list[str] = []
        self.said: list[str] = []
        self.now = 1000.0
        self.database = Part("database", self.journal, folder / "database.log")
        self.api = Part("API", self.journal, folder / "api.log")
        self.supervisor = Supervisor([self.database, self.api], self.said.append, clock=lambda: self.now)

    def restart_delay(self) -> float:
        """Kill the API and count the seconds until it is back."""
        self.api.alive = False
        began = self.now
        while not self.api.alive:
            self.supervisor.tick()
            self.now += 0.25
        return self.now - began


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


def test_a_signal_whose_exception_was_lost_ends_the_watch_all_the_same(house: House) -> None:
    house.supervisor.start()
    told = iter([False, True])
    house.supervisor.watch(lambda: next(told))
    assert house.journal == ["start database", "start API"]


def test_parts_start_in_order_and_stop_in_reverse(house: House) -> None:
    house.supervisor.start()
    house.supervisor.stop()
    assert house.journal == ["start database", "start API", "stop API", "stop database"]


def test_what_runs_already_is_not_started_again(house: House) -> None:
    house.supervisor.start([house.database])
    house.supervisor.start()
    assert house.journal == ["start database", "start API"]


def test_a_part_that_dies_is_started_again_and_nothing_else_is(house: House) -> None:
    house.supervisor.start()
    assert house.restart_delay() <= 1.0
    assert house.journal == ["start database", "start API", "start API"]
    assert house.said[0].startswith("API has ended; starting it again in 0.5 s (log: ")
    assert house.said[1] == "API is running again"


def test_a_part_that_keeps_dying_waits_longer_each_time_up_to_a_limit(house: House) -> None:
    house.supervisor.start()
    delays = [house.restart_delay() for _ in range(10)]
    assert delays == sorted(delays)
    assert LONGEST_DELAY <= delays[-1] <= LONGEST_DELAY + 1


def test_a_part_that_was_steady_is_given_the_short_delay_again(house: House) -> None:
    house.supervisor.start()
    for _ in range(6):
        house.restart_delay()
    house.now += STEADY_SECONDS + 1
    house.supervisor.tick()
    assert house.restart_delay() <= 1.0


def test_a_part_that_cannot_start_is_tried_until_it_can(house: House) -> None:
    house.supervisor.start()
    house.api.alive, house.api.broken = False, True
    for _ in range(40):
        house.supervisor.tick()
        house.now += 0.25
    assert any("API did not start: broken" in line for line in house.said)
    house.api.broken = False
    assert house.restart_delay() <= LONGEST_DELAY + 1


def test_the_first_start_fails_with_its_reason(house: House) -> None:
    house.api.broken = True
    with pytest.raises(StartError, match="API did not start"):
        house.supervisor.start()


def test_a_log_that_grows_without_end_is_cut_and_one_is_kept(house: House) -> None:
    house.supervisor.start()
    house.api.log.write_bytes(b"x" * (LOG_BYTES + 1))
    house.now += 31
    house.supervisor.tick()
    assert house.api.log.stat().st_size == 0
    assert house.api.log.with_suffix(".1.log").stat().st_size == LOG_BYTES + 1


def test_upkeep_is_done_twice_a_minute(tmp_path: Path) -> None:
    done: list[float] = []
    now = [0.0]
    supervisor = Supervisor([], lambda _: None, upkeep=lambda: done.append(now[0]), clock=lambda: now[0])
    for _ in range(600):
        now[0] += 0.2
        supervisor.tick()
    assert len(done) == 3
