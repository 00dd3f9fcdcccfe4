"""Worked examples C01 to C24 on the running stack, from the reports to the last receipt."""

import json
from collections import Counter

import pytest

from shared.reference.directory import mailbox
from tests.journeys.following import ARRIVED, OF_THE_STUB, has_ended
from tests.journeys.shared_topics import not_for_a_region
from tests.journeys.test_region import told
from tests.journeys.walking import Walked
from tests.journeys.worked_cases import COMPLETED_BY, NOT_NOTIFIED, NOTIFIED, SIMPLE
from tests.journeys.worked_reports import LIVERPOOL, SYSTEM_OF, TYPED, WIRRAL, personal_in
from tests.support.waiting import eventually
from tests.support.whole_stack import WholeStack

pytestmark = pytest.mark.long

OF_THE_REGION = frozenset({LIVERPOOL, WIRRAL})


def test_all_24_are_walked_and_end_in_the_stage_that_their_decision_leads_to(
    walked: list[Walked],
) -> None:
    assert {one.case.name for one in walked} == {f"C{number:02}" for number in range(1, 25)}
    for one in walked:
        assert (one.stage, set(one.decided["rows"])) == (one.case.stage, one.case.rows), one.case
        heading = one.journey["heading"]
        assert heading["stage"] == one.case.stage
        assert heading["owner_area"]["code"] == one.case.area, one.case.name


def test_who_is_told_by_which_limit_is_what_the_example_says_and_nobody_else(
    walked: list[Walked],
) -> None:
    for one in walked:
        heard = {(notice["recipient"], notice["limit_rule"]) for notice in one.notices}
        assert heard == one.case.told, one.case.name
        obligations = {owed["obligation_id"] for owed in one.decided["obligations"]}
        assert Counter(notice["obligation_id"] for notice in one.notices) == Counter(obligations)


def test_every_notice_says_who_was_told_how_when_and_what_came_back(walked: list[Walked]) -> None:
    notices = [notice for one in walked for notice in one.notices]
    assert len(notices) > 60
    for notice in notices:
        assert (notice["state"], notice["channel"]) == ("accepted", "smtp"), notice
        assert [one["outcome"] for one in notice["attempts"]] == ["accepted"], "sent once"
        assert notice["sent_at"] <= notice["delivered_at"], notice
        assert has_ended(notice)
        assert not notice["needs_a_person"]
        assert not notice["possible_duplicate"]
    confirmed = {one["recipient"] for one in notices if one["receipt"]}
    assert confirmed == {
        one["recipient"] for one in notices if one["recipient"] in {*SYSTEM_OF, *OF_THE_STUB}
    }
    for notice in notices:
        if receipt := notice["receipt"]:
            assert receipt["reference"].endswith(notice["notice_id"][:8].upper())
            assert receipt["received_at"] >= notice["sent_at"]


def test_one_mail_for_each_notice_reached_the_recipients_own_mailbox_with_its_reference(
    walked: list[Walked],
) -> None:
    for one in walked:
        assert one.letters.keys() == {notice["notice_id"] for notice in one.notices}
        for notice in one.notices:
            (letter,) = one.letters[notice["notice_id"]]
            assert letter.to == [mailbox(notice["recipient"])]
            assert f"Reference: {notice['reference']}\n" in letter.text.replace("\r\n", "\n")
            assert letter.message_id


def test_no_mail_and_no_answer_of_a_service_says_anything_of_anybody(walked: list[Walked]) -> None:
    for one in walked:
        sought = {TYPED}.union(*map(personal_in, one.case.reports))
        assert len(sought) >= 3
        mails = [letter for letters in one.letters.values() for letter in letters]
        said = json.dumps(
            [one.notices, one.journey, one.clocks, [letter.as_json() for letter in mails]]
        )
        assert [text for text in sought if text in said] == [], one.case.name
        assert not any(str(one.case_id) in letter.text for letter in mails)


def test_the_journey_shows_every_obligation_as_arrived_and_nothing_that_waits(
    walked: list[Walked],
) -> None:
    for one in walked:
        shown = {row["obligation_id"]: row for row in one.journey["told"]}
        assert shown.keys() == {owed["obligation_id"] for owed in one.decided["obligations"]}
        assert {row["state"] for row in shown.values()} <= ARRIVED, one.case.name
        for row in shown.values():
            assert row["sent"]
            assert row["delivered"]
            assert row["channel"]
        by_receipt = {row["recipient"] for row in shown.values() if row["state"] == "receipt"}
        assert by_receipt == COMPLETED_BY[one.case.decision], "their receipt makes it notified"


