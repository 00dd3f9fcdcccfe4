"""What people and other organisations do: reports, assessments, links, decisions, receipts."""

from datetime import timedelta
from uuid import UUID, uuid5

from services.panel_notification.notice import Outcome, State
from shared.contracts.envelope import NAMESPACE
from shared.contracts.event_codes import Decision, Force, RecipientKind
from shared.contracts.intake_events import ObligationOwed
from tests.simulation import intake_rules, panel_rules, review_rules
from tests.simulation.intake_rules import LIVERPOOL, WIRRAL, Known
from tests.simulation.world import Chance, World

MOST_CASES = 3
REPORTERS = ["police-merseyside", "trust-northbank", f"la-{LIVERPOOL}"]


def report(world: World, chance: Chance) -> None:
    intake = world.service("intake")
    if intake is None or len(intake_rules.cases_of(intake.written)) >= MOST_CASES:
        return
    report_id = chance.identity("report")
    organisation = chance.of(REPORTERS) or ""
    known = known_by_now(world, chance)
    case_id = uuid5(report_id, "case")
    intake_rules.accept(intake.work(report_id), report_id, case_id, organisation, known)


def report_again(world: World, chance: Chance) -> None:
    """The sender did not hear the answer."""
    intake = world.service("intake")
    reports: dict[UUID, UUID] = intake.written.tables.reports if intake else {}
    report_id = chance.of(list(reports))
    if intake is not None and report_id is not None:
        known = known_by_now(world, chance)
        work = intake.work(report_id)
        intake_rules.accept(work, report_id, reports[report_id], REPORTERS[0], known)


def assess(world: World, chance: Chance) -> None:
    intake = world.service("intake")
    case_id = chance.of(intake_rules.cases_of(intake.written)) if intake else None
    if intake is not None and case_id is not None:
        work = intake.work(chance.identity("assess"))
        intake_rules.assess(work, case_id, known_by_now(world, chance))
        intake_rules.enter_stage(work, case_id)


def link(world: World, chance: Chance) -> None:
    _link(world, chance, decided_too=False)


def link_decided(world: World, chance: Chance) -> None:
    """What intake refuses today and its readers can do all the same."""
    _link(world, chance, decided_too=True)


def _link(world: World, chance: Chance, *, decided_too: bool) -> None:
    intake = world.service("intake")
    cases = intake_rules.cases_of(intake.written) if intake else []
    loser, survivor = chance.of(cases), chance.of(cases)
    if intake is None or loser is None or survivor is None:
        return
    if intake_rules.may_be_linked(intake.written, loser, survivor, decided_too=decided_too):
        work = intake.work(chance.identity("link"))
        intake_rules.link(work, loser, survivor, known_by_now(world, chance))


def decide(world: World, chance: Chance) -> None:
    _decide(world, chance, anew=False)


def decide_anew(world: World, chance: Chance) -> None:
    """A second decision within a cycle, which the readers understand and intake does not make."""
    _decide(world, chance, anew=True)


def _decide(world: World, chance: Chance, *, anew: bool) -> None:
    intake = world.service("intake")
    if intake is None:
        return
    written = intake.written
    undecided = [
        case_id
        for case_id in intake_rules.cases_of(written)
        if case_id not in written.survivor
        and (anew or not intake_rules.is_decided(written, case_id))
        and not intake_rules.has_ended(written, case_id)
    ]
    case_id = chance.of(undecided)
    if case_id is None:
        return
    notifiable = not chance.one_in(3)
    decision = Decision.NOTIFIABLE
    if not notifiable:
        decision = Decision.SIMPLE if chance.one_in(2) else Decision.NOT_NOTIFIABLE
    known = known_by_now(world, chance)
    intake_rules.decide(
        intake.work(chance.identity("decide")),
        case_id,
        decision,
        _owed(case_id, intake_rules.cycle_of(written, case_id), decision, known),
        known,
        rapid_review=notifiable and not chance.one_in(4),
    )


def send(world: World, chance: Chance) -> None:
    """The sender takes a notice in hand."""
    panel = world.service("panel_notification")
    if panel is None:
        return
    notice_id = chance.of(panel_rules.waiting(panel.written, State.PENDING))
    if notice_id is not None:
        panel_rules.start(panel.work(chance.identity("claim")), notice_id)
        panel.sending.add(notice_id)


