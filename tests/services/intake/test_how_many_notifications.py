"""How many notifications one incident needs, by the rule set: C17 to C20, C24 and their edges."""

import pytest

from tests.services.intake.stated_incidents import BABY, aged, decided, facts, on

FIRST_RULES, LATER_RULES = "2018-08-20", "2021-03-08"


def details(answer: dict[str, list[dict[str, object]]]) -> list[tuple[object, object]]:
    return [(one["children"], one["in_text"]) for one in answer["notifications"]]


def siblings(number: int) -> list[dict[str, object]]:
    return [BABY | {"sibling_group": "a"} for _ in range(number)]


def test_c17_two_siblings_harmed_together_in_2018_are_one_notification() -> None:
    answer = decided(on(FIRST_RULES, children=siblings(2)))
    assert details(answer) == [([0, 1], [])]
    assert answer["notifications"][0]["why"] == "siblings_together"


def test_unrelated_children_harmed_together_in_2018_are_one_notification_each() -> None:
    answer = decided(on(FIRST_RULES, children=[BABY, aged(3)]))
    assert details(answer) == [([0], []), ([1], [])]
    assert {one["why"] for one in answer["notifications"]} == {"one_for_each_child"}


def test_c18_two_unrelated_children_who_died_together_in_2018_are_two_notifications() -> None:
    answer = decided(on(FIRST_RULES, outcome="died", children=[aged(8), aged(9)]))
    assert details(answer) == [([0], []), ([1], [])]
    assert {one["why"] for one in answer["notifications"]} == {"one_for_each_death"}


def test_siblings_who_died_together_in_2018_are_one_notification_each() -> None:
    answer = decided(on(FIRST_RULES, outcome="died", children=siblings(2)))
    assert details(answer) == [([0], []), ([1], [])]


def test_c19_the_same_two_deaths_in_2021_are_one_notification_with_both_children() -> None:
    answer = decided(on(LATER_RULES, outcome="died", children=[aged(8), aged(9)]))
    assert details(answer) == [([0, 1], [])]


@pytest.mark.parametrize(
    ("day", "number"), [("2019-02-20", 2), ("2019-02-21", 1), ("2022-07-01", 1), ("2023-12-15", 1)]
)
def test_the_day_of_the_new_system_changes_the_number(day: str, number: int) -> None:
    answer = decided(on(day, outcome="died", children=[aged(8), aged(9)]))
    assert len(answer["notifications"]) == number


def test_c20_of_five_children_four_have_details_and_one_stands_in_the_text() -> None:
    answer = decided(on(LATER_RULES, children=[BABY] * 5))
    assert details(answer) == [([0, 1, 2, 3], [4])]


def test_who_died_has_details_before_who_was_harmed() -> None:
    last_died = [BABY] * 4 + [BABY | {"outcome": "died"}]
    assert details(decided(on(LATER_RULES, children=last_died))) == [([4, 0, 1, 2], [3])]


def test_a_large_exploitation_operation_in_2018_is_told_of_by_its_main_child() -> None:
    children = [aged(14), aged(15, main_child=True), aged(16)]
    answer = decided(on(FIRST_RULES, children=children, large_cse_operation=True))
    assert details(answer) == [([1], [0, 2])]
    assert answer["notifications"][0]["why"] == "main_child_of_operation"


def test_a_large_operation_whose_main_child_nobody_marked_is_told_of_by_the_first() -> None:
    children = [aged(14), aged(15)]
    answer = decided(on(FIRST_RULES, children=children, large_cse_operation=True))
    assert details(answer) == [([0], [1])]


def test_c24_a_child_who_killed_another_and_is_unharmed_needs_no_second_notification() -> None:
    other = aged(16, part="alleged_perpetrator")
    answer = decided(on(LATER_RULES, outcome="died", children=[aged(15), other]))
    assert details(answer) == [([0], [])]
    in_2018 = decided(on(FIRST_RULES, outcome="died", children=[aged(15), other]))
    assert details(in_2018) == [([0], [])]


def test_a_child_for_whom_nothing_is_due_is_in_no_notification() -> None:
    unhurt = BABY | {"abuse_neglect_status": "not_suspected", "outcome": "harmed_not_serious"}
    assert details(decided(on(LATER_RULES, children=[BABY, unhurt]))) == [([0], [])]


def test_children_harmed_abroad_are_notified_by_the_area_of_each() -> None:
    children = [BABY, BABY | {"residence_area_code": "E08000015"}]
    abroad = facts(incident_area_code=None, country="FR", children=children)
    found = [(one["notifier_area"], one["children"]) for one in decided(abroad)["notifications"]]
    assert found == [("E08000012", [0]), ("E08000015", [1])]
