"""How many notifications one incident needs, and which children each of them details.

Until 20 February 2019: one form for each child who died, one for siblings who were seriously
harmed together, one for each other child; a large exploitation operation has one form for its
main child and names the others in the text. Since then: one notification for the incident, with
details of up to four children and the rest in the text (GOV.UK, Report a serious child
safeguarding incident, June 2018 and 2019). The sources disagree, so the rule set decides.
"""

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from services.intake.case_facts import CaseFacts
from services.intake.criteria_rows import Counting, RuleSet
from shared.contracts.event_codes import NotificationKind
from shared.contracts.report_codes import Outcome


class Why(StrEnum):
    ONE_FOR_THE_INCIDENT = "one_for_the_incident"
    ONE_FOR_EACH_DEATH = "one_for_each_death"
    SIBLINGS_TOGETHER = "siblings_together"
    ONE_FOR_EACH_CHILD = "one_for_each_child"
    MAIN_CHILD_OF_OPERATION = "main_child_of_operation"


@dataclass(frozen=True, slots=True)
class Counted:
    """A child for whom a notification is due: its place in the incident's list, and by whom."""

    place: int
    facts: CaseFacts
    kind: NotificationKind
    notifier_area: str | None


@dataclass(frozen=True, slots=True)
class LargeOperation:
    """A large operation on child sexual exploitation, told of by its main child."""

    main_child: int


@dataclass(frozen=True, slots=True)
class Notification:
    """One notification. Children are places in the incident's list, from 0: those with details
    of their own, and those only named in the text."""

    kind: NotificationKind
    notifier_area: str | None
    children: tuple[int, ...]
    in_text: tuple[int, ...]
    why: Why


def notifications_for(
    counted: Sequence[Counted], rules: RuleSet, operation: LargeOperation | None = None
) -> tuple[Notification, ...]:
    """The notifications that are due, gravest first; none where no child needs one."""
    per_child = rules.counting is Counting.PER_CHILD
    found = []
    for alike in _alike(counted, lambda one: (one.kind, one.notifier_area)):
        if not per_child:
            found.append(_notification(_gravest_first(alike), Why.ONE_FOR_THE_INCIDENT, rules))
        elif operation is not None:
            first = sorted(alike, key=lambda one: one.place != operation.main_child)
            found.append(_notification(first, Why.MAIN_CHILD_OF_OPERATION, rules))
        else:
            found += _for_each(alike)
    return tuple(found)


def _for_each(alike: Sequence[Counted]) -> Iterable[Notification]:
    for one in alike:
        if one.facts.outcome is Outcome.DIED:
            yield _of((one,), Why.ONE_FOR_EACH_DEATH)
    harmed = [one for one in alike if one.facts.outcome is not Outcome.DIED]
    for family in _alike(harmed, lambda one: one.facts.sibling_group or one.place):
        why = Why.SIBLINGS_TOGETHER if len(family) > 1 else Why.ONE_FOR_EACH_CHILD
        yield _of(family, why)


def _notification(ordered: Sequence[Counted], why: Why, rules: RuleSet) -> Notification:
    limit = rules.structured_children
    return _of(ordered[:limit], why, ordered[limit:])


def _of(children: Sequence[Counted], why: Why, rest: Sequence[Counted] = ()) -> Notification:
    places = tuple(one.place for one in children)
    in_text = tuple(one.place for one in rest)
    first = children[0]
    return Notification(first.kind, first.notifier_area, places, in_text, why)


def _gravest_first(alike: Sequence[Counted]) -> list[Counted]:
    return sorted(alike, key=lambda one: one.facts.outcome is not Outcome.DIED)


def _alike(
    counted: Sequence[Counted], key: Callable[[Counted], Hashable]
) -> Iterable[list[Counted]]:
    groups: dict[Hashable, list[Counted]] = {}
    for one in counted:
        groups.setdefault(key(one), []).append(one)
    return groups.values()
