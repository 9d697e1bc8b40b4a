"""A form may send its sender to a page of the console, and nowhere else."""

import pytest

from market.console.paths import HOME, local


@pytest.mark.parametrize(
    "path", ["/console", "/console/deals/1?tab=offers", "/console/reviews?material=steel&min_risk=0.5"]
)
def test_pages_of_the_console_are_kept(path: str) -> None:
    assert local(path) == path


@pytest.mark.parametrize(
    "path",
    [
        None,
        "",
        "//evil.example",
        "/\\evil.example",
        "https://evil.example",
        "/console//evil",
        "/console/\n//evil",
        "/v1/deals",
        "javascript:alert(1)",
        "/console@evil.example",
        "/consolevil",
        "/console/%2f%2fevil",
    ],
)
def test_everything_else_leads_to_the_start(path: str | None) -> None:
    assert local(path) == HOME
