"""A link or a decision of intake against notices and receipts of panel notification."""

import asyncio
from uuid import UUID

import pytest

from services.panel_notification.notice import State
from shared.contracts.event_codes import RecipientKind
from shared.contracts.panel_events import IncidentNotified
from shared.contracts.strict_json import parse
from tests.two_owners.callers import HEALTH, INTAKE, OTHER_CHILD, PANEL
from tests.two_owners.estate import Estate
from tests.two_owners.reading import problem, said, types_of


async def two_cases(estate: Estate) -> tuple[UUID, UUID]:
    """The survivor to be, and the loser to be, ten minutes later."""
    survivor = await estate.report()
    estate.move(minutes=10)
    return survivor, await estate.report(HEALTH, **OTHER_CHILD)


async def decided_and_sent(estate: Estate, case_id: UUID) -> None:
    assert (await estate.decide(case_id)).status_code == 201
    await estate.hears(PANEL)
    await estate.send_due()
    estate.move(minutes=10)


async def notified(estate: Estate, case_id: UUID) -> list[IncidentNotified]:
    rows = await estate.rows(
        PANEL,
        """select payload from outbox where topic = 'incident.notified' and stream = $1
           order by sequence""",
        f"case/{case_id}",
    )
    return [IncidentNotified.model_validate(parse(row["payload"])) for row in rows]


async def test_a_case_whose_notice_may_be_out_is_refused_as_a_loser(estate: Estate) -> None:
    survivor, loser = await two_cases(estate)
    await decided_and_sent(estate, loser)
    assert problem(await estate.link(survivor, loser)) == (409, "loser_decided")
    assert (await estate.link(loser, survivor)).status_code == 200, "the other way round"
    journey = await estate.journey(loser)
    assert f"Case {survivor.hex[:8]} was merged into this one" in said(journey)
    assert "Notice sent to Child Safeguarding Practice Review Panel" in said(journey)


@pytest.mark.parametrize("survivor_decided", ["before the link", "after the link"])
async def test_a_notice_already_sent_for_a_loser_is_the_survivors(
    estate: Estate, survivor_decided: str
) -> None:
    survivor, loser = await two_cases(estate)
    await decided_and_sent(estate, loser)
    if survivor_decided == "before the link":
        await estate.decide(survivor)
        await estate.hears(PANEL)
        pending = await estate.notices(survivor)
        assert {notice.state for notice in pending.values()} == {State.PENDING}
    await estate.link_all_the_same(survivor, loser)
    if survivor_decided == "after the link":
        await estate.decide(survivor)
    await estate.hears(PANEL)
    letters = len(estate.postbox.letters)
    await estate.send_due()
    assert len(estate.postbox.letters) == letters, "nobody is told again"
    assert (await estate.receipt((await estate.notices(loser))["panel"])).status_code == 201
    journey = await estate.journey(survivor)
    assert [(row.recipient, row.state, row.case_id) for row in journey.told] == [
        ("panel", "receipt", loser),
        ("police-merseyside", "delivered", loser),
        ("icb-QYG", "delivered", loser),
    ]
    assert journey.heading.stage == "rapid_review"
    assert "notified_twice" not in {each.kind for each in journey.attention}
    assert f"Case {loser.hex[:8]} was merged into this one" in said(journey)


@pytest.mark.parametrize("linked", ["before the receipts", "after the receipts"])
async def test_of_two_panel_notices_the_earliest_counts_and_the_other_is_shown_as_double(
    estate: Estate, linked: str
) -> None:
    survivor, loser = await two_cases(estate)
    await decided_and_sent(estate, loser)
    first_sent = estate.clock.instant
    await decided_and_sent(estate, survivor)
    if linked == "before the receipts":
        await estate.link_all_the_same(survivor, loser)
        await estate.hears(PANEL)
    for case_id in (survivor, loser):
        await estate.receipt((await estate.notices(case_id))["panel"])
    if linked == "after the receipts":
        await estate.everybody_hears()
        await estate.link_all_the_same(survivor, loser)
    journey = await estate.journey(survivor)
    (review,) = [
        clock
        for clock in journey.clocks
        if (clock.rule, clock.case_id, clock.state) == ("DL07", survivor, "running")
    ]
    assert review.started.utc < first_sent, "from the earlier sending, which was the loser's"
    (double,) = [each for each in journey.attention if each.kind == "notified_twice"]
    assert "10:10" in double.what
    assert "10:20" in double.what
    assert "the earliest counts" in double.what
    sent = [row for row in journey.told if row.recipient_kind == RecipientKind.PANEL]
    assert {row.case_id for row in sent} == {survivor, loser}


