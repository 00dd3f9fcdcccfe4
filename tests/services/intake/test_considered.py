"""Every row that could have mattered is shown with what became of it, and no other."""

from dataclasses import replace
from datetime import date
from typing import Any

from services.intake.case_facts import CaseFacts, Part
from services.intake.considered import considered
from shared.contracts.event_codes import AgeBand
from shared.contracts.report_codes import AbuseNeglectStatus, Outcome
from tests.services.intake.sample_children import child, decide
from tests.services.intake.stated_incidents import BABY, aged, decided, facts

DAY_BEFORE, CHANGED = date(2023, 12, 14), date(2023, 12, 15)
CARE_LEAVER = child(
    age_band=AgeBand.FROM_18_TO_24,
    abuse_neglect=AbuseNeglectStatus.NOT_SUSPECTED,
    outcome=Outcome.DIED,
    care_leaver=True,
)


def shown(answer: dict[str, Any]) -> dict[str, tuple[str, list[str]]]:
    return {one["row"]: (one["verdict"], one["because"]) for one in answer["considered"]}


def rows_weighed(facts_: CaseFacts) -> dict[str, str]:
    return {one.row.id: one.verdict for one in considered([facts_], decide(facts_).matched)}


def test_a_row_that_is_not_met_names_what_excludes_it_and_an_open_one_what_is_missing() -> None:
    by_row = shown(decided(facts(abuse_neglect_status="unknown")))
    assert by_row["N1"] == ("not_met", ["died"])
    assert by_row["N2"] == ("open", ["abuse_neglect_status"])


def test_a_row_that_applies_is_shown_as_applying() -> None:
    assert rows_weighed(child())["N2"] == "applies"


def test_a_hold_is_shown_only_where_it_holds() -> None:
    assert {"N14", "N16"}.isdisjoint(rows_weighed(child()))
    unborn = rows_weighed(child(age_band=AgeBand.UNBORN))
    assert (unborn["N14"], unborn["N16"]) == ("applies", "applies")


def test_no_row_is_weighed_for_a_child_who_harmed_another_and_was_not_harmed() -> None:
    children = [BABY, aged(16, part="alleged_perpetrator")]
    answer = decided(facts(children=children))
    assert {one["child"] for one in answer["considered"]} == {0}
    assert rows_weighed(child(part=Part.ALLEGED_PERPETRATOR)) == {}


def test_the_rows_weighed_are_those_of_the_day_the_clock_started() -> None:
    before = replace(CARE_LEAVER, clock_started_on=DAY_BEFORE, decided_on=CHANGED)
    assert "N8" not in rows_weighed(before)
    after = replace(CARE_LEAVER, clock_started_on=CHANGED, decided_on=CHANGED)
    assert rows_weighed(after)["N8"] == "applies"
    without_clock = replace(CARE_LEAVER, decided_on=CHANGED)
    assert rows_weighed(without_clock)["N8"] == "applies"
