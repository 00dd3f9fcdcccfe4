"""Whom to tell of what: the notices that the facts of cases ask for.

Producers say who must be told (`obligations`); here is no rule about that, only the fulfilment.
Everything is a function of the facts known, whatever the order in which they arrived.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID, uuid5

from services.panel_notification.about import About
from services.panel_notification.review_tellings import ABOUT, review_tellings, still_told
from services.panel_notification.yearly_tellings import withdrawn_reports, yearly_reports
from shared.contracts.area_record import area_of_record
from shared.contracts.envelope import NAMESPACE
from shared.contracts.event_codes import RecipientKind
from shared.contracts.intake_events import (
    IncidentCorrected,
    IncidentDecided,
    IncidentLinked,
    IncidentTransferred,
    IncidentWithdrawn,
    ObligationOwed,
)
from shared.messaging.facts import Fact, of_type

NOTIFICATION_NUMBER = 1
"""An incident is notified once, however many children it harmed, and however often the decision
about it is revised within a cycle."""

Telling = IncidentDecided | IncidentCorrected | IncidentTransferred | IncidentWithdrawn
Cycle = tuple[UUID, int]


@dataclass(frozen=True)
class Wanted:
    """A notice that the facts ask for."""

    case_id: UUID
    cycle: int
    notification_number: int
    obligation_id: UUID
    recipient_kind: RecipientKind
    recipient: str
    area: str
    limit_rule: str
    about: About

    @property
    def notice_id(self) -> UUID:
        parts = (self.case_id, self.cycle, self.notification_number, self.recipient)
        return uuid5(NAMESPACE, "|".join(map(str, ("notice", *parts, self.obligation_id))))


def survivors(facts: Sequence[Fact]) -> dict[UUID, UUID]:
    """The survivor of each linked case."""
    return {fact.case_id: linked.survivor for fact, linked in of_type(facts, IncidentLinked)}


def decisions(facts: Sequence[Fact]) -> dict[Cycle, IncidentDecided]:
    """The decision that stands in each cycle of each case: the last one numbered."""
    return {
        cycle: data
        for cycle, told in tellings(facts).items()
        for _, data in told
        if isinstance(data, IncidentDecided)
    }


def withdrawn(facts: Sequence[Fact]) -> frozenset[Cycle]:
    """The cycles whose criteria proved unmet: whatever else is known of them, they owe no notice
    but of that. And the yearly reports that there never were."""
    unmet = {(fact.case_id, data.cycle) for fact, data in of_type(facts, IncidentWithdrawn)}
    return withdrawn_reports(facts) | unmet


def tellings(facts: Sequence[Fact]) -> dict[Cycle, list[tuple[Fact, Telling]]]:
    """The facts after which somebody must be told, by case and cycle, as intake numbered them."""
    found: dict[Cycle, list[tuple[Fact, Telling]]] = {}
    for fact in sorted(facts, key=lambda fact: (fact.case_id, fact.sequence)):
        if isinstance(fact.data, Telling):
            found.setdefault((fact.case_id, fact.data.cycle), []).append((fact, fact.data))
    return found


def asked_for(facts: Sequence[Fact]) -> dict[tuple[UUID, int, UUID], Wanted]:
    """Every notice that was ever asked for, by case, cycle and obligation.

    A recipient's notices of a cycle are numbered by what told it: the decision with its revisions
    is one, each correction, transfer and withdrawal another. A number follows from the facts that
    stand before it in the case's own stream, so that no later one changes it; an obligation that
    is asked for again keeps it.
    """
    asked: dict[tuple[UUID, int, UUID], Wanted] = {}
    for (case_id, cycle), told in tellings(facts).items():
        addressed: dict[object, list[int]] = {}
        for fact, data in told:
            telling = 0 if isinstance(data, IncidentDecided) else fact.sequence
            for owed in data.obligations:
                to = (owed.recipient_kind, owed.recipient)
                _ask(asked, addressed, (case_id, cycle), owed, (to, telling, _about(data)))
    for (case_id, cycle), steps in review_tellings(facts).items():
        addressed = {}
        for fact, step in steps:
            for owed in step.obligations:
                about = ABOUT[type(step)]
                said = ((about, owed.recipient), fact.sequence, about)
                _ask(asked, addressed, (case_id, cycle), owed, said)
    for key, reports in yearly_reports(facts).items():
        addressed = {}
        for owed in (one for _, report in reports for one in report.obligations):
            _ask(asked, addressed, key, owed, (owed.recipient, 0, About.YEARLY_REPORT))
    return asked


def _ask(
    asked: dict[tuple[UUID, int, UUID], Wanted],
    addressed: dict[object, list[int]],
    cycle: Cycle,
    owed: ObligationOwed,
    said: tuple[object, int, About],
) -> None:
    """`said`: to whom, by which telling, about what."""
    to, telling, about = said
    if (*cycle, owed.obligation_id) in asked:
        return
    of_recipient = addressed.setdefault(to, [])
    if telling not in of_recipient:
        of_recipient.append(telling)
    number = NOTIFICATION_NUMBER + of_recipient.index(telling)
    asked[(*cycle, owed.obligation_id)] = wanted_for(*cycle, owed, number, about)


def owed_now(facts: Sequence[Fact], links: Mapping[UUID, UUID]) -> Iterable[Wanted]:
    """The notices that are owed as things stand; a linked case owes none. The Panel is told of
    one matter once, however many areas it concerns."""
    asked = asked_for(facts)
    for (case_id, cycle), told in tellings(facts).items():
        if case_id in links:
            continue
        known: set[object] = set()
        for data in _standing([data for _, data in told]):
            for owed in sorted(data.obligations, key=lambda one: str(one.obligation_id)):
                wanted = asked[case_id, cycle, owed.obligation_id]
                if owed.recipient_kind is RecipientKind.PANEL and matter(wanted) in known:
                    continue
                known.add(matter(wanted))
                yield wanted
    ended = withdrawn(facts)
    for key, steps in review_tellings(facts).items():
        if key[0] in links or key in ended:
            continue
        for step in still_told(steps):
            yield from (asked[(*key, owed.obligation_id)] for owed in step.obligations)
    for key, reports in yearly_reports(facts).items():
        if key not in ended:
            yield from (asked[(*key, owed.obligation_id)] for owed in reports[-1][1].obligations)


def owner_area(facts: Sequence[Fact], case_id: UUID) -> str | None:
    """The area whose authority owns the case, as intake last said; None before it was decided. An
    area's record is its own, once a report of it is known."""
    if code := area_of_record(case_id):
        return code if any(record == case_id for record, _ in yearly_reports(facts)) else None
    owner = None
    for _, told in sorted(tellings(facts).items(), key=lambda row: row[0]):
        for fact, data in told:
            if fact.case_id == case_id and not isinstance(data, IncidentWithdrawn):
                owner = data.to_area if isinstance(data, IncidentTransferred) else data.owner_area
    return owner


