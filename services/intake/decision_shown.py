"""A decision as one JSON object: what follows, for whom, by when, why, and from which source.

It holds ids, codes, dates and sentences of ours. Children are places in the list that was given;
nothing that was typed is repeated.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from services.intake import sources as sources_file
from services.intake.case_facts import CaseFacts
from services.intake.children_said import accounts_of
from services.intake.considered import Considered, Verdict, considered, waits_for
from services.intake.criteria import Evaluation
from services.intake.criteria_rows import Row, RuleSet
from services.intake.facts_file import FactsFile
from services.intake.local_policy import Asked
from services.intake.obligations import Directory, authority_of
from services.intake.positions import Standing
from services.intake.serious_harm import prepare
from shared.calendar.london import london_date
from shared.contracts.intake_events import ObligationOwed

FIELD_OF_FACT = {
    "abuse_neglect": "abuse_neglect_status",
    "serious_harm": "serious_harm.decision",
    "looked_after": "children.legal_status",
    "care_leaver": "children.legal_status",
    "age_band": "children.dob with incident_date, or children.estimated_age",
    "unborn_counted_as_child": "children.unborn_counted_as_child",
    "residence_area": "residence_area_code",
    "resident_in_england": "residence_area_code or lives_outside_england",
    "incident_area": "incident_area_code",
}
"""What to state so that a fact is known."""


def shown(
    said: FactsFile,
    children: Sequence[CaseFacts],
    found: Evaluation,
    rules: RuleSet,
    local: Sequence[Asked],
    standing: Standing,
    directory: Directory,
) -> dict[str, Any]:
    """`decision` is null while it is held: then `waiting_for` names what to state."""
    rows = considered(children, found.matched)
    suggestion = found.suggestion
    return {
        "rule_set": _rule_set(rules),
        "clock": _clock(said),
        "decision": suggestion,
        "held": suggestion is None,
        "waiting_for": _fields(waits_for(children, rows)) if found.hold else [],
        "must_notify": found.must_notify,
        "rapid_review": found.rapid_review,
        "learning_review_possible": found.learning_review_possible,
        "notifier": {
            "area": found.notifier_area,
            "organisation": authority_of(found.notifier_area, directory),
        },
        "other_areas": list(found.other_areas),
        "rows": [_applied(row, places) for row, places in _by_row(rows).items()],
        "obligations": [_obligation(one, found, said) for one in found.obligations],
        "unresolved": [asdict(one) for one in found.unresolved],
        "unconfirmed_recipients": list(found.unconfirmed),
        "notifications": [asdict(one) for one in found.notifications],
        "duties_of_others": [
            one.model_dump(mode="json", exclude={"sources"})
            | {"within": _held().within(one.limit_rule), "sources": _sources(one.sources)}
            for one in found.others
        ],
        "serious_harm": [
            {"child": place, "decision": decision, "prepared": asdict(prepare(account))}
            for place, (account, decision) in enumerate(accounts_of(said))
        ],
        "positions": _positions(said, standing),
        "local_policies": [_local(one, found, said) for one in local],
        "considered": [_considered(one) for one in rows if one.verdict is not Verdict.APPLIES],
        "disagreements": [
            one.model_dump(mode="json", exclude={"sources"}) | {"sources": _sources(one.sources)}
            for one in _held().disagreements
        ],
        "call_999": said.immediate_danger,
    }


def _held() -> sources_file.Sources:
    return sources_file.bundled()


def _sources(ids: Sequence[str]) -> list[dict[str, Any]]:
    """Each as a citation; `confirmed` is false while the work was not read again."""
    return [
        {"id": one.id, "cites": f"{one.work}, {one.where}", "confirmed": one.confirmed}
        for one in _held().of(ids)
    ]


def _rule_set(rules: RuleSet) -> dict[str, Any]:
    return {
        "id": rules.id,
        "from": rules.first_day.isoformat(),
        "counting": rules.counting,
        "channel": rules.channel,
        "confirmed": rules.confirmed,
        "sources": _sources(rules.sources),
    }


def _clock(said: FactsFile) -> dict[str, Any]:
    """All instants that were given; only the authority's own start its clock."""
    start = said.clock_start
    return {
        "agency_aware_at": said.agency_aware_at,
        "la_incident_aware_at": said.la_incident_aware_at,
        "la_criteria_known_at": said.la_criteria_known_at,
        "clock_start": start,
        "clock_start_date": london_date(start) if start else None,
        "decided_on": said.day,
    }


def _by_row(rows: Sequence[Considered]) -> Mapping[Row, list[int]]:
    places: dict[str, tuple[Row, list[int]]] = {}
    for one in rows:
        if one.verdict is Verdict.APPLIES:
            places.setdefault(one.row.id, (one.row, []))[1].append(one.place)
    return dict(places.values())


def _applied(row: Row, places: Sequence[int]) -> dict[str, Any]:
    return {
        "row": row.id,
        "children": list(places),
        "reason": row.title,
        "notice": row.notice,
        "notifier": row.notifier,
        "rapid_review": row.rapid_review,
        "sources": _sources(row.sources),
    }


def _obligation(one: ObligationOwed, found: Evaluation, said: FactsFile) -> dict[str, Any]:
    titles = {row.id: row for rows in found.matched for row in rows}
    named = {} if said.case_id is None else {"obligation_id": one.obligation_id}
    return named | {
        "rows": one.rows,
        "reasons": [titles[row].title for row in one.rows],
        "notifier": one.notifier,
        "recipient_kind": one.recipient_kind,
        "recipient": one.recipient,
        "recipient_confirmed": one.recipient_confirmed,
        "area": one.area,
        "force": one.force,
        "limit_rule": one.limit_rule,
        "within": _held().within(one.limit_rule),
        "rapid_review": any(titles[row].rapid_review for row in one.rows),
        "sources": _sources(one.sources),
    }


def _positions(said: FactsFile, standing: Standing) -> dict[str, Any] | None:
    """Null where no position was given."""
    if not said.decision_makers:
        return None
    return {
        "recorded": [
            {"kind": one.kind, "organisation": one.organisation, "position": one.position}
            for one in said.decision_makers
        ],
        "missing": list(standing.missing),
        "dissent": standing.dissent,
        "dissenting": list(standing.dissenting),
        "escalated_to": list(standing.escalated_to),
    }


def _local(one: Asked, found: Evaluation, said: FactsFile) -> dict[str, Any]:
    copies = [_obligation(copy, found, said) for copy in one.owed]
    return {
        "policy": one.policy.id,
        "statutory": one.statutory,
        "areas": list(one.areas),
        "title": one.policy.title,
        "asks": list(one.policy.asks),
        "obligations": [copy | {"reasons": [one.policy.title]} for copy in copies],
        "unresolved": [seek.model_dump(mode="json") for seek in one.sought],
        "confirmed": one.policy.confirmed,
        "sources": _sources(one.policy.sources),
    }


def _considered(one: Considered) -> dict[str, Any]:
    because = _fields(one.because) if one.verdict is Verdict.OPEN else list(one.because)
    return {"row": one.row.id, "child": one.place, "verdict": one.verdict, "because": because}


def _fields(facts: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(FIELD_OF_FACT.get(name, name) for name in facts))
