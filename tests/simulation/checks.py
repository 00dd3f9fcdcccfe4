"""What must be true when a schedule has ended: the same facts give the same state, once."""

from collections import Counter
from collections.abc import Iterator, Sequence
from uuid import UUID

from services.intake.stage import stage_of
from services.panel_notification.fulfilment import key_of, publications
from services.panel_notification.notice import Outcome, plan
from services.rapid_review_timer.deadline import deadlines_of
from services.rapid_review_timer.rules import rule_book
from services.reporting.journey import Journey, journey, seen
from shared.calendar.bank_holidays import england_and_wales
from shared.contracts.deadline_events import DeadlineCancelled, DeadlineMet, ReviewDue
from shared.contracts.event_codes import Stage
from shared.contracts.intake_events import CaseStageEntered, IncidentLinked
from shared.contracts.panel_events import NoticeSent
from shared.messaging.facts import Fact, of_type
from tests.simulation import intake_rules, reporting_rules
from tests.simulation.books import dropped_in_silence, facts_told, unbalanced
from tests.simulation.ended_cases import endings_broken
from tests.simulation.timer_rules import review_steps
from tests.simulation.told import deadlines_told, fired_of_nothing
from tests.simulation.world import World


def breaches_of(world: World) -> list[str]:
    if world.restored_without_reconcile:
        return list(dropped_in_silence(world))
    found = list(unbalanced(world))
    if found:
        return found
    checks = (_timer, _panel, _intake, endings_broken, _reporting)
    return [breach for check in checks for breach in check(world)]


class Groups:
    """Facts by link group, as they follow from the links among the facts."""

    def __init__(self, facts: Sequence[Fact]) -> None:
        self.facts = facts
        self.survivor = {
            fact.case_id: link.survivor for fact, link in of_type(facts, IncidentLinked)
        }

    def of(self, case_id: UUID) -> list[Fact]:
        head = self.survivor.get(case_id, case_id)
        return [f for f in self.facts if self.survivor.get(f.case_id, f.case_id) == head]


def _timer(world: World) -> Iterator[str]:
    timer = world.processes["rapid_review_timer"]
    steps = review_steps([fact for own in timer.written.own.values() for fact in own])
    groups = Groups([*facts_told(world, timer), *steps])
    derived = {
        made.deadline_id: made
        for case_id in {fact.case_id for fact in groups.facts}
        for made in deadlines_of(
            case_id, groups.of(case_id), rule_book(), england_and_wales()
        ).deadlines
    }
    kept = timer.written.tables.deadlines
    # Told before a restore, and what it follows from was discarded after it: a person looks at it.
    discarded = world.discarded.get("rapid_review_timer", set())
    not_rebuilt = {
        key for key, row in kept.items() if row.deadline.basis.caused_by in discarded
    } - derived.keys()
    if {key: row.deadline for key, row in kept.items() if key not in not_rebuilt} != derived:
        yield "timer: the deadlines are not those that the facts give"
    yield from deadlines_told(kept, timer.written.own)
    if timer.written.tables.clocks_left:
        yield "timer: a case that was left after a restore is never settled"
    events = [fact for own in timer.written.own.values() for fact in own]
    ends = Counter(
        (said.deadline_id, said.revision)
        for model in (DeadlineMet, DeadlineCancelled)
        for _, said in of_type(events, model)
    )
    if any(times > 1 for times in ends.values()):
        yield "timer: a deadline ended twice"
    fired = [(due.deadline_id, due.revision, due.kind) for _, due in of_type(events, ReviewDue)]
    if len(set(fired)) != len(fired):
        yield "timer: one firing was told twice"
    rows = set(timer.written.tables.firings)
    if rows - set(fired) or set(fired) - rows - fired_of_nothing(timer.written.own):
        yield "timer: firings and review.due do not agree"


def _panel(world: World) -> Iterator[str]:
    panel = world.processes["panel_notification"]
    written = panel.written
    facts = facts_told(world, panel)
    notices = list(written.tables.notices.values())
    todo = plan(facts, notices)
    if todo.add or todo.cancel or todo.reopen:
        yield "panel: the notices are not those that the facts ask for"
    own = [fact for facts in written.own.values() for fact in facts]
    keys = [key for fact in own if (key := key_of(fact.case_id, fact.data))]
    if publications(facts, notices, set(keys)):
        yield "panel: something that happened to a notice was never told"
    if len(set(keys)) != len(keys):
        yield "panel: the same was told twice"
    flagged = {said.notice_id for _, said in of_type(own, NoticeSent) if said.possible_duplicate}
    told = {said.notice_id for _, said in of_type(own, NoticeSent)}
    for notice_id, times in world.arrived.items():
        if times > 1 and notice_id in told and notice_id not in flagged:
            yield "panel: a notice arrived twice and nobody is told of it"
    for notice in notices:
        if sum(attempt.outcome is Outcome.ACCEPTED for attempt in notice.attempts) > 1:
            yield "panel: a notice was accepted twice"


def _intake(world: World) -> Iterator[str]:
    intake = world.processes["intake"]
    written = intake.written
    told = facts_told(world, intake)
    for case_id in intake_rules.cases_of(written):
        own = written.own_facts_of([case_id])
        entered = [said for _, said in of_type(own, CaseStageEntered)]
        if not entered:
            yield "intake: the stage of a case was never told"
            continue
        last = max(entered, key=lambda said: (said.cycle, said.revision))
        if case_id in written.survivor:
            if last.stage is not Stage.MERGED:
                yield "intake: a linked case is not in the stage merged"
            continue
        _, group = written.group(case_id)
        about = [fact for fact in told if fact.case_id in group]
        derived = stage_of([*own, *about], intake_rules.cycle_of(written, case_id))
        if derived is None or derived.stage is not last.stage:
            yield "intake: the stage is not the one that the facts give"


def _reporting(world: World) -> Iterator[str]:
    reporting = world.processes["reporting"]
    written = reporting.written
    groups = Groups(facts_told(world, reporting))
    for number, case_id in enumerate(sorted({fact.case_id for fact in groups.facts})):
        _, group = written.group(case_id)
        arrived, told = written.facts_of(group), groups.of(case_id)
        row = seen(case_id, told)
        if reporting_rules.row_of(written, case_id) != row:
            yield "reporting: the row of a case is not what the facts give"
        # One journey of a schedule is enough: it costs as much as all the rest of the checks.
        if number == 0 and _journey(case_id, arrived, world) != _journey(case_id, told, world):
            yield "reporting: the journey depends on the order of arrival"
        if not world.discarded.get("reporting"):
            stage = _stage_last_told(world, case_id)
            if row.stage != stage:
                yield "reporting: it shows another stage than intake told"


def _journey(case_id: UUID, facts: Sequence[Fact], world: World) -> Journey:
    return journey(case_id, facts, (), world.now)


def _stage_last_told(world: World, case_id: UUID) -> str | None:
    own = world.processes["intake"].written.own_facts_of([case_id])
    said = [data for _, data in of_type(own, CaseStageEntered)]
    return said[-1].stage.value if said else None
