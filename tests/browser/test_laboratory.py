"""A laboratory's day: the sample on which two sides differ, its own table pasted, and the result that it filed."""

import pytest

from market.parties.structs import NewOrganisation
from tests.browser.conftest import Console, Opens, met_on, reviewed
from tests.support.deals import Scene
from tests.support.samples import CLEAN, disputed


async def _asked(console: Console, met: Scene) -> tuple[str, NewOrganisation]:
    """The page of a sample on which both sides asked a laboratory, and the laboratory."""
    laboratory = await console.market.organisation("laboratory", "Umpire Laboratory")
    _, path = await disputed(met, deal=await reviewed(met))
    for side in (met.mill, met.yard):
        await met.post(side, f"{path}/umpire", {"organisation_id": str(laboratory.id)})
    return f"/console/samples/{path.rsplit('/', 1)[1]}", laboratory


@pytest.mark.parametrize(
    ("language", "head", "day"),
    [("ja", "測定項目\t結果 (%)\t分析方法", "令和8年11月24日"), ("en", "Analyte\tResult (%)\tMethod", "2026-11-24")],
)
async def test_a_laboratory_files_a_result_from_its_own_table(
    console: Console, browser_page: Opens, language: str, head: str, day: str
) -> None:
    async with met_on(console, lots=[{"assays": CLEAN}]) as met:
        sample, laboratory = await _asked(console, met)
        tab = await browser_page(laboratory, language)
        page = tab.page
        await tab.visit("/console/samples")
        await tab.accessible()
        await page.locator(f"section[aria-labelledby='waiting'] a[href='{sample}']").first.click()
        await page.wait_for_selector("[name='/assays/0/analyte']")
        await tab.accessible()
        analyte = await page.input_value("[name='/assays/0/analyte']")
        await page.fill("[name='_paste']", f"{head}\n{analyte}\t0.021\tICP-OES")
        await page.click("button[value='paste']")
        await page.wait_for_selector("#pasted")
        assert await page.input_value("[name='/assays/0/value']") == "0.021"
        await page.fill("[name='/measured_on']", day)
        await page.click("button[name='_then']")
        await page.wait_for_selector("#filed")
        assert "0.021" in await page.inner_text("section[aria-labelledby='filed']")
        await tab.accessible()
