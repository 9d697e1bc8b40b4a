"""A real browser in tests: pages of Chromium that note every fault, and are checked by axe-core wherever they go."""

import os
import shutil
from collections.abc import Mapping
from typing import Any, Final

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, Request, Response

MISSING: Final = (
    "no Chromium: install Debian's with `apt-get install chromium fonts-noto-cjk`, or name one in CAPILLARY_CHROMIUM"
)
FLAGS: Final = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
LEVEL_AA: Final = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
DESKTOP: Final = 1280
PHONE: Final = 390
_HEIGHT: Final = 844
_NAMES: Final = ("chromium", "chromium-browser", "google-chrome", "chrome")
# what the browser itself and htmx say of a refusal; `_answered` judges those by their status
_OF_STATUS: Final = ("Failed to load resource", "Response Status Error Code")


def chromium() -> str:
    """The path of the browser. Skips the test where there is none, and fails it in CI, which must have one."""
    found = os.environ.get("CAPILLARY_CHROMIUM") or next(filter(None, map(shutil.which, _NAMES)), None)
    if found is not None:
        return found
    if os.environ.get("CI") == "true":
        pytest.fail(MISSING)
    pytest.skip(MISSING)


class Tab:
    """One page. `faults` holds what no visitor should meet: errors of scripts and of the policy, failed requests.

    A test that provokes refusals names their statuses in `refusals`.
    """

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self.faults: list[str] = []
        self.refusals: set[int] = set()
        self.address = address
        page.on("console", self._said)
        page.on("pageerror", lambda error: self.faults.append(f"script: {error}"))
        page.on("requestfailed", self._failed)
        page.on("response", self._answered)

    async def visit(self, path: str, status: int = 200) -> None:
        """Go there; the page must be accessible."""
        await self.go(path, status)
        await self.accessible()

    async def go(self, path: str, status: int = 200) -> None:
        """As `visit`, where axe-core cannot look: it is a script itself."""
        self.refusals.add(status)
        answer = await self.page.goto(self.address + path)
        assert answer is not None
        assert (path, answer.status) == (path, status)

    async def accessible(self) -> None:
        """No violation of WCAG 2.2 AA that axe-core can find on the page as it is now."""
        options = {"resultTypes": ["violations"], "runOnly": {"type": "tag", "values": LEVEL_AA}}
        found = (await Axe().run(self.page, options=options)).response["violations"]
        told = [f"{rule['id']}: {node['target']} {node['html'][:200]}" for rule in found for node in rule["nodes"]]
        assert told == [], "\n".join([self.page.url, *told])

    async def speak(self, language: str) -> None:
        """The language of the pages from now on."""
        await speaking(self.page.context, self.address, language)

    async def press(self, *keys: str) -> None:
        """One key after the other, wherever the focus is."""
        for key in keys:
            await self.page.keyboard.press(key)

    def path(self) -> str:
        """Where it is now."""
        return self.page.url.removeprefix(self.address)

    def _said(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not message.text.startswith(_OF_STATUS):
            self.faults.append(f"console: {message.text}")

    def _failed(self, request: Request) -> None:
        # who leaves a page ends its streams
        if request.failure != "net::ERR_ABORTED":
            self.faults.append(f"{request.failure}: {request.method} {request.url}")

    def _answered(self, response: Response) -> None:
        if response.status >= 400 and response.status not in self.refusals:
            self.faults.append(f"{response.status}: {response.request.method} {response.url}")


async def context(
    browser: Browser, address: str, language: str, width: int = DESKTOP, state: Any = None, *, scripts: bool = True
) -> BrowserContext:
    """A browser of its own for a person who reads that language, signed in where `state` is of one who is."""
    made = await browser.new_context(
        locale={"ja": "ja-JP"}.get(language, "en-GB"),
        timezone_id="Asia/Tokyo",
        viewport={"width": width, "height": _HEIGHT},
        is_mobile=width <= PHONE,
        has_touch=width <= PHONE,
        storage_state=state,
        java_script_enabled=scripts,
    )
    made.set_default_timeout(10_000)
    await speaking(made, address, language)
    return made


async def speaking(made: BrowserContext, address: str, language: str) -> None:
    """The language that its person chose."""
    await made.add_cookies([{"name": "capillary_language", "value": language, "url": f"{address}/console"}])


def kept(state: Mapping[str, Any]) -> dict[str, Any]:
    """The state of a browser without its choice of language."""
    return {**state, "cookies": [one for one in state["cookies"] if one["name"] != "capillary_language"]}
