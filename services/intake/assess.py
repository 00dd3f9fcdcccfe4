"""What is known in triage, published whole each time a fact is added."""

from datetime import datetime
from uuid import UUID

from services.intake import case_store, report_store
from services.intake.areas_now import awareness_now, facts_now
from services.intake.awareness import Awareness, owned_by
from services.intake.case_facts import CaseFacts
from services.intake.case_flow import ENDED, OPEN, Refused
from services.intake.case_store import Group
from services.intake.criteria import Evaluation, evaluate
from services.intake.enter_stage import stage_now
from services.intake.incident import ReceivedReport, awareness_in, facts_in
from services.intake.local_policy import Asked, asked_locally, with_copies
from services.intake.stated_facts import StatedFacts
from shared.calendar.london import london_date
from shared.contracts.envelope import case_stream
from shared.contracts.intake_events import IncidentAssessed
from shared.messaging.audit import audit
from shared.messaging.outbox import emit
from shared.messaging.store import Tx
from shared.reference import directory
from shared.web.problem import Problem


class Known:
    """All that is known about a link group, read after its rows are locked."""

    def __init__(
        self,
        group: Group,
        reports: list[ReceivedReport],
        statements: list[StatedFacts],
        now: datetime,
    ) -> None:
        self.group = group
        self.reports = reports
        self.statements = statements
        known = awareness_in(group.survivor["case_id"], reports, statements)
        owned, day = owned_by(known, group.survivor["owner_area"]), london_date(now)
        self.awareness: Awareness = awareness_now(owned, day)
        held = facts_in(reports, statements, self.awareness, now)
        self.facts: list[CaseFacts] = [facts_now(one, day) for one in held]

    def evaluation(self, facts: list[CaseFacts] | None = None) -> Evaluation:
        survivor = self.group.survivor
        return evaluate(survivor["case_id"], survivor["cycle"], facts or self.facts, directory)

    def asked_locally(
        self, evaluation: Evaluation, facts: list[CaseFacts] | None = None
    ) -> tuple[Asked, ...]:
        """What local policies ask for beside it, and whom that tells."""
        survivor, held = self.group.survivor, facts or self.facts
        asked = asked_locally(held, evaluation)
        on = held[0].decided_on
        case_id, cycle = survivor["case_id"], survivor["cycle"]
        return with_copies(asked, case_id, cycle, evaluation, on, directory)


async def known_of(tx: Tx, group: Group) -> Known:
    """Reads the group's reports and statements; the caller holds its locks.

    Raises Problem 409 `report_awaited` while the report that opened the case is lost with a store
    and not in again."""
    reports = await report_store.reports_of(tx, group.ids)
    if not any(one.case_id == group.survivor["case_id"] for one in reports):
        raise Problem(
            "report_awaited",
            409,
            detail="Its report was lost and has been asked for again. Send the command again then.",
        )
    return Known(
        group,
        reports,
        await case_store.statements_of(tx, group.survivor["case_id"]),
        tx.now,
    )


async def publish_assessment(tx: Tx, case_id: UUID) -> None:
    """Publishes what is known of the case that stands for `case_id`, in that case's stream."""
    group = (await case_store.lock_groups(tx, [case_id]))[case_id]
    await publish_known(tx, await known_of(tx, group))


async def publish_known(tx: Tx, known: Known) -> None:
    """Publishes an assessment of what is known of a locked group."""
    evaluation = known.evaluation()
    awareness = known.awareness
    survivor = known.group.survivor
    await emit(
        tx,
        IncidentAssessed(
            cycle=survivor["cycle"],
            la_incident_aware_at=awareness.la_incident_aware_at,
            la_criteria_known_at=awareness.la_criteria_known_at,
            basis=awareness.basis,
            clock_start=awareness.clock_start,
            owner_area=awareness.owner_area,
            other_areas=list(awareness.other_areas),
            rule_set=evaluation.rule_set,
            rows_that_may_match=list(evaluation.rows_that_may_match),
            reports=len(known.reports),
        ),
        case_stream(survivor["case_id"]),
        happened_at=tx.now,
    )


async def state_facts(tx: Tx, group: Group, stated_by: str, facts: StatedFacts) -> int:
    """Keeps what the authority says and publishes the assessment anew; returns the version. Of a
    case that has ended nothing is stated: it is opened again. Raises Refused `not_in_this_stage`.
    """
    if await stage_now(tx, group) in ENDED:
        raise Refused("not_in_this_stage", OPEN)
    case_id = group.survivor["case_id"]
    await case_store.insert_statement(tx, case_id, group.survivor["cycle"], stated_by, facts)
    await publish_assessment(tx, case_id)
    await audit(tx, "case.assessed", str(case_id), organisation=stated_by)
    return await case_store.count_change(tx, case_id)
