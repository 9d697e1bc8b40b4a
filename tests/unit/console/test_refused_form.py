"""A form handed back: filled as it was sent, each fault beside its field and by the field's label above."""

from collections.abc import Iterator
from typing import Any

import pytest

from market.console.faults import Fault, Placed
from market.console.markup import Markup
from market.console.refused_form import RefusedForm

PAGE = """<!doctype html>
<title>Edit · Capillary</title>
<div id="problem" role="alert"></div>
<form method="get" action="/here"><input name="/tonnes:number" value="of another form"></form>
<form method="post" action="/here">
<input type="hidden" name="_csrf" value="new"><input type="hidden" name="_version" value="4">
<div class="field"><label for="t">Tonnes <span class="needed">needed</span></label>
<span class="entry"><input id="t" name="/tonnes:number" value="3" aria-describedby="t-hint"><span>t</span></span></div>
<div class="field"><label for="d">From</label><input id="d" name="/from" type="date" value="2027-01-01"></div>
<div class="field"><label for="u">Unit</label><select id="u" name="/unit"><option value="">–</option>
<option value="%" selected>%</option><option value="ppm">ppm</option></select></div>
<div class="field"><label for="m">Message</label><textarea id="m" name="/message">old &amp; gone</textarea></div>
<details><summary>More</summary><table><tr><td><input name="/limits/2/max:number" aria-label="Row 3: at most"></td></tr>
</table></details>
<fieldset><legend>Forms</legend><label><input type="checkbox" name="/forms:list" value="bales" checked> Bales</label>
<label><input type="checkbox" name="/forms:list" value="chips"> Chips</label></fieldset>
<input type="password" name="password">
<button name="_then" value="publish">Publish</button>
</form>
"""


def _form(*sent: tuple[str, str]) -> RefusedForm:
    return RefusedForm(PAGE, "/here", sent)


def _page(form: RefusedForm) -> str:
    return form.finish("<p>Above</p>", lambda title: f"Error: {title}")


def _filled(*sent: tuple[str, str]) -> str:
    form = _form(*sent)
    form.fill()
    return _page(form)


def test_what_is_not_touched_comes_out_as_it_went_in() -> None:
    assert str(Markup(PAGE)) == PAGE


def test_a_page_without_the_form_has_none() -> None:
    assert not RefusedForm(PAGE, "/elsewhere", ()).there


def test_a_form_that_asks_for_its_page_is_another_than_one_that_is_posted_there() -> None:
    form = RefusedForm(PAGE, "/here", [("/tonnes:number", "many")], method="get")
    form.fill()
    page = _page(form)
    assert '<input name="/tonnes:number" value="many"></form>' in page
    assert '<input id="t" name="/tonnes:number" value="3"' in page


def test_a_form_says_of_which_version_it_is() -> None:
    assert _form().stamps == {"_version": "4"}


def test_a_form_may_be_of_another_version_from_now_on() -> None:
    form = _form(("_version", "3"))
    form.fill(renewed=lambda now: now)
    form.stamp({"_version": "5"})
    assert '<input type="hidden" name="_version" value="5">' in _page(form)


def test_what_stands_there_now_is_told_by_its_label_and_as_it_is_read() -> None:
    form = _form(("/tonnes:number", "5"), ("/unit", "ppm"), ("/from", "2027-01-01"), ("/limits/2/max:number", "9"))
    assert [(one.label, one.reason) for one in form.others()] == [("Tonnes", "3"), ("Unit", "%")]


def test_lines_that_a_browser_sent_are_those_that_stand_there() -> None:
    form = RefusedForm(PAGE.replace("old &amp; gone", "one\ntwo"), "/here", [("/message", "one\r\ntwo")])
    form.fill(renewed=lambda now: now)
    assert ([*form.others()], "m-theirs" in _page(form)) == ([], False)


def test_a_form_that_was_folded_away_is_open_when_it_comes_back() -> None:
    page = '<details><summary>Act</summary><form method="post" action="/here"><input name="/a"></form></details>'
    form = RefusedForm(page, "/here", [("/a", "b")])
    form.fill()
    assert _page(form).startswith("<details open>")


LIST = "".join(
    f'<form method="post" action="/deals">{hidden}<input name="/tonnes:number" value="1"></form>'
    for hidden in ("", *(f'<input type="hidden" name="/lot_id" value="{lot}">' for lot in ("one", "two")))
)


def test_of_a_list_of_forms_the_one_about_the_same_comes_back() -> None:
    form = RefusedForm(LIST, "/deals", [("/lot_id", "two"), ("/tonnes:number", "much")])
    form.fill()
    before, after = _page(form).split('value="two"')
    assert ("much" in before, "much" in after) == (False, True)


def test_a_list_without_the_row_that_was_sent_has_no_such_form() -> None:
    rows = LIST.partition("</form>")[2]
    assert not RefusedForm(rows, "/deals", [("/lot_id", "three"), ("/tonnes:number", "much")]).there


def test_a_text_that_no_number_is_made_of_stands_in_its_field() -> None:
    assert 'name="/tonnes:number" value="12,5 kg"' in _filled(("/tonnes:number", "12,5 kg"))


