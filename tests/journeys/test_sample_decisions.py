"""Every kind of decision among the samples, and what came of each in all four services."""

from collections import Counter
from datetime import date
from uuid import UUID

from deploy.samples.incidents import KNOWSLEY, LIVERPOOL, ST_HELENS, WIRRAL
from shared.calendar.bank_holidays import england_and_wales
from shared.calendar.working_days import working_days_between
from tests.journeys.sample_cases import (
    case_of,
    clock_of,
    clocks_of,
    journey_of,
    notices_of,
    review_of,
)
from tests.support.whole_stack import WholeStack

MERSEYSIDE = {"icb-QYG", "police-merseyside"}


async def test_a_pupils_case_is_held_while_nobody_knows_of_neglect_and_nobody_is_told(
    stack: WholeStack,
) -> None:
    case = await case_of(stack, "pupil")
    assert (case["stage"], case["decision"]) == ("triage", None)
    assert [report["organisation"] for report in case["reports"]] == ["school-larkfield"]
    notices = await stack.rows(
        "panel_notification", "select 1 from notice where case_id = $1", UUID(case["case_id"])
    )
    assert notices == []
    assert (await clock_of(stack, "pupil", "TRIAGE"))["state"] == "running"


async def test_a_partners_dissent_is_recorded_and_stops_neither_notice_nor_clock(
    stack: WholeStack,
) -> None:
    decision = (await journey_of(stack, "dissent"))["decision"]
    positions = {one["kind"]: one["position"] for one in decision["positions"]}
    assert positions == {"local_authority": "agree", "health": "agree", "police": "disagree"}
    assert decision["dissent"]
    assert (await clock_of(stack, "dissent", "DL01"))["on_time"]


async def test_an_extension_moves_the_review_to_the_agreed_day_and_keeps_the_counted_one(
    stack: WholeStack,
) -> None:
    review = await review_of(stack, "dissent")
    (extension,) = review["extensions"]
    assert (extension["answer"], extension["agreed_date"]) == ("granted", review["due_date"])
    counted, agreed = (
        date.fromisoformat(review[name]) for name in ("original_due_date", "due_date")
    )
    assert working_days_between(england_and_wales(), counted, agreed) == 5
    clock = await clock_of(stack, "dissent", "DL07")
    assert (clock["state"], clock["due_date"]) == ("running", review["due_date"])


async def test_a_hospital_and_cafcass_report_one_child_whose_review_leads_to_a_local_review(
    stack: WholeStack,
) -> None:
    case = await case_of(stack, "two_reporters")
    reporters = {report["organisation"] for report in case["reports"]}
    assert reporters < {"trust-eastmoor", "cafcass"}, "the other is in the case linked to it"
    review = await review_of(stack, "two_reporters")
    assert review["phase"] == "local_review_commissioned"
    assert {one["agency"]: one["nil_return"] for one in review["summaries"]} == {
        "trust-eastmoor": False,
        "school-larkfield": True,
    }
    assert set(review["approvals"].values()) == {"approved"}
    assert review["submitted"]["next_step"] == "lcspr_yes"
    submitted = await clock_of(stack, "two_reporters", "DL07")
    assert (submitted["state"], submitted["on_time"]) == ("met", True)
    assert (await clock_of(stack, "two_reporters", "DL11"))["state"] == "running"


async def test_of_a_child_who_died_after_the_notification_the_child_death_panel_hears(
    stack: WholeStack,
) -> None:
    notices = await notices_of(stack, "died_later")
    told = Counter(one["recipient"] for one in notices if one["about"] == "incident")
    assert told["panel"] == 1, "the Panel is not told of an incident twice"
    assert "cdop-merseyside" in {one["recipient"] for one in notices}
    review = await review_of(stack, "died_later")
    assert review["submitted"]["next_step"] == "lcspr_no"
    assert review["local_review"] is None


