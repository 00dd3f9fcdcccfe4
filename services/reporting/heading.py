"""Which case this is, whose it is, where it stands, what was decided."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.reporting.known import Known
from services.reporting.plain_words import (
    DECISIONS,
    PARTNER_KINDS,
    POSITIONS,
    ROWS,
    STAGES,
    Moment,
    area_name,
    moment,
    organisation_name,
    reference_of,
    words_of,
)
from shared.contracts.event_codes import Position, Stage
from shared.contracts.intake_events import (
    CaseStageEntered,
    IncidentAssessed,
    IncidentCorrected,
    IncidentDecided,
    IncidentReopened,
    IncidentTransferred,
)


@dataclass(frozen=True)
class NamedArea:
    code: str
    name: str


@dataclass(frozen=True)
class CaseName:
    case_id: UUID
    reference: str


@dataclass(frozen=True)
class Heading:
    """`survivor` is the case that this one was merged into, `losers` those merged into it.
    `synthetic`: nobody is behind the case, and no list and no figure counts it."""

    case_id: UUID
    reference: str
    trace_id: str
    owner_area: NamedArea | None
    other_areas: tuple[NamedArea, ...]
    stage: str | None
    stage_words: str
    cycle: int
    survivor: CaseName | None
    losers: tuple[CaseName, ...]
    synthetic: bool = False


@dataclass(frozen=True)
class MatchedRow:
    row: str
    words: str


@dataclass(frozen=True)
class PartnerView:
    kind: str
    kind_words: str
    organisation: str
    name: str
    position: str
    words: str


@dataclass(frozen=True)
class DecisionTaken:
    """The decision in force. `dissent`: at least one partner disagreed."""

    cycle: int
    decision: str
    words: str
    decided: Moment
    rows: tuple[MatchedRow, ...]
    positions: tuple[PartnerView, ...]
    dissent: bool
    rapid_review: bool
    late_reason: str | None
    late_reason_words: str | None
    rule_set: str


def case_name(case_id: UUID) -> CaseName:
    return CaseName(case_id, reference_of(case_id))


def heading(case: Known, today: date) -> Heading:
    """`today` is the London date on which areas get their names."""
    areas, stage = areas_of(case), stage_of(case)
    cycles = [
        *(data.cycle for _, data in case.own(IncidentAssessed)),
        *(data.cycle for _, data in case.own(IncidentDecided)),
        *(data.cycle for _, data in case.own(IncidentReopened)),
        *(data.cycle for _, data in case.own(CaseStageEntered)),
    ]
    named = tuple(NamedArea(code, area_name(code, today)) for code in areas)
    return Heading(
        case_id=case.case_id,
        reference=reference_of(case.case_id),
        trace_id=case.case_id.hex,
        owner_area=named[0] if named else None,
        other_areas=named[1:],
        stage=stage,
        stage_words=words_of(STAGES, stage) if stage else "Not yet known",
        cycle=max(cycles, default=1),
        survivor=case_name(case.survivor) if case.survivor else None,
        losers=tuple(map(case_name, case.losers)),
    )


def areas_of(case: Known) -> tuple[str, ...]:
    """The owner's area and then the others, as intake said last; empty while it has not."""
    said: list[tuple[int, tuple[str, ...]]] = []
    for fact, assessed in case.own(IncidentAssessed):
        said.append((fact.sequence, (assessed.owner_area, *assessed.other_areas)))
    for fact, decided in case.own(IncidentDecided):
        said.append((fact.sequence, (decided.owner_area, *decided.other_areas)))
    for fact, corrected in case.own(IncidentCorrected):
        said.append((fact.sequence, (corrected.owner_area, *corrected.other_areas)))
    for fact, moved in case.own(IncidentTransferred):
        said.append((fact.sequence, (moved.to_area, *moved.other_areas)))
    return max(said)[1] if said else ()


def stage_of(case: Known) -> str | None:
    """The code of the stage that intake said last; None while it said none."""
    if case.survivor:
        return Stage.MERGED.value
    stages = case.own(CaseStageEntered)
    return stages[-1][1].stage.value if stages else None


def decision_taken(case: Known) -> DecisionTaken | None:
    decisions = case.own(IncidentDecided)
    if not decisions:
        return None
    last = decisions[-1][1]
    return DecisionTaken(
        cycle=last.cycle,
        decision=last.decision,
        words=words_of(DECISIONS, last.decision),
        decided=moment(last.decided_at),
        rows=tuple(MatchedRow(row, words_of(ROWS, row)) for row in last.rows),
        positions=tuple(
            PartnerView(
                kind=view.kind,
                kind_words=words_of(PARTNER_KINDS, view.kind),
                organisation=view.organisation,
                name=organisation_name(view.organisation),
                position=view.position,
                words=words_of(POSITIONS, view.position),
            )
            for view in last.positions
        ),
        dissent=any(view.position is Position.DISAGREE for view in last.positions),
        rapid_review=last.rapid_review,
        late_reason=last.late_reason,
        late_reason_words=words_of({}, last.late_reason) if last.late_reason else None,
        rule_set=last.rule_set,
    )
