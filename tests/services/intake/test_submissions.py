"""What the Panel and agencies submit on the bus: kept sealed, passed on by ids, answered."""

import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from services.intake.content_http import content_routes
from services.intake.summary_requests import SummaryRequests
from shared.contracts.arrival_events import PanelReplyAnswered
from shared.contracts.submissions import notice_stream
from tests.contracts.sample_report import sample_body
from tests.services.intake.bus_door import Sender, attributes, kept, open_door, sender
from tests.services.intake.conftest import LIVERPOOL, Intake
from tests.services.intake.submissions import (
    HOSPITALS,
    MARKER,
    PANEL_DESK,
    PANEL_REPLY,
    SUMMARY,
    TRUST,
    decided_body,
    hears,
    hears_request,
    reply_body,
    summary_body,
)
from tests.support.local_stack import Infrastructure
from tests.support.service_app import app_of


async def case_in(intake: Intake) -> UUID:
    answer = await intake.submit("police-records", "police-merseyside", sample_body())
    assert answer.status_code == 202, answer.text
    (case,) = await intake.cases(LIVERPOOL)
    return UUID(case["case_id"])


async def submits(panel: Sender, body: dict[str, Any], sender_id: UUID, type_: str) -> None:
    organisation = {PANEL_DESK: "panel", HOSPITALS: TRUST}[panel.system]
    headers = attributes(sender_id, organisation, type_, panel.system)
    await panel.send(panel.sealed(body), headers)


async def arrivals(intake: Intake) -> list[dict[str, Any]]:
    return [row for row in await intake.events() if row["topic"].endswith(".arrived")]


async def test_a_reply_of_the_panel_is_acknowledged_and_passed_on_without_a_word_of_it(
    infrastructure: Infrastructure, intake: Intake
) -> None:
    notice, sender_id = uuid4(), uuid4()
    async with (
        open_door(infrastructure, intake),
        sender(infrastructure, intake, PANEL_DESK) as panel,
    ):
        await submits(panel, decided_body(notice), sender_id, PANEL_REPLY)
        (answer,) = await panel.answers(1)
        (told,) = await arrivals(intake)
        async with intake.store.reading() as connection:
            rows = await connection.fetch("select sealed_content from submission")
        everything = str(await intake.events()) + intake.said_in_spans() + json.dumps(answer)
    assert answer["type"] == "uk.vigil.submission.acknowledged.v1", answer
    assert (answer["key"], answer["sender_id"]) == (str(sender_id), str(sender_id))
    assert (told["topic"], told["stream"]) == ("panel.reply.arrived", notice_stream(notice))
    assert json.loads(told["payload"])["notice_id"] == str(notice)
    assert MARKER not in everything
    assert MARKER.encode() not in bytes(rows[0]["sealed_content"])


async def test_the_same_again_is_answered_the_same_and_told_once_and_other_content_is_refused(
    infrastructure: Infrastructure, intake: Intake
) -> None:
    notice, sender_id = uuid4(), uuid4()
    async with (
        open_door(infrastructure, intake),
        sender(infrastructure, intake, PANEL_DESK) as panel,
    ):
        for _ in range(2):
            await submits(panel, reply_body(notice), sender_id, PANEL_REPLY)
        first, again = await panel.answers(2)
        await submits(panel, reply_body(uuid4()), sender_id, PANEL_REPLY)
        (refused,) = await panel.answers(1)
        assert len(await arrivals(intake)) == 1
    assert first["submission_id"] == again["submission_id"]
    assert (refused["type"], refused["reason"]) == ("uk.vigil.submission.refused.v1", "id_reused")
    assert refused["held_for_a_person"]


FORGED: dict[str, tuple[str, str]] = {
    "a system that does not speak for the Panel": ("police-records", "organisation_not_allowed"),
    "a system that names another's": (PANEL_DESK, "source_mismatch"),
}


@pytest.mark.parametrize("name", FORGED)
async def test_whoever_is_not_the_panels_system_gets_nothing_through_in_its_name(
    infrastructure: Infrastructure, intake: Intake, name: str
) -> None:
    claimed, reason = FORGED[name]
    async with open_door(infrastructure, intake), sender(infrastructure, intake) as police:
        headers = attributes(uuid4(), "panel", PANEL_REPLY, claimed)
        await police.send(police.sealed(decided_body(uuid4())), headers)
        (refused,) = await police.answers(1)
        assert await kept(intake) == [reason]
        assert await arrivals(intake) == []
    assert (refused["type"], refused["reason"]) == ("uk.vigil.submission.refused.v1", reason)


async def test_a_body_that_is_no_reply_is_kept_and_refused_without_an_echo(
    infrastructure: Infrastructure, intake: Intake
) -> None:
    async with (
        open_door(infrastructure, intake),
        sender(infrastructure, intake, PANEL_DESK) as panel,
    ):
        await submits(panel, decided_body(uuid4(), decision=MARKER), uuid4(), PANEL_REPLY)
        (refused,) = await panel.answers(1)
    assert (refused["what"], refused["reason"]) == ("panel_reply", "not_valid")
    assert [fault["pointer"] for fault in refused["faults"]] == ["/decision"]
    assert MARKER not in json.dumps(refused)