async def test_a_case_of_which_nothing_is_left_to_do_is_closed_and_no_clock_of_it_runs(
    stack: WholeStack,
) -> None:
    assert (await case_of(stack, "died_later"))["stage"] == "closed"
    clocks = {clock["rule"]: clock["state"] for clock in await clocks_of(stack, "died_later")}
    assert (clocks["DL07"], clocks["DL09"]) == ("met", "met")
    assert "running" not in clocks.values()
    journey = await journey_of(stack, "died_later")
    assert journey["heading"]["stage"] == "closed"


async def test_p05_withdrawn_after_the_notification_no_clock_runs_and_the_panel_is_told(
    stack: WholeStack,
) -> None:
    case = await case_of(stack, "withdrawn")
    assert (case["stage"], case["decision"]) == ("withdrawn", "notifiable")
    clocks = {clock["rule"]: clock for clock in await clocks_of(stack, "withdrawn")}
    assert "running" not in {clock["state"] for clock in clocks.values()}
    assert (clocks["DL01"]["state"], clocks["DL07"]["state"]) == ("met", "cancelled")
    assert not any(clock["next_firing"] for clock in clocks.values()), "no overdue later"
    notices = await notices_of(stack, "withdrawn")
    told = {one["recipient"] for one in notices if one["about"] == "withdrawal"}
    assert "panel" in told


async def test_a_corrected_awareness_starts_the_clock_anew_as_another_revision(
    stack: WholeStack,
) -> None:
    clock = await clock_of(stack, "corrected", "DL01")
    assert clock["revision"] > 1
    assert clock["on_time"]
    case = await case_of(stack, "corrected")
    assert case["stage"] == "rapid_review"


async def test_a_case_that_was_not_notified_is_opened_again_with_a_clock_of_its_own(
    stack: WholeStack,
) -> None:
    case = await case_of(stack, "reopened")
    assert (case["cycle"], case["decision"]) == (2, "notifiable")
    states = {clock["cycle"]: clock["state"] for clock in await clocks_of(stack, "reopened")}
    assert states.keys() == {1, 2}
    assert (await clock_of(stack, "reopened", "DL07", cycle=2))["state"] == "running"


async def test_p08_a_case_handed_over_has_another_owner_no_day_moves_and_both_areas_are_told(
    stack: WholeStack,
) -> None:
    case = await case_of(stack, "transferred")
    assert case["owner_area"] == KNOWSLEY
    notices = await notices_of(stack, "transferred")
    told = {(one["recipient"], one["area"]) for one in notices if one["about"] == "transfer"}
    assert told == {(f"la-{ST_HELENS}", ST_HELENS)} | {
        (body, area) for body in MERSEYSIDE for area in (KNOWSLEY, ST_HELENS)
    }
    clock = await clock_of(stack, "transferred", "DL01")
    assert (clock["state"], clock["revision"]) == ("met", 1)


async def test_the_death_of_a_care_leaver_is_told_without_a_rapid_review(
    stack: WholeStack,
) -> None:
    case = await case_of(stack, "care_leaver")
    assert (case["stage"], case["decision"]) == ("closed", "simple")
    told = {one["recipient"] for one in await notices_of(stack, "care_leaver")}
    assert told == {"dfe", "ofsted"}
    assert "DL07" not in {clock["rule"] for clock in await clocks_of(stack, "care_leaver")}


async def test_the_authority_that_placed_a_child_elsewhere_is_told_by_the_area_of_the_harm(
    stack: WholeStack,
) -> None:
    notices = await notices_of(stack, "placed_away")
    assert f"la-{WIRRAL}" in {one["recipient"] for one in notices if one["area"] == WIRRAL}
    assert (await case_of(stack, "placed_away"))["stage"] == "rapid_review"


async def test_harm_abroad_is_notified_by_the_area_in_which_the_child_lives(
    stack: WholeStack,
) -> None:
    journey = await journey_of(stack, "abroad")
    assert journey["heading"]["owner_area"]["code"] == LIVERPOOL
    assert "N3" in {row["row"] for row in journey["decision"]["rows"]}