async def test_a_notice_under_way_when_its_case_is_linked_goes_out_and_counts_for_the_survivor(
    estate: Estate,
) -> None:
    survivor, loser = await two_cases(estate)
    await estate.decide(loser)
    await estate.hears(PANEL)
    estate.postbox.go_on.clear()
    sending = asyncio.create_task(estate.send_due())
    await asyncio.wait_for(estate.postbox.in_hand.wait(), 20)
    await estate.link_all_the_same(survivor, loser)
    await estate.hears(PANEL)
    states = {notice.state for notice in (await estate.notices(loser)).values()}
    assert states == {State.SENDING, State.CANCELLED}, "one was in hand, the others were not"
    estate.postbox.go_on.set()
    await sending
    assert len(estate.postbox.letters) == 1
    await estate.decide(survivor)
    await estate.hears(PANEL)
    await estate.send_due()
    recipients = [
        notice.recipient
        for case_id in (loser, survivor)
        for notice in (await estate.notices(case_id)).values()
        if notice.state is State.ACCEPTED
    ]
    assert sorted(recipients) == ["icb-QYG", "panel", "police-merseyside"], "each told once"
    journey = await estate.journey(survivor)
    assert types_of(journey).count("notice.sent") == 3
    assert types_of(journey, loser).count("notice.sent") == 1
    assert {row.state for row in journey.told} == {"delivered"}


async def test_a_notice_not_yet_sent_when_its_case_is_linked_is_never_sent(
    estate: Estate,
) -> None:
    survivor, loser = await two_cases(estate)
    await estate.decide(loser)
    await estate.link_all_the_same(survivor, loser)
    await estate.hears(PANEL)
    await estate.send_due()
    assert estate.postbox.letters == []
    journey = await estate.journey(loser)
    assert f"merged into case {survivor.hex[:8]}" in said(journey)
    assert journey.told == (), "a merged case owes nothing"


async def test_a_link_and_the_sender_at_once_leave_each_recipient_told_once(
    estate: Estate,
) -> None:
    survivor, loser = await two_cases(estate)
    await estate.decide(loser)
    await estate.hears(PANEL)
    await estate.link_all_the_same(survivor, loser)
    await estate.decide(survivor)
    await asyncio.gather(estate.send_due(), estate.hears(PANEL), estate.send_due())
    await estate.send_due()
    journey = await estate.journey(survivor)
    assert sorted((row.recipient, row.state) for row in journey.told) == [
        ("icb-QYG", "delivered"),
        ("panel", "delivered"),
        ("police-merseyside", "delivered"),
    ]
    assert len(estate.postbox.letters) == 3
    assert "incident.linked" in types_of(journey)


@pytest.mark.parametrize("linked", ["before the receipt", "after the receipt"])
async def test_a_receipt_for_a_losers_notice_completes_the_survivors_notification(
    estate: Estate, linked: str
) -> None:
    survivor, loser = await two_cases(estate)
    await decided_and_sent(estate, loser)
    panel = (await estate.notices(loser))["panel"]
    if linked == "after the receipt":
        await estate.receipt(panel)
    await estate.link_all_the_same(survivor, loser)
    await estate.decide(survivor)
    await estate.hears(PANEL)
    if linked == "before the receipt":
        await estate.receipt(panel)
    (told,) = await notified(estate, survivor)
    assert panel.attempts[0].started_at == told.sent_at
    journey = await estate.journey(survivor)
    assert journey.heading.stage == "rapid_review"
    assert "The Panel's receipt is in" in said(journey)


@pytest.mark.parametrize("heard", ["receipt first", "assessment first"])
async def test_a_stage_derived_late_never_goes_back(estate: Estate, heard: str) -> None:
    case_id = await estate.report()
    await decided_and_sent(estate, case_id)
    await estate.receipt((await estate.notices(case_id))["panel"])
    estate.move(hours=1)
    facts = {"facts": {"looked_after": False}}
    if heard == "receipt first":
        await estate.hears(INTAKE)
    assert (await estate.command(case_id, "assessments", facts)).status_code == 200
    journey = await estate.journey(case_id)
    stages = [step.what for step in journey.steps if step.type.endswith("stage.entered.v1")]
    assert stages == [
        "Stage: In triage",
        "Stage: Decided: notifiable, notification under way",
        "Stage: Notified",
        "Stage: Rapid review under way",
    ]
    assert journey.heading.stage == "rapid_review"
    assert types_of(journey).count("incident.assessed") == 2
