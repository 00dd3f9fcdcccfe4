"""A restored intake: its cases are those of which was told, and what was told stays.

Cases, links and decisions come back from its own events before anything is taken in again, so that
a report finds the case that it opened. What came by HTTP is in no topic: each report is asked for
again from its sender, under the id it had.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.intake import restored_sharing_store, restored_store
from services.intake.case_store import Group, lock_groups
from services.intake.enter_stage import enter_merged, enter_stage
from services.intake.erasure import publish_and_erase
from services.intake.erasure_store import unfulfilled_orders
from services.intake.restored_case import case_told, commanded, corrected_in, stated_in
from shared.contracts.catalogue import type_of
from shared.contracts.intake_events import (
    IncidentAssessed,
    IncidentCorrected,
    IncidentDecided,
    IncidentLinked,
    IncidentReopened,
    IncidentReported,
    IncidentTransferred,
    IncidentWithdrawn,
)
from shared.contracts.replies import ReportRequested
from shared.messaging.erasing import erased_among
from shared.messaging.facts import Fact, of_type, own_facts_of
from shared.messaging.outbox import reply
from shared.messaging.restoring import ForAPerson, Run
from shared.messaging.store import Tx
from shared.reference.directory import la_of

REASON = "store_restored"
_CHANGES = (IncidentCorrected, IncidentWithdrawn, IncidentReopened, IncidentTransferred)


@dataclass(frozen=True)
class RestoredCases:
    async def before_catching_up(self, run: Run) -> None:
        """What was erased leaves again; then all cases, then what links them."""
        async with run.store.reading() as connection:
            forgotten = await unfulfilled_orders(connection)
        for ordered in forgotten:
            async with run.transaction(f"erase {ordered.cases}") as tx:
                await publish_and_erase(tx, ordered)
        cases = await _cases(run)
        for case_id in cases:
            async with run.transaction(f"open {case_id}") as tx:
                told = case_told(await own_facts_of(tx, [case_id]))
                if told is not None:
                    await restored_store.insert_case(tx, case_id, told)
        for case_id in cases:
            async with run.transaction(f"restore {case_id}") as tx:
                told = case_told(await own_facts_of(tx, [case_id]))
                if told is not None:
                    await lock_groups(tx, [case_id])
                    await restored_store.bring_up_to(tx, case_id, told)
        async with run.transaction("sharing decisions") as tx:
            await restored_sharing_store.keep_told(tx, await run.taken_back())
        async with run.transaction("outdate versions") as tx:
            await restored_store.outdate_versions(tx)

    async def after_catching_up(self, run: Run) -> list[ForAPerson]:
        listed: list[ForAPerson] = []
        back = frozenset(await run.taken_back())
        for case_id in await _cases(run):
            async with run.transaction(f"ask about {case_id}") as tx:
                group = (await lock_groups(tx, [case_id])).get(case_id)
                if group is None:
                    continue
                own = [f for f in await own_facts_of(tx, group.ids) if f.event_id in back]
                mine = [fact for fact in own if fact.case_id == case_id]
                listed += await _ask_for_reports(tx, mine)
                listed += await _decisions(tx, mine)
                listed += _changes(mine)
                listed += await _statements(tx, case_id, mine, await own_facts_of(tx, group.ids))
                await _enter_stage_again(tx, group)
        async with run.transaction("ask about sharing decisions") as tx:
            for told in await restored_sharing_store.without_texts(tx, sorted(back)):
                codes = {"organisation": told.organisation}
                listed.append(ForAPerson("sharing_reasons_lost", str(told.decision_id), codes))
        return listed


async def _enter_stage_again(tx: Tx, group: Group) -> None:
    """What decides the stage was told; that it was entered may have been lost unsent."""
    case = group.asked
    if case["survivor"] is None:
        await enter_stage(tx, case["case_id"])
    else:
        await enter_merged(tx, case["case_id"], case["cycle"])


async def _cases(run: Run) -> list[UUID]:
    back = await run.taken_back()
    async with run.store.reading() as connection:
        cases = await restored_store.cases_of(connection, back)
        erased = await erased_among(connection, cases)
    return [case_id for case_id in cases if case_id not in erased]


async def _ask_for_reports(tx: Tx, back: list[Fact]) -> list[ForAPerson]:
    listed = []
    for fact, told in of_type(back, IncidentReported):
        if await restored_store.has_report(tx, told.report_id):
            continue
        asked = ReportRequested(
            report_id=told.report_id,
            organisation=told.organisation,
            reason=REASON,
            requested_at=tx.now,
        )
        key, type_ = str(told.report_id), type_of("report.requested")
        await reply(tx, asked, told.system, key, type_, None)
        codes = {"organisation": told.organisation, "case": str(fact.case_id)}
        listed.append(ForAPerson("report_content_lost", str(told.report_id), codes))
    return listed


async def _decisions(tx: Tx, back: list[Fact]) -> list[ForAPerson]:
    return [
        ForAPerson("decision_reasons_lost", str(fact.case_id), {"cycle": decided.cycle})
        for fact, decided in of_type(back, IncidentDecided)
        if await restored_store.keep_decision(tx, fact.case_id, decided, la_of(decided.owner_area))
    ]


def _changes(back: list[Fact]) -> list[ForAPerson]:
    """What was changed is known from the events; why, only from who changed it."""
    return [
        ForAPerson("change_reasons_lost", str(fact.case_id), {"reason": fact.data.reason})
        for fact in back
        if isinstance(fact.data, _CHANGES)
    ]


async def _keep_corrected(tx: Tx, fact: Fact, since: datetime | None) -> None:
    """As a statement, unless it was made before the moment to which the store was restored."""
    if isinstance(fact.data, IncidentCorrected | IncidentTransferred):
        facts = corrected_in(fact.data)
        if facts is not None and (since is None or since < fact.recorded_at):
            by = la_of(
                fact.data.owner_area
                if isinstance(fact.data, IncidentCorrected)
                else fact.data.to_area
            )
            cycle = fact.data.cycle
            await restored_store.keep_statement(
                tx, fact.case_id, cycle, by, fact.recorded_at, facts
            )


async def _statements(
    tx: Tx, case_id: UUID, back: list[Fact], group_facts: list[Fact]
) -> list[ForAPerson]:
    """What the authority stated of its awareness holds on, as the last assessment tells it; what
    else it stated is lost, unless it was in a decision or a link that is listed anyway."""
    reports = {data.report_id for _, data in of_type(group_facts, IncidentReported)}
    elsewhere = {
        fact.recorded_at
        for fact in group_facts
        if isinstance(fact.data, (IncidentLinked, IncidentDecided, *_CHANGES))
    }
    since = await restored_store.last_statement_at(tx, case_id)
    for fact in back:
        await _keep_corrected(tx, fact, since)
    stated = commanded(back, reports)
    if not stated:
        return []
    last, assessed = of_type(stated, IncidentAssessed)[-1]
    facts = stated_in(assessed)
    if facts is not None and (since is None or since < last.recorded_at):
        await restored_store.keep_statement(
            tx, case_id, assessed.cycle, la_of(assessed.owner_area), last.recorded_at, facts
        )
    alone = [fact for fact in stated if fact.recorded_at not in elsewhere]
    return [ForAPerson("statement_lost", str(case_id), {"times": len(alone)})] if alone else []
