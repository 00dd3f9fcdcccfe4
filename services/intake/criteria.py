"""Whether an incident must be notified, who does it, and who has to be told.

Every row of the criteria is weighed; obligations are the union over the rows that match, and a
row that says "no notification" counts only where none says yes. The outcome is a suggestion: the
authority and its partners decide, and where a fact is missing nothing is decided for them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from services.intake.case_facts import CaseFacts, Part
from services.intake.criteria_rows import Criteria, Notice, OthersDuty, Row, bundled
from services.intake.notifications import (
    Counted,
    LargeOperation,
    Notification,
    notifications_for,
)
from services.intake.obligations import (
    Directory,
    Told,
    Unresolved,
    notifier_area,
    other_areas,
    owed,
    told_by,
)
from shared.contracts.event_codes import Decision, NotificationKind
from shared.contracts.intake_events import ObligationOwed

_YES = frozenset({Notice.PANEL, Notice.SIMPLE})
_KIND = {Notice.PANEL: NotificationKind.PANEL, Notice.SIMPLE: NotificationKind.SIMPLE}


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What follows from the facts.

    `may_match` are rows with a notification that the facts neither meet nor exclude. `hold`: such
    rows exist for a child for whom no Panel notification is due, so the case waits for facts.
    `simple`: only a death outside the Panel's remit is notified. `unresolved` must be worked by a
    person before the obligations are complete; of `unconfirmed` recipients it is not sure that
    they hold the seat. `others` are duties of other bodies, shown and not carried out.
    `matched` has the rows of each child by its place. Areas are GSS codes.
    """

    rule_set: str
    rows: tuple[str, ...]
    may_match: tuple[str, ...]
    must_notify: bool
    simple: bool
    hold: bool
    rapid_review: bool
    notifier_area: str | None
    other_areas: tuple[str, ...]
    obligations: tuple[ObligationOwed, ...]
    unresolved: tuple[Unresolved, ...]
    unconfirmed: tuple[str, ...]
    notifications: tuple[Notification, ...]
    others: tuple[OthersDuty, ...]
    learning_review_possible: bool
    matched: tuple[tuple[Row, ...], ...]

    @property
    def suggestion(self) -> Decision | None:
        """None while facts are missing that could make it notifiable: never closed by itself."""
        if self.must_notify:
            return Decision.NOTIFIABLE
        if self.hold:
            return None
        return Decision.SIMPLE if self.simple else Decision.NOT_NOTIFIABLE

    @property
    def rows_that_may_match(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((*self.rows, *self.may_match)))


@dataclass(frozen=True, slots=True)
class _Weighed:
    facts: CaseFacts
    matched: tuple[Row, ...]
    undecided: tuple[Row, ...]


def evaluate(
    case_id: UUID,
    cycle: int,
    children: Sequence[CaseFacts],
    directory: Directory,
    criteria: Criteria | None = None,
    operation: LargeOperation | None = None,
) -> Evaluation:
    """Weighs every row for every child of one incident (at least one) and unites the outcomes.

    Who harmed another child and was not harmed has no row. Obligations are the incident's,
    however many notifications the rule set asks for. All children of an incident have the same
    days. Raises NoRuleSet for a day before 29 June 2018.
    """
    used = criteria or bundled()
    first = children[0]
    day = first.clock_started_on or first.decided_on
    rules, rows = used.rules_on(day), used.rows_on(day)
    weighed = [_weigh(facts, rows) for facts in children]
    matched = [(each.facts, row) for each in weighed for row in each.matched]
    notices = {row.notice for _, row in matched}
    found = [one for facts, row in matched for one in told_by(row, facts, directory)]
    told = [one for one in found if isinstance(one, Told)]
    notifier = _notifier(weighed)
    return Evaluation(
        rule_set=rules.id,
        rows=_ids(row for _, row in matched),
        may_match=_ids(row for each in weighed for row in each.undecided),
        must_notify=Notice.PANEL in notices,
        simple=Notice.SIMPLE in notices and Notice.PANEL not in notices,
        hold=Notice.HOLD in notices,
        rapid_review=any(row.rapid_review for _, row in matched),
        notifier_area=notifier,
        other_areas=tuple(
            dict.fromkeys(area for facts in children for area in other_areas(facts, notifier))
        ),
        obligations=owed(case_id, cycle, told),
        unresolved=tuple(dict.fromkeys(one for one in found if isinstance(one, Unresolved))),
        unconfirmed=tuple(dict.fromkeys(one.recipient for one in told if not one.confirmed)),
        notifications=notifications_for(_counted(weighed), rules, operation),
        others=tuple(dict.fromkeys(duty for _, row in matched for duty in row.others)),
        learning_review_possible=any(row.learning_review_possible for _, row in matched),
        matched=tuple(each.matched for each in weighed),
    )


def _weigh(facts: CaseFacts, rows: Sequence[Row]) -> _Weighed:
    if facts.part is Part.ALLEGED_PERPETRATOR:
        return _Weighed(facts, (), ())
    values = facts.values()
    holds = [row for row in rows if row.notice is Notice.HOLD]
    weights = [(row, row.when.weigh(values)) for row in rows if row.notice is not Notice.HOLD]
    matched = [row for row, weight in weights if weight]
    undecided = tuple(row for row, weight in weights if weight is None and row.notice in _YES)
    notices = {row.notice for row in matched}
    if notices & _YES:
        matched = [row for row in matched if row.notice in _YES]
    if Notice.PANEL not in notices:
        doubts = frozenset(row.notice.value for row in undecided)
        matched += [row for row in holds if row.when.weigh(values, doubts)]
    return _Weighed(facts, tuple(matched), undecided)


def _counted(weighed: Sequence[_Weighed]) -> list[Counted]:
    """The children for whom a notification is due, each by the row that binds most strongly."""
    due = []
    for place, each in enumerate(weighed):
        notices = {row.notice for row in each.matched}
        notice = next((one for one in _KIND if one in notices), None)
        if notice is not None:
            due.append(Counted(place, each.facts, _KIND[notice], _notifier([each])))
    return due


def _notifier(weighed: Sequence[_Weighed]) -> str | None:
    """Of the row that binds most strongly: Panel, then simple, then any; else the first child's."""
    candidates = [(row, each.facts) for each in weighed for row in each.matched]
    strongest_first = sorted(
        candidates, key=lambda pair: [pair[0].notice is not notice for notice in _KIND]
    )
    for row, facts in strongest_first:
        area = notifier_area(row, facts)
        if area is not None:
            return area
    first = weighed[0].facts
    return first.incident_area or first.residence_area


def _ids(rows: Iterable[Row]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(row.id for row in rows))