async def test_the_answer_reaches_the_sender_also_where_it_is_heard_of_first(
    infrastructure: Infrastructure, intake: Intake
) -> None:
    """A restored store hears of both again, in whatever order."""
    notice, sender_id = uuid4(), uuid4()
    async with (
        open_door(infrastructure, intake),
        sender(infrastructure, intake, PANEL_DESK) as panel,
    ):
        await submits(panel, reply_body(notice), sender_id, PANEL_REPLY)
        (acknowledged,) = await panel.answers(1)
        submission = acknowledged["submission_id"]
        said = PanelReplyAnswered(
            submission_id=submission,
            accepted=False,
            reason="not_submitted",
            answered_at=datetime(2026, 3, 24, tzinfo=UTC),
        )
        await hears(intake.store, said, notice_stream(notice), "panel_notification")
        (refused,) = await panel.answers(1)
        await submits(panel, reply_body(notice), sender_id, PANEL_REPLY)
        again = [each["type"] for each in await panel.answers(2)]
    assert (refused["reason"], refused["held_for_a_person"]) == ("not_submitted", False)
    assert again == ["uk.vigil.submission.acknowledged.v1", "uk.vigil.submission.refused.v1"]


async def test_an_agency_is_asked_on_its_own_topic_and_its_summary_goes_to_the_case(
    infrastructure: Infrastructure, intake: Intake
) -> None:
    case_id = await case_in(intake)
    async with (
        open_door(infrastructure, intake),
        sender(infrastructure, intake, HOSPITALS) as trust,
    ):
        request_id = await hears_request(intake.store, case_id)
        trust.sent.add(str(request_id))
        assert await SummaryRequests(intake.desk).tell_untold() == 1
        (asked,) = await trust.answers(1)
        await submits(trust, summary_body(request_id), uuid4(), SUMMARY)
        (answer,) = await trust.answers(1)
        (told,) = await arrivals(intake)
        assert await SummaryRequests(intake.desk).tell_untold() == 0, "asked once"
    assert (asked["type"], asked["organisation"]) == ("uk.vigil.summary.requested.v1", TRUST)
    assert (asked["authority"], asked["due_date"]) == (f"la-{LIVERPOOL}", "2026-03-17")
    assert str(case_id) not in json.dumps([asked, answer])
    assert answer["type"] == "uk.vigil.submission.acknowledged.v1"
    assert (told["topic"], told["stream"]) == ("summary.arrived", f"case/{case_id}")


@pytest.mark.parametrize("asked_whom", ["police-merseyside", "nobody"])
async def test_a_request_that_went_to_somebody_else_is_not_known(
    infrastructure: Infrastructure, intake: Intake, asked_whom: str
) -> None:
    case_id = await case_in(intake)
    request_id = uuid4()
    if asked_whom != "nobody":
        request_id = await hears_request(intake.store, case_id, asked_whom)
    async with (
        open_door(infrastructure, intake),
        sender(infrastructure, intake, HOSPITALS) as trust,
    ):
        await submits(trust, summary_body(request_id), uuid4(), SUMMARY)
        (refused,) = await trust.answers(1)
        assert await arrivals(intake) == []
    assert (refused["what"], refused["reason"]) == ("summary", "unknown_request")


async def test_an_agency_without_a_system_on_the_bus_is_looked_for_again(intake: Intake) -> None:
    case_id = await case_in(intake)
    await hears_request(intake.store, case_id, "school-larkfield")
    task = SummaryRequests(intake.desk)
    assert await task.tell_untold() == 1
    assert await task.tell_untold() == 0, "and not before its time"
    async with intake.store.reading() as connection:
        assert await connection.fetchval("select told_at from summary_request") is None


@pytest.mark.parametrize(
    ("system", "status"),
    [("vigil-panel-notification", 200), ("vigil-rapid-review-timer", 404), (PANEL_DESK, 404)],
)
async def test_content_is_given_to_the_service_that_it_is_for_and_to_nobody_else(
    infrastructure: Infrastructure, intake: Intake, system: str, status: int
) -> None:
    body = decided_body(uuid4())
    async with (
        open_door(infrastructure, intake),
        sender(infrastructure, intake, PANEL_DESK) as panel,
    ):
        await submits(panel, body, uuid4(), PANEL_REPLY)
        (told,) = await panel.answers(1)
        path = f"/v1/contents/{told['submission_id']}"
        organisation = "panel" if system == PANEL_DESK else system
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(app_of(content_routes(intake.desk))),
            base_url="http://intake",
        ) as client:

            async def asked(version: int) -> httpx.Response:
                token = intake.systems.bearer(system, organisation, "intake")
                return await client.get(f"{path}/{version}", headers=token)

            answer = await asked(1)
            assert answer.status_code == status
            assert (await asked(2)).status_code == 404, "there is one version"
            assert (await client.get(f"{path}/1")).status_code == 401
        if status == 200:
            assert answer.json() == body
        async with intake.store.reading() as connection:
            read = await connection.fetch(
                "select actor from audit where action = 'submission.content_read'"
            )
        assert [row["actor"] for row in read] == ([system] if status == 200 else [])
