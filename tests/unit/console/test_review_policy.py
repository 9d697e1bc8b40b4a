"""The rules of a form, as they are put in order."""

from market.console.forms import document, draft
from market.console.review_policy import arranged
from market.deals.review.policy import ReviewPolicyDraft

FORM = (
    ("_version", "3"),
    ("/days:number", "5"),
    ("/rules/0/review:boolean", "true"),
    ("/rules/0/when/families:list", "steel"),
    ("_place/0", "2"),
    ("/rules/1/review:boolean", "false"),
    ("/rules/1/when/max_tonnes:number", "100"),
    ("_place/1", "1"),
    ("/rules/2/review:boolean", ""),
    ("/rules/2/when/max_tonnes:number", "7"),
)


def test_rules_stand_in_the_order_of_their_places() -> None:
    assert [rule.review for rule in draft(arranged(FORM), ReviewPolicyDraft).rules] == [False, True]


def test_a_rule_that_decides_nothing_is_left_out() -> None:
    assert b'"max_tonnes":7' not in document(arranged(FORM))


def test_what_is_no_rule_stays() -> None:
    assert draft(arranged(FORM), ReviewPolicyDraft).days == 5


def test_a_place_that_is_no_number_is_the_rules_own() -> None:
    fields = tuple((name, "first" if name == "_place/0" else text) for name, text in FORM)
    assert [rule.review for rule in draft(arranged(fields), ReviewPolicyDraft).rules] == [True, False]