def wanted_for(
    case_id: UUID,
    cycle: int,
    owed: ObligationOwed,
    number: int = NOTIFICATION_NUMBER,
    about: About = About.INCIDENT,
) -> Wanted:
    return Wanted(
        case_id=case_id,
        cycle=cycle,
        notification_number=number,
        obligation_id=owed.obligation_id,
        recipient_kind=owed.recipient_kind,
        recipient=owed.recipient,
        area=owed.area,
        limit_rule=owed.limit_rule,
        about=about,
    )


def matter(wanted: Wanted) -> tuple[str, ...]:
    """What a notice tells whom: two with the same matter are one notice sent twice.

    The Panel is told of an incident once. The other national bodies get one form whatever the
    area; under another limit it is another form.
    """
    if wanted.recipient_kind is RecipientKind.PANEL:
        return (wanted.about, wanted.recipient)
    if wanted.recipient_kind in (RecipientKind.DFE, RecipientKind.OFSTED):
        return (wanted.about, wanted.recipient, wanted.limit_rule)
    place = (wanted.recipient_kind, wanted.recipient, wanted.limit_rule, wanted.area)
    return (wanted.about, *place)


def tells_the_same(one: Wanted, other: Wanted) -> bool:
    """Within one case another number says something new; cases that were one incident were
    numbered apart."""
    if one.case_id == other.case_id and one.notification_number != other.notification_number:
        return False
    return one.cycle == other.cycle and matter(one) == matter(other)


def _about(data: Telling) -> About:
    match data:
        case IncidentTransferred():
            return About.TRANSFER
        case IncidentWithdrawn():
            return About.WITHDRAWAL
    return About.INCIDENT


def _standing(told: Sequence[Telling]) -> Iterable[Telling]:
    """A withdrawn cycle tells of its withdrawal alone. Otherwise the last decision tells, with the
    corrections since: one that was made before is part of it; a transfer tells in any case."""
    if ends := [data for data in told if isinstance(data, IncidentWithdrawn)]:
        return ends
    made = [place for place, data in enumerate(told) if isinstance(data, IncidentDecided)]
    last = made[-1] if made else 0
    return [
        data
        for place, data in enumerate(told)
        if place >= last or isinstance(data, IncidentTransferred)
    ]
