"""`capillary up --demo`: what a newcomer sees, and that all of it can be tried."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from tests.support.launched import ROOT, until
from tests.support.running import Up, running

pytestmark = pytest.mark.faults

COMMAND = re.compile(r"curl -s -H 'Authorization: Bearer (cap_\S+)' '(http\S+)'")


def commands(up: Up) -> list[tuple[str, str]]:
    """Key and address of each curl line, once everything is printed."""
    assert until(lambda: "Ctrl-C stops everything" in up.said, 60)
    return COMMAND.findall(up.said)


def asked(key: str, address: str) -> httpx.Response:
    return httpx.get(address, headers={"Authorization": f"Bearer {key}"}, timeout=10)


def test_the_story_is_told_and_every_printed_command_answers(tmp_path: Path) -> None:
    with running(tmp_path / "data", "--demo") as up:
        shown = commands(up)
        best, _, rest = up.said.partition("Near misses")
        assert "Best matches of the demo market" in best
        assert len(re.findall(r"│ in +│", best)) >= 5
        assert rest.count(" holds if its limit is moved from ") == 2
        assert len(shown) >= 6
        for key, address in shown:
            answer = asked(key, address)
            assert (address, answer.status_code) == (address, 200)
            assert answer.json()["items"] != []
        assert (tmp_path / "data/demo-keys.json").stat().st_mode & 0o077 == 0


def opened(link: str) -> str:
    """The console's start, after the button of a link was pressed."""
    with httpx.Client(timeout=10, follow_redirects=True) as browser:
        page = browser.get(link)
        token = re.search(r'name="_csrf" value="([^"]+)"', page.text)
        assert token, page.text
        return browser.post(link, data={"_csrf": token[1]}).text


def test_the_printed_links_open_the_console_as_the_demos_people(tmp_path: Path) -> None:
    with running(tmp_path / "data", "--demo") as up:
        commands(up)
        links = re.findall(r"http\S+/console/link/\S+", up.said)
        assert len(links) == 3
        assert "Demo Ministry Desk" in opened(links[0])
        assert "Demo Bay Steel" in opened(links[1])
        command = [sys.executable, "-m", "market.cli", "admin", "sign-in-link", "--data", tmp_path / "data"]
        done = subprocess.run(
            [*command, "--email", "coordinator@ministry.example"],
            cwd=ROOT,
            env={"PATH": os.environ["PATH"]},
            capture_output=True,
            check=True,
        )
        address = links[0].partition("/console")[0]
        assert "Demo Ministry Desk" in opened(address + json.loads(done.stdout)["path"])


def test_after_a_kill_of_everything_the_matches_are_the_same(tmp_path: Path) -> None:
    with running(tmp_path / "data", "--demo") as up:
        shown = commands(up)
        before = [asked(key, address).content for key, address in shown]
        up.kill_everything()
    with running(tmp_path / "data", "--demo") as up:
        again = commands(up)
        assert [key for key, _ in again] == [key for key, _ in shown]
        assert [asked(key, address).content for key, address in again] == before
        assert "as before" in up.said


def test_the_demo_can_be_loaded_into_what_runs(tmp_path: Path) -> None:
    with running(tmp_path / "data") as up:
        assert up.address
        command = [sys.executable, "-m", "market.cli", "demo", "--data", tmp_path / "data"]
        environment = {"PATH": os.environ["PATH"]}
        for news in ("published now", "as before"):
            done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
            assert (done.returncode, done.stderr) == (0, "")
            assert news in done.stdout
        key, path = re.findall(r"Bearer (cap_\S+)' '(\S+)'", done.stdout)[0]
        assert asked(key, up.address + path).json()["items"] != []
