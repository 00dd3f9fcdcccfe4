"""A synthetic case that comes and goes while four services run."""

from datetime import UTC, datetime
from uuid import UUID

from services.intake.erasure import SYNTHETIC_KEPT, SyntheticCases
from shared.messaging.clock import SetClock
from tests.contracts.sample_report import sample_body
from tests.deploy.operate.vigil import AUTHORITY, CANARY, SERIOUS, Vigil
from tests.services.intake.conftest import LIVERPOOL, decision_body
from tests.support.waiting import eventually


async def a_synthetic_case_leaves(vigil: Vigil) -> list[UUID]:
    """Reported and decided while intake's clock stood more than a week ago; then it is today, and
    intake looks. Its id, those of its notices and of its clocks."""
    store = vigil.stores["intake"]
    today, store.clock = store.clock, SetClock(datetime.now(UTC) - SYNTHETIC_KEPT * 1.2)
    reporter = {"reporter.agency_type": "local_authority", "reporter.organisation": AUTHORITY[1]}
    answer = await vigil.submit(CANARY, sample_body(reporter))
    assert answer.status_code == 202, answer.text
    (case,) = await vigil.cases(CANARY)
    body = decision_body(LIVERPOOL, "notifiable", serious_harm=SERIOUS)
    await vigil.command(case, "decisions", body, CANARY)
    store.clock = today
    case_id = UUID(case["case_id"])

    async def everybody_was_told() -> list[UUID]:
        sent = "select notice_id from notice where case_id = $1 and state = 'accepted'"
        owed = "select notice_id from notice where case_id = $1"
        heard = await vigil.ids(
            "reporting",
            "select event_id from fact where case_id = $1 and type like '%notice.sent%'",
            case_id,
        )
        told = await vigil.ids("panel_notification", sent, case_id)
        every = await vigil.ids("panel_notification", owed, case_id)
        return told if told and len(told) == len(every) == len(heard) else []

    await eventually(everybody_was_told, "the synthetic case's notices sent")
    notices = await everybody_was_told()
    clocks = await vigil.ids(
        "rapid_review_timer", "select deadline_id from deadline where case_id = $1", case_id
    )
    assert clocks
    await SyntheticCases(store).look()
    return [case_id, *notices, *clocks]
