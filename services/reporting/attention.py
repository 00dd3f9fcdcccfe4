"""What somebody has to look at, the most pressing first."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from services.reporting.clocks import Clock
from services.reporting.known import Known, Stopped, service_of
from services.reporting.plain_words import (
    SERVICES,
    Moment,
    area_name,
    counted,
    day_words,
    moment,
    words_of,
)
from services.reporting.told import Told
from services.reporting.yearly_reports import yearly_reports
from shared.calendar.london import london_date
from shared.contracts.event_codes import RecipientKind
from shared.contracts.intake_events import IncidentDecided
from shared.contracts.messaging_events import CaseHeld, CaseReleased
from shared.messaging.facts import Fact

SOUGHT = {
    "own_partners": "safeguarding partners",
    "other_partners": "safeguarding partners",
    "cdop": "child death overview panel",
    "partnership_office": "office of the safeguarding partnership",
}

WHAT_TO_DO = {
    "DL16": "Publish the next report now all the same, and record that it was published.",
    "DL17": "See that each organisation that has no copy yet is sent one now.",
}
"""Of clocks for which no command takes a reason for being late."""

AttentionKind = Literal["overdue", "undeliverable", "held", "notified_twice", "recipient_sought"]


@dataclass(frozen=True)
class Attention:
    """`what` happened and what to `do`, in words."""

    kind: AttentionKind
    what: str
    do: str
    since: Moment | None


def attention(
    case: Known, clocks: Sequence[Clock], told: Sequence[Told], stopped: Iterable[Stopped]
) -> tuple[Attention, ...]:
    """Overdue by law before guidance and local practice; then notices, then held events."""
    return (
        *_overdue(clocks),
        *_sought(case),
        *(_undeliverable(row) for row in undelivered(case, told)),
        *_held(case),
        *(_stopped(row) for row in sorted(stopped, key=lambda row: str(row.quarantine_id))),
        *_notified_twice(told),
    )


def _overdue(clocks: Sequence[Clock]) -> Iterable[Attention]:
    forces = ["must", "should", "local"]
    late = sorted(
        (clock for clock in clocks if clock.state == "overdue"),
        key=lambda clock: (forces.index(clock.force), clock.late_from.utc, clock.rule),
    )
    for clock in late:
        by = clock.working_days_late
        yield Attention(
            kind="overdue",
            what=f"{clock.name} ({clock.rule}) was due {day_words(clock.due_date)}"
            + (f" and is {counted(by, 'working day')} late" if by else " and is late"),
            do=WHAT_TO_DO.get(clock.rule, "Do it now all the same, and record why it is late."),
            since=clock.late_from,
        )


def _sought(case: Known) -> Iterable[Attention]:
    """Whom the latest decision of the case could not name."""
    decided = case.own(IncidentDecided)
    for fact, said in decided[-1:]:
        for one in said.recipients_sought:
            area = area_name(one.area, london_date(fact.happened_at))
            yield Attention(
                kind="recipient_sought",
                what=f"Nobody is on record as {words_of(SOUGHT, one.who)} of {area}, "
                f"who has to be told ({one.row})",
                do="Find out who it is, tell them, and have the directory corrected.",
                since=moment(fact.happened_at),
            )


def undelivered(case: Known, told: Sequence[Told]) -> list[Told]:
    """Notices that were refused for good and that no other notice made up for; none of a yearly
    report that was withdrawn, of which nobody has to have a copy."""
    ended = {report.said.cycle for report in yearly_reports(case) if not report.stands}
    reached = {(row.cycle, row.matter) for row in told if row.state in ("delivered", "receipt")}
    return [
        row
        for row in told
        if row.state == "undeliverable"
        and row.cycle not in ended
        and (row.cycle, row.matter) not in reached
    ]


def _undeliverable(row: Told) -> Attention:
    because = f" ({words_of({}, row.refused_because)})" if row.refused_because else ""
    return Attention(
        kind="undeliverable",
        what=f"The notice to {row.name} could not be delivered{because}",
        do="Reach them another way.",
        since=row.refused,
    )


def held_by(case: Known) -> dict[tuple[str, UUID], tuple[Fact, CaseHeld]]:
    """What other services hold and have not released, by service and quarantine row."""
    held: dict[tuple[str, UUID], tuple[Fact, CaseHeld]] = {}
    for fact in case.facts:
        if isinstance(fact.data, CaseHeld):
            held[fact.source, fact.data.quarantine_id] = (fact, fact.data)
        elif isinstance(fact.data, CaseReleased):
            held.pop((fact.source, fact.data.quarantine_id), None)
    return held


def _held(case: Known) -> Iterable[Attention]:
    for (source, _), (fact, row) in sorted(
        held_by(case).items(), key=lambda item: (item[1][0].happened_at, item[0])
    ):
        yield _waits(service_of(source), row.source, row.reason, moment(fact.happened_at))


def _stopped(row: Stopped) -> Attention:
    return _waits("reporting", row.source, row.reason, moment(row.since))


def _waits(service: str, source: str, reason: str, since: Moment) -> Attention:
    return Attention(
        kind="held",
        what=f"{words_of(SERVICES, service)} could not take in an event from "
        f"{words_of(SERVICES, source)} ({words_of({}, reason)}); later ones "
        "wait, and the clocks go on",
        do="An operator has to release it; until then this page may lack what waits.",
        since=since,
    )


def _notified_twice(told: Sequence[Told]) -> Iterable[Attention]:
    """By what was sent: one notice may complete the notification of both of two merged cases."""
    sent = [
        (row.sent.utc, row)
        for row in told
        if row.recipient_kind == RecipientKind.PANEL and row.sent is not None
    ]
    if len({row.case_id for _, row in sent}) > 1:
        first, last = min(instant for instant, _ in sent), max(instant for instant, _ in sent)
        yield Attention(
            kind="notified_twice",
            what="The Panel was notified of this incident twice, by cases that were merged, on "
            f"{moment(first).london} and {moment(last).london}; the earliest counts",
            do="Tell the Panel which one to keep.",
            since=moment(last),
        )