def test_the_clock_of_the_notification_is_met_where_the_panel_was_told(
    walked: list[Walked],
) -> None:
    limit = {NOTIFIED: {"DL01"}, SIMPLE: {"DL04", "DL05"}, NOT_NOTIFIED: set[str]()}
    for one in walked:
        met = {rule for rule, clock in one.clocks.items() if clock["state"] == "met"}
        started = limit[one.case.decision] & one.clocks.keys()
        assert started <= met, (one.case.name, one.clocks)
        assert bool(started) == (one.case.decision != NOT_NOTIFIED), one.case.name
        assert ("DL07" in one.clocks) == (one.case.decision == NOTIFIED), one.case.name
        late = [one.clocks[rule]["on_time"] for rule in started]
        assert late == [not one.case.late] * len(late), one.case.name


def test_c13_c03_and_others_without_obligations_nobody_was_told(walked: list[Walked]) -> None:
    untold = {one.case.name for one in walked if not one.case.told}
    assert untold == {"C03", "C11", "C12", "C13", "C21", "C22", "C23"}
    for one in walked:
        if one.case.name in untold:
            assert (one.notices, one.letters, one.journey["told"]) == ([], {}, [])


def test_c17_to_c20_and_c24_the_panel_hears_as_often_as_the_rules_of_the_day_say(
    walked: list[Walked],
) -> None:
    panel: Counter[str] = Counter()
    for one in walked:
        times = sum(notice["recipient"] == "panel" for notice in one.notices)
        expected = one.decided["notifications"] if one.case.decision == NOTIFIED else 0
        assert times == expected, one.case.name
        panel[one.case.name] += times
    asked = {name: panel[name] for name in ("C17", "C18", "C19", "C20", "C24")}
    assert asked == {"C17": 1, "C18": 2, "C19": 1, "C20": 1, "C24": 1}


def test_c21_the_dissent_is_on_record_at_all_three_and_the_clock_stays_to_be_seen(
    walked: list[Walked],
) -> None:
    (case,) = [one for one in walked if one.case.name == "C21"]
    assert case.decided["dissenting"] == ["police"]
    assert set(case.decided["escalated_to"]) == {"la-E08000012", "icb-QYG", "police-merseyside"}
    shown = case.journey["decision"]
    assert {one["kind"]: one["position"] for one in shown["positions"]}["police"] == "disagree"
    assert shown["dissent"]
    assert case.clocks["DL01"]["state"] == "cancelled"
    assert case.clocks["DL01"]["due_date"]


def test_c23_a_case_that_is_not_notified_may_still_be_learnt_from(walked: list[Walked]) -> None:
    learnt = {one.case.name for one in walked if one.decided["learning_review_possible"]}
    assert learnt == {"C23"}


def test_the_operators_check_finds_nothing_open_of_any_of_them(
    stack: WholeStack, walked: list[Walked]
) -> None:
    asked = ("service", "panel_notification", "notices", "check")
    said = stack.command("deploy.local", *asked, within=60)
    lines = [json.loads(line) for line in said.stdout.splitlines()]
    ours = {str(one.case_id) for one in walked}
    ours |= {notice["notice_id"] for one in walked for notice in one.notices}
    open_ = [line for line in lines if ours & {line.get("case_id"), line.get("notice_id")}]
    assert open_ == [], said.stderr


async def test_p12_the_region_hears_of_each_that_was_notified_and_of_nobody(
    stack: WholeStack, walked: list[Walked]
) -> None:
    """Their reports say names, birthdays, a number, addresses and words, and each its own day."""
    notified = [
        one.case_id
        for one in walked
        if one.case.decision == NOTIFIED and one.case.area in OF_THE_REGION
    ]

    async def all_told() -> bool:
        rows = await stack.rows(
            "reporting",
            """select distinct case_id from region_copy
               where case_id = any($1) and topic = 'incident.notified' and state = 'told'""",
            notified,
        )
        return len(rows) == len(notified)

    await eventually(all_told, "the region told of every case that was notified", every=0.5)
    sought = set[str]().union(
        *(personal_in(report) for one in walked for report in one.case.reports),
        *({str(one.case_id), one.case_id.hex} for one in walked),
    )
    assert len(sought) > 100
    heard = await told(stack)
    assert len({one.headers["ce_subject"] for one in heard}) > len(notified)
    for record in heard:
        assert not_for_a_region(record, sought) == [], record.topic