def answer(world: World, chance: Chance) -> None:
    """The channel answers an attempt; or nobody will know what it answered."""
    panel = world.service("panel_notification")
    notice_id = chance.of(sorted(panel.sending)) if panel else None
    if panel is None or notice_id is None:
        return
    taken = chance.below(10)
    outcome = Outcome.ACCEPTED
    if taken >= 6:
        outcome = (Outcome.REFUSED, Outcome.AGAIN, Outcome.UNKNOWN, Outcome.UNKNOWN)[taken - 6]
    world.arrived[notice_id] += outcome is Outcome.ACCEPTED or taken == 9
    panel.sending.discard(notice_id)
    settle(world, notice_id, outcome)


def look_for_abandoned(world: World, chance: Chance) -> None:
    """Attempts whose sender is gone: whether the message went out cannot be known."""
    panel = world.service("panel_notification")
    if panel is None:
        return
    for notice_id in panel_rules.waiting(panel.written, State.SENDING):
        if notice_id not in panel.sending:
            settle(world, notice_id, Outcome.UNKNOWN)


def settle(world: World, notice_id: UUID, outcome: Outcome) -> None:
    """Writes what became of the attempt that is being made."""
    panel = world.processes["panel_notification"]
    notice = panel.written.tables.notices.get(notice_id)
    if notice is not None:
        cause = uuid5(NAMESPACE, f"{notice_id}|{len(notice.attempts)}|{outcome}")
        panel_rules.settle(panel.work(cause), notice_id, outcome)


def receipt(world: World, chance: Chance) -> None:
    """A recipient confirms what it has received."""
    panel = world.service("panel_notification")
    notice_id = chance.of([known for known, times in world.arrived.items() if times])
    if panel is not None and notice_id is not None:
        panel_rules.receive(panel.work(chance.identity("receipt")), notice_id)


def review_goes_on(world: World, chance: Chance) -> None:
    """The partners take the next step of a review, or of what follows it."""
    timer = world.service("rapid_review_timer")
    if timer is None:
        return
    work = timer.work(chance.identity("review"))
    found = chance.of(review_rules.open_reviews(work))
    if found is not None:
        review_rules.take_step(work, *found, chance.below(6))


def panel_replies(world: World, chance: Chance) -> None:
    """The Panel says something of a review; what is out of turn is refused."""
    panel = world.service("panel_notification")
    case_id = chance.of(sorted(panel.written.facts)) if panel else None
    which = chance.of(list(review_rules.REPLIES))
    if panel is not None and case_id is not None and which is not None:
        review_rules.panel_says(panel.work(chance.identity("reply")), case_id, which)


def send_again(world: World, chance: Chance) -> None:
    """A person settles a notice of which nobody knows whether it arrived."""
    panel = world.service("panel_notification")
    stuck = panel_rules.waiting(panel.written, *panel_rules.FOR_A_PERSON) if panel else []
    notice_id = chance.of(stuck)
    if panel is not None and notice_id is not None:
        panel_rules.send_again(panel.work(chance.identity("again")), notice_id)


def move_clock(world: World, chance: Chance) -> None:
    hours = (1, 5, 20, 24, 49, 72)[chance.below(6)]
    world.move_clock(timedelta(hours=hours, seconds=chance.below(50)))


def known_by_now(world: World, chance: Chance) -> Known:
    """Known or not, and a little earlier or later: what is learnt may be corrected."""
    aware = world.now - timedelta(hours=chance.below(3) * 10)
    knows = not chance.one_in(3)
    return Known(
        clock_start=aware if knows else None,
        la_aware_at=None if chance.one_in(4) else aware,
        other_areas=(WIRRAL,) if chance.one_in(3) else (),
        rows=(("N1",), ("N1", "N5"), ("N8",))[chance.below(3)],
    )


def _owed(case_id: UUID, cycle: int, decision: Decision, known: Known) -> list[ObligationOwed]:
    told: list[tuple[RecipientKind, str, str, str]] = []
    if decision is Decision.NOTIFIABLE:
        told = [
            (RecipientKind.PANEL, "panel", LIVERPOOL, "DL01"),
            (RecipientKind.PARTNER_POLICE, "police-merseyside", LIVERPOOL, "DL02"),
        ]
        told += [(RecipientKind.PARTNER_LA, f"la-{a}", a, "DL03") for a in known.other_areas]
    elif decision is Decision.SIMPLE:
        told = [
            (RecipientKind.DFE, "dfe", LIVERPOOL, "DL04"),
            (RecipientKind.OFSTED, "ofsted", LIVERPOOL, "DL04"),
        ]
    return [
        ObligationOwed(
            obligation_id=uuid5(NAMESPACE, f"{case_id}|{cycle}|{kind}|{recipient}|{area}|{rule}"),
            rows=["N1"],
            recipient_kind=kind,
            recipient=recipient,
            area=area,
            force=Force.MUST,
            limit_rule=rule,
        )
        for kind, recipient, area, rule in told
    ]
