"""What a region hears of a notification, and each later word that puts right what it heard.

The first says what was decided. Each correction of the nature or of the age band says the whole
again under the next revision, and so does a withdrawal. Whoever goes by the highest revision of a
reference holds what the authority holds.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from services.reporting.known import Known
from services.reporting.region_said import Said
from shared.contracts.event_codes import AgeBand, NotificationKind
from shared.contracts.intake_events import IncidentCorrected, IncidentDecided, IncidentWithdrawn
from shared.contracts.panel_events import IncidentNotified
from shared.contracts.region_events import SharedNature
from shared.contracts.sharing_codes import SharedTopic
from shared.messaging.facts import Fact


def notified(case: Known, cycles: Iterable[int]) -> Iterator[Said]:
    """`cycles`: those that are shared. Of one that was withdrawn only that."""
    withdrawn = {data.cycle: fact for fact, data in case.own(IncidentWithdrawn)}
    first = _first_notices(case)
    for cycle in sorted(first.keys() & set(cycles)):
        words = list(_words(case, cycle, first[cycle]))
        if cycle not in withdrawn:
            yield from (_said(first[cycle], cycle, number, *word) for number, word in words)
            continue
        number, (_, values) = words[-1]
        ended = values | {"withdrawn": True}
        yield _said(first[cycle], cycle, number + 1, withdrawn[cycle], ended)


def _first_notices(case: Known) -> dict[int, Fact]:
    """By cycle, its first notification; what was added to it later is nobody else's."""
    found: dict[int, Fact] = {}
    for fact, data in case.of(IncidentNotified):
        if data.kind is NotificationKind.PANEL and data.notification_number <= 1:
            known = found.get(data.cycle, fact)
            found[data.cycle] = min(known, fact, key=lambda one: (one.recorded_at, one.event_id))
    return found


def _words(case: Known, cycle: int, first: Fact) -> Iterator[tuple[int, tuple[Fact, Any]]]:
    """The revisions of a cycle: number, source and values."""
    decision, decided = [one for one in case.own(IncidentDecided) if one[1].cycle == cycle][-1]
    values: dict[str, Any] = {
        "nature": _nature(decided.nature),
        "age_band": decided.age_band,
        "incident_month": decided.incident_month,
        "withdrawn": False,
    }
    number = 1
    yield number, (first, values)
    for fact, data in case.own(IncidentCorrected):
        corrected = _corrected(values, data)
        if fact.sequence > decision.sequence and data.cycle == cycle and corrected != values:
            number, values = number + 1, corrected
            yield number, (fact, values)


def _corrected(values: Mapping[str, Any], data: IncidentCorrected) -> dict[str, Any]:
    after = {one.fact: one.after for one in data.changed if one.after is not None}
    corrected = dict(values)
    if "outcome" in after:
        corrected["nature"] = _nature(after["outcome"])
    if "age_band" in after:
        known = after["age_band"] in set(AgeBand)
        corrected["age_band"] = AgeBand(after["age_band"]) if known else AgeBand.UNKNOWN
    return corrected


def _nature(outcome: str) -> SharedNature:
    died = outcome == SharedNature.DIED
    return SharedNature.DIED if died else SharedNature.SERIOUSLY_HARMED


def _said(first: Fact, cycle: int, number: int, fact: Fact, values: Mapping[str, Any]) -> Said:
    return Said(
        fact,
        SharedTopic.INCIDENT_NOTIFIED,
        cycle,
        {**values, "revision": number},
        f"notified.{cycle}",
        number - 1,
        corrects=None if fact is first else first,
    )