def test_the_field_of_another_form_keeps_its_own() -> None:
    assert 'name="/tonnes:number" value="of another form"' in _filled(("/tonnes:number", "12,5 kg"))


def test_what_was_sent_is_never_markup() -> None:
    page = _filled(("/tonnes:number", '"><script>'), ("/message", "</textarea><script>"), ("/unit", "<script>"))
    assert "<script>" not in page
    assert "&lt;/textarea&gt;&lt;script&gt;</textarea>" in page


def test_a_day_that_is_none_is_shown_in_a_field_of_text() -> None:
    assert 'name="/from" type="text" value="tomorrow"' in _filled(("/from", "tomorrow"))


def test_a_choice_is_made_again() -> None:
    page = _filled(("/unit", "ppm"))
    assert '<option value="ppm" selected>' in page
    assert '<option value="%">' in page


def test_a_choice_that_is_none_is_added_to_the_list() -> None:
    assert '<option value="furlong" selected>furlong</option></select>' in _filled(("/unit", "furlong"))


def test_a_first_line_that_is_blank_is_not_lost() -> None:
    assert ">\n\nSecond line</textarea>" in _filled(("/message", "\nSecond line"))


def test_boxes_are_as_they_were_sent() -> None:
    page = _filled(("/forms:list", "chips"))
    assert 'value="chips" checked>' in page
    assert 'value="bales">' in page


def test_no_password_is_handed_back() -> None:
    assert "secret" not in _filled(("password", "secret"))


def test_the_token_is_the_one_of_the_page() -> None:
    page = _filled(("_csrf", "old"), ("_version", "3"))
    assert 'name="_csrf" value="new"' in page
    assert 'name="_version" value="3"' in page


def test_a_newer_page_keeps_its_version_and_says_what_stands_there_now() -> None:
    form = _form(("_version", "3"), ("/tonnes:number", "5"), ("/unit", "%"))
    form.fill(renewed=lambda now: f"now {now}")
    page = _page(form)
    assert 'name="_version" value="4"' in page
    assert 'aria-describedby="t-hint t-theirs"' in page
    assert '<span class="theirs" id="t-theirs">now 3</span>' in page
    assert "u-theirs" not in page


@pytest.mark.parametrize(
    ("pointer", "label"),
    [
        ("/tonnes", "Tonnes"),
        ("/limits/2/max", "Row 3: at most"),
        ("/limits/2/max/deeper", "Row 3: at most"),
        ("/limits", "Row 3: at most"),
        ("/forms/0", "Forms"),
    ],
)
def test_a_fault_is_told_by_the_label_of_its_field(pointer: str, label: str) -> None:
    (placed,) = _form().mark([Fault(pointer, "No.")])
    assert (placed.label, placed.reason) == (label, "No.")


def test_a_fault_of_no_field_is_told_above_only() -> None:
    assert _form().mark([Fault("/elsewhere", "No.")]) == (Placed(reason="No."),)


def test_a_fault_stands_beside_its_field_and_is_tied_to_it() -> None:
    form = _form()
    form.mark([Fault("/tonnes", "Not <so>.")])
    page = _page(form)
    assert 'value="3" aria-describedby="t-hint t-fault" aria-invalid="true">' in page
    assert '<span class="fault" id="t-fault">Not &lt;so&gt;.</span></div>' in page


def test_two_faults_of_a_field_are_told_together() -> None:
    form = _form()
    form.mark([Fault("/tonnes", "One."), Fault("/tonnes", "Two.")])
    assert ">One. Two.</span>" in _page(form)


def test_a_link_reaches_a_field_that_had_no_id() -> None:
    form = _form()
    (placed,) = form.mark([Fault("/limits/2/max", "No.")])
    assert f'id="{placed.id}"' in _page(form)


def test_what_is_folded_away_around_a_fault_is_opened() -> None:
    form = _form()
    form.mark([Fault("/limits/2/max", "No.")])
    assert "<details open>" in _page(form)


def test_the_summary_is_where_problems_are_told_and_the_title_says_so() -> None:
    page = _page(_form())
    assert '<div id="problem" role="alert"><p>Above</p></div>' in page
    assert "<title>Error: Edit · Capillary</title>" in page


def test_the_summary_has_the_order_of_the_form() -> None:
    placed = _form().mark([Fault("/message", "Second."), Fault("/elsewhere", "Nowhere."), Fault("/tonnes", "First.")])
    assert [one.reason for one in placed] == ["Nowhere.", "First.", "Second."]


def test_a_table_of_a_thousand_faults_is_marked_in_one_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = 0
    walk = Markup.tags

    def counted(*args: Any, **kwargs: Any) -> Iterator[int]:
        nonlocal asked
        asked += 1
        return walk(*args, **kwargs)

    rows = "".join(f'<label for="v{i}">V{i}</label><input id="v{i}" name="/rows/{i}/value">' for i in range(1000))
    form = RefusedForm(f'<form method="post" action="/here">{rows}</form>', "/here", ())
    monkeypatch.setattr(Markup, "tags", counted)
    placed = form.mark(Fault(f"/rows/{i}/value", "Type a number") for i in range(1000))
    assert [one.label for one in placed] == [f"V{i}" for i in range(1000)]
    # the page is not walked through again for each of them
    assert asked == 0
