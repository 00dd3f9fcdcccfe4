"""Notices that were still to be sent at the moment to which a store is put back."""

from uuid import UUID, uuid4

import pytest

from tests.faults.restore.restored import PERSON, Estate

pytestmark = [pytest.mark.long, pytest.mark.timeout(900)]

PANEL = "panel_notification"


async def test_a_pending_notice_is_sent_if_so_told_and_else_waits_for_a_person(
    estate: Estate,
) -> None:
    case_id = await _case_with_pending_notices(estate)
    old = await estate.copy(PANEL)
    await _dies(estate, "notice.answered")
    await estate.start()
    await estate.at_rest()
    ended = [("accepted", 1), ("outcome_unknown", 0), ("outcome_unknown", 1)]
    assert await _states(estate, case_id) == ended
    before = await estate.told()

    await estate.stop([PANEL])
    await estate.put_back(PANEL, old)
    assert await _states(estate, case_id) == [("pending", 1)] * 2 + [("sending", 0)]
    await estate.is_shut(PANEL)
    done = await estate.reconcile(PANEL, *PERSON)
    await estate.start()
    await estate.at_rest()

    assert await _states(estate, case_id) == ended
    assert await estate.told() == before, "nothing is mailed or told a second time"
    unknown = {each["about"] for each in done["for_a_person"] if each["code"] == "outcome_unknown"}
    assert await _unknown(estate, case_id) <= unknown, "and a person hears of both"
    assert await estate.breaches() == []


async def _case_with_pending_notices(estate: Estate) -> UUID:
    """The service died over the first of its notices, before it was mailed."""
    four, work = estate.four, estate.work
    await estate.stop([PANEL])
    four.start(PANEL, "notice.attempt_written")
    await estate.start()
    sender_id = uuid4()
    await work.report(sender_id)
    case_id: UUID = await work.case_of(sender_id)
    await estate.at_rest()
    four.arm(PANEL)
    await work.decide(case_id)
    await four.running.pop(PANEL).killed(within=90)
    assert await _states(estate, case_id) == [("pending", 0)] * 2 + [("sending", 0)]
    return case_id


async def _dies(estate: Estate, place: str) -> None:
    """Starts it, to die there."""
    running = estate.four.start(PANEL, place)
    estate.four.arm(PANEL)
    await running.killed(within=90)
    estate.four.running.pop(PANEL)


async def _states(estate: Estate, case_id: UUID) -> list[tuple[str, int]]:
    """Of each notice of the case: its state, and how often it was mailed."""
    mailed = estate.work.mailed()
    rows = await estate.four.rows(
        PANEL, "select notice_id, state from notice where case_id = $1", case_id
    )
    return sorted((row["state"], mailed[str(row["notice_id"])]) for row in rows)


async def _unknown(estate: Estate, case_id: UUID) -> set[str]:
    rows = await estate.four.rows(
        PANEL,
        "select notice_id from notice where case_id = $1 and state = 'outcome_unknown'",
        case_id,
    )
    return {str(row["notice_id"]) for row in rows}
